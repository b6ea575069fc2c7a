"""A text file that came from outside: whether it is one, how it is encoded, what separates its columns."""

import codecs
import csv
import io
from collections.abc import Sequence

from app.words import t

ENCODINGS = ("utf-8", "utf-16", "windows-1252", "windows-1250", "windows-1251", "iso-8859-15")
"""What a person may choose; the first is the rule, the others come from spreadsheets."""

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}

HEAD_ROWS = 30
"""Rows by which the delimiter is judged."""

HEAD_CHARACTERS = 64 * 1024

FOREIGN = (
    (b"\xd0\xcf\x11\xe0", "workbook"),
    (b"%PDF", "pdf"),
    (b"\x1f\x8b", "packed"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
)
"""First bytes of files that are no table, and what to call them."""


class BadFile(ValueError):
    """The file cannot be read as it should be; the message says why and what to do."""


def refuse_foreign(content: bytes) -> None:
    """Raises BadFile for what is no text at all: an empty file, a workbook, a picture, a web page."""
    if not content.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise BadFile(t("imports.file_empty"))
    for beginning, kind in FOREIGN:
        if content.startswith(beginning):
            raise BadFile(t(f"imports.file_{kind}"))
    first = content[:200].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if first.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise BadFile(t("imports.file_page"))
    if first.startswith((b"{", b"[{")):
        raise BadFile(t("imports.file_json"))


def guessed_encoding(content: bytes) -> str:
    """The encoding that the bytes speak for: a mark at the beginning, the shape of UTF-16, valid UTF-8."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or utf16_without_mark(content):
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def utf16_without_mark(content: bytes) -> str | None:
    """The byte order of UTF-16 without a mark, told by the zeros beside each plain letter."""
    head = content[:2000]
    if len(head) < 4 or b"\x00" not in head:
        return None
    half = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > half * 0.4 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.4 and odd < half * 0.1:
        return "utf-16-be"
    return None


def decoded(content: bytes, encoding: str) -> str:
    """The text. Raises BadFile that names the first line which is not in the encoding."""
    codec = codec_of(content, encoding)
    try:
        text = content.decode(codec)
    except UnicodeDecodeError as error:
        raise BadFile(decoding_problem(content, encoding, error)) from error
    return text.removeprefix("\ufeff")


def codec_of(content: bytes, encoding: str) -> str:
    """Python's name for the encoding, with the byte order where only the content tells it."""
    if encoding == "utf-16" and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return utf16_without_mark(content) or "utf-16-le"
    return encoding


def decoding_problem(content: bytes, encoding: str, error: UnicodeDecodeError) -> str:
    """Where the text stops being in the encoding, and which one to try instead."""
    line = content.count(b"\n", 0, error.start) + 1
    byte = f"0x{content[error.start]:02X}"
    guess = guessed_encoding(content)
    advice = t("imports.file_try", encoding=guess) if guess != encoding else t("imports.file_save_again")
    return f"{t('imports.file_not_encoding', line=line, encoding=encoding, byte=byte)} {advice}"


def doubt_of_encoding(content: bytes, encoding: str) -> str | None:
    """A warning where the text can be read as chosen, yet speaks for another encoding."""
    guess = guessed_encoding(content)
    if guess == encoding or content.isascii():
        return None
    return t("imports.file_doubt", guess=guess, encoding=encoding) if guess != "windows-1252" else None


def guessed_delimiter(text: str) -> str:
    """What separates the columns: the sign that cuts the first rows into the most columns of equal number."""
    scores = {sign: score(head_rows(text, sign)) for sign in DELIMITERS}
    best = max(scores, key=lambda sign: scores[sign])
    return best if scores[best] > (0, 0) else ","


def score(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """How many rows have as many columns as the first, and how many that is; nothing for one column."""
    if not rows or len(rows[0]) < 2:
        return (0, 0)
    return sum(len(row) == len(rows[0]) for row in rows), len(rows[0])


def head_rows(text: str, delimiter: str) -> list[list[str]]:
    """The first rows that are not blank, as far as they can be cut at all."""
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text[:HEAD_CHARACTERS], newline=""), delimiter=delimiter)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) >= HEAD_ROWS:
                break
    except csv.Error:
        pass
    return rows
