"""Workbooks that are traps: small packed, without end once they are read.

A workbook is measured twice: by what its folder says of its files, before anything is unpacked, and by what
these hold, piece after piece, before a reader of XML builds things of it. Such a reader lets go of a sheet
row by row and of the shared texts one by one; everything else stays in memory until its file ends.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from app.imports.text_file import BadFile
from app.words import t

ENTRIES_LIMIT = 2_000
"""Files in the packed folder."""
UNPACKED_LIMIT = 400 * 1024 * 1024
"""Bytes of all of them together."""
TEXTS_LIMIT = 100 * 1024 * 1024
"""Bytes of the texts that all sheets share: they are held in memory."""
RATIO_LIMIT = 400
"""How many times smaller a file may be packed: beyond it is no table but a trap."""
RATIO_FROM = 1024 * 1024
"""Bytes below which the ratio says nothing."""
SIGNS_LIMIT = 2_000_000
"""Elements and attributes that a reader holds at once: at most 550 MB of memory. The widest row that a
spreadsheet writes has 115,000, large styles some hundred thousand."""
STEPS_LIMIT = 1_100_000
"""Rows of a sheet, or shared texts: a little more than a sheet has rows."""
PIECE_BYTES = 256 * 1024
TAG_BYTES = 1024 * 1024
"""What may stand without an end of a tag: a long text."""

MAIN = re.compile(
    rb"xmlns(?::(\w+))?\s*=\s*[\"']http://schemas\.openxmlformats\.org/spreadsheetml/2006/main[\"']"
)
"""What says which elements are rows and texts."""
LETTERS = re.compile(
    rb"<\?xml[^>]*encoding\s*=\s*[\"'](?!utf-?8|utf-?16|us-ascii|iso-8859|windows-125)", re.IGNORECASE
)
"""Declares letters in which markup may be other bytes than here."""


def refuse_trap(path: Path) -> None:
    """Raises BadFile for what is no workbook, or unpacks to more than a table may be."""
    try:
        with zipfile.ZipFile(path) as packed:
            entries = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error):
        raise BadFile(t("imports.workbook_broken")) from None
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names:
        raise BadFile(t("imports.workbook_foreign"))
    texts = sum(entry.file_size for entry in entries if entry.filename.endswith("sharedStrings.xml"))
    swollen = any(
        entry.file_size > RATIO_FROM and entry.file_size > RATIO_LIMIT * max(entry.compress_size, 1)
        for entry in entries
    )
    total = sum(entry.file_size for entry in entries)
    if len(entries) > ENTRIES_LIMIT or total > UNPACKED_LIMIT or texts > TEXTS_LIMIT or swollen:
        raise BadFile(t("imports.workbook_trap"))


def refuse_endless(path: Path) -> None:
    """Raises BadFile for a workbook of which a reader of XML must hold more than memory has room for."""
    try:
        with zipfile.ZipFile(path) as packed:
            for entry in packed.infolist():
                refuse_long(packed, entry)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError):
        raise BadFile(t("imports.workbook_broken")) from None


def refuse_long(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Raises BadFile where more elements stand in or between rows than memory has room for."""
    if sum(map(signs, whole_tags(packed, entry))) <= SIGNS_LIMIT:
        return
    measure = None
    for piece in whole_tags(packed, entry):
        measure = measure or Measure(piece)
        measure.take(piece)
        if measure.is_trap:
            raise BadFile(t("imports.workbook_trap"))


def whole_tags(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The unpacked bytes, piece after piece; each ends with a tag, unless one is without end."""
    rest = b""
    with packed.open(entry) as part:
        while piece := part.read(PIECE_BYTES):
            cut = piece.rfind(b">") + 1
            if cut or len(rest) > TAG_BYTES:
                yield rest + piece[:cut]
                rest = b""
            rest += piece[cut:]
    yield rest


class Measure:
    """How many elements and attributes a reader of one part holds, told by the bytes alone.

    It lets go of them where a row or a text ends. In a part as large as this nothing may stand that lets XML
    be read otherwise: comments, rows in rows, another meaning of the same name.
    """

    def __init__(self, beginning: bytes) -> None:
        named = MAIN.search(beginning)
        prefix = named[1] if named and named[1] else b""
        name = prefix + b":" if prefix else b""
        self.step = re.compile(rb"<(/?)" + name + rb"(?:row|si)(?=[\s/>])[^>]*?(/?)>")
        self.meaning = re.compile(rb"xmlns" + (b":" + prefix if prefix else b"") + rb"\s*=")
        self.is_strange = bool(LETTERS.match(beginning))
        self.meanings = self.steps = self.outside = self.inside = self.widest = 0
        self.is_open = False

    @property
    def is_trap(self) -> bool:
        """Whether that is too much."""
        is_endless = max(self.outside, self.widest) > SIGNS_LIMIT or self.steps > STEPS_LIMIT
        return is_endless or self.is_strange or self.meanings > 1

    def take(self, piece: bytes) -> None:
        """Measure the next piece."""
        self.is_strange = self.is_strange or b"<!" in piece
        self.meanings += len(self.meaning.findall(piece))
        at = 0
        for found in self.step.finditer(piece):
            self.add(signs(piece[at : found.start()]))
            self.turn(found)
            at = found.end()
        self.add(signs(piece[at:]))

    def turn(self, found: re.Match[bytes]) -> None:
        """A row or a text begins or ends."""
        if found[1]:
            self.is_open, self.inside = False, 0
            return
        self.is_strange = self.is_strange or self.is_open
        self.steps += 1
        self.is_open, self.inside = True, 0
        self.add(signs(found[0]))
        self.is_open = not found[2]

    def add(self, number: int) -> None:
        """Count what a reader holds from here on: until the row ends, or until the end."""
        if self.is_open:
            self.inside += number
            self.widest = max(self.widest, self.inside)
        else:
            self.outside += number


def signs(piece: bytes) -> int:
    """Elements and attributes in these bytes: no fewer than there are."""
    return piece.count(b"<") + piece.count(b"=")
