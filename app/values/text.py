"""What people may write in a field, and the folded form in which it is searched and sorted."""

import re
import unicodedata
from itertools import filterfalse

from app.words import t

WORD = re.compile(r"[^\W_]+")
BLANKS = re.compile(r"\s+")
FORBIDDEN = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff\\ufdd0-\\ufdef\\ufffe\\uffff]"
)
"""Control characters, halves of characters, and those that steer the direction of writing: the last can
make a text read as another one."""
LAYOUT = frozenset("\n\t")
STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "\u0131": "i"}
)
"""Letters whose stroke or ligature is not an accent to Unicode, but is left out by people who search."""


class BadText(ValueError):
    """The text cannot stand in the field; the message says why, in words for a person."""


def clean_line(text: str, limit: int, required: bool = False) -> str:
    """One line, composed (NFC), with single blanks and none at the ends.

    Raises BadText for control characters, for more than ``limit`` characters, and for nothing at all
    where something is required.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return measured(text.strip(), limit, required)
    refuse_control_characters(text, frozenset())
    line = BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip()
    return measured(line, limit, required)


def clean_lines(text: str, limit: int) -> str:
    """Free text that may have several lines; else as ``clean_line``."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    refuse_control_characters(lines, LAYOUT)
    return measured(unicodedata.normalize("NFC", lines).strip(), limit, False)


def measured(text: str, limit: int, required: bool) -> str:
    """The text, if its length is right. Raises BadText."""
    if required and not text:
        raise BadText(t("values.text_required"))
    if len(text) > limit:
        raise BadText(t("values.text_long", limit=limit, length=len(text)))
    return text


def refuse_control_characters(text: str, allowed: frozenset[str]) -> None:
    """Raises BadText where the text holds what cannot be seen and can do harm."""
    for found in FORBIDDEN.finditer(text):
        character, place = found.group(), found.start() + 1
        if character in allowed:
            continue
        if character in "\r\n":
            raise BadText(t("values.text_line_break", place=place))
        number = f"U+{ord(character):04X}"
        raise BadText(t("values.text_control", place=place, number=number))


def fold(text: str) -> str:
    """The searched form: lower case, without accents, words of letters and digits with one blank between.

    >>> fold("Thé  VERT (Darjeeling), 250 g")
    'the vert darjeeling 250 g'
    """
    if text.isascii():
        return " ".join(WORD.findall(text.lower()))
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(filterfalse(unicodedata.combining, parts))
    return " ".join(WORD.findall(plain.translate(STROKES)))


def sort_key(name: str, limit: int = 200) -> str:
    """What a list sorted by name is sorted by: the folded name; a name of signs alone stands as it is."""
    return (fold(name) or name.casefold())[:limit]
