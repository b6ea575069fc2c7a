"""A workbook of one sheet, written while it is sent: a row once written is never touched again.

Only what a list needs (SpreadsheetML, ECMA-376): texts in their cells, numbers, times, a head that stays in
view and can be filtered. Texts are written as texts, so no spreadsheet takes one for a formula.
"""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

Cell = str | int | Decimal | datetime | None

MOST_ROWS = 1_048_575
"""Rows below the head that a sheet holds."""
TEXT_LIMIT = 32_767
"""Characters that a cell holds."""
MOST_DIGITS = 15
"""Digits that a spreadsheet counts exactly; longer numbers are written as texts."""
WIDTH = 18

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold."""
EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
"""Day 0 of the sheet's calendar, which knows no zones: a time is written as its clock shows it."""
DAY_S = 86_400

HEAD_STYLE, MOMENT_STYLE = 1, 2

HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"

FRAME = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    "</styleSheet>",
}
SHEET_BEGIN = (
    f'{HEADER}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<cols><col min="1" max="{count}" width="{width}" customWidth="1"/></cols><sheetData>'
)
SHEET_END = '</sheetData><autoFilter ref="A1:{last}"/></worksheet>'


class Outlet(io.RawIOBase):
    """Takes what the archive writes and hands it on; it never goes back."""

    def __init__(self) -> None:
        super().__init__()
        self._held: list[bytes] = []

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, part: bytes | bytearray | memoryview) -> int:  # type: ignore[override]
        """Keep the bytes until they are taken."""
        self._held.append(bytes(part))
        return len(part)

    def taken(self) -> bytes:
        """What was written since the last time."""
        held, self._held = b"".join(self._held), []
        return held


def workbook(title: str, head: Sequence[str], parts: Iterable[Sequence[Sequence[Cell]]]) -> Iterator[bytes]:
    """The bytes of the file, one piece for each part of the rows. Rows beyond ``MOST_ROWS`` are left out."""
    outlet = Outlet()
    letters = [letter_of(column) for column in range(len(head))]
    with ZipFile(outlet, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in {**FRAME, "xl/workbook.xml": book_of(title)}.items():
            archive.writestr(entry(name), HEADER + text if not text.startswith(HEADER) else text)
        with archive.open(entry("xl/worksheets/sheet1.xml"), "w") as sheet:
            sheet.write(SHEET_BEGIN.format(count=len(head), width=WIDTH).encode())
            sheet.write(head_row(head, letters).encode())
            number = 1
            for part in parts:
                lines = [row(cells, number + at, letters) for at, cells in enumerate(part, 1)]
                kept = lines[: MOST_ROWS + 1 - number]
                number += len(kept)
                sheet.write("".join(kept).encode())
                yield outlet.taken()
            sheet.write(SHEET_END.format(last=f"{letters[-1]}{number}").encode())
    yield outlet.taken()


def entry(name: str) -> ZipInfo:
    """A file of the archive; its time says nothing, so that equal lists make equal files."""
    found = ZipInfo(name)
    found.compress_type = ZIP_DEFLATED
    return found


def book_of(title: str) -> str:
    """The workbook's own page."""
    return (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f'<sheets><sheet name="{escaped(title)[:31]}" sheetId="1" r:id="r1"/></sheets></workbook>'
    )


def head_row(head: Sequence[str], letters: Sequence[str]) -> str:
    """The first row."""
    places = zip(head, letters, strict=True)
    cells = [text_cell(text, f"{letter}1", HEAD_STYLE) for text, letter in places]
    return f'<row r="1">{"".join(cells)}</row>'


def row(cells: Sequence[Cell], number: int, letters: Sequence[str]) -> str:
    """One row of the sheet."""
    written = [
        cell_of(cell, f"{letter}{number}")
        for cell, letter in zip(cells, letters, strict=True)
        if cell or cell == 0
    ]
    return f'<row r="{number}">{"".join(written)}</row>'


def cell_of(cell: Cell, place: str) -> str:
    """One cell that holds something."""
    if isinstance(cell, str):
        return text_cell(cell, place)
    if isinstance(cell, datetime):
        days = (cell.replace(tzinfo=UTC) - EPOCH).total_seconds() / DAY_S
        return f'<c r="{place}" s="{MOMENT_STYLE}"><v>{days:.9f}</v></c>'
    number = format(cell, "f") if isinstance(cell, Decimal) else str(cell)
    if len(number) > MOST_DIGITS and sum(sign.isdigit() for sign in number) > MOST_DIGITS:
        return text_cell(number, place)
    return f'<c r="{place}"><v>{number}</v></c>'


def text_cell(text: str, place: str, style: int = 0) -> str:
    """A cell of text, blanks at its ends included."""
    kept = escaped(text[:TEXT_LIMIT])
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{kept}</t></is></c>'


def escaped(text: str) -> str:
    """The text as XML holds it; what it cannot hold shows as the sign for that."""
    if text.isalnum():
        return text
    plain = text if text.isprintable() else FORBIDDEN.sub("\ufffd", text)
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").replace("\r", "&#13;")


def letter_of(column: int) -> str:
    """What a spreadsheet calls a column, from 0: A … Z, AA …

    >>> [letter_of(column) for column in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    before, last = divmod(column, 26)
    return (letter_of(before - 1) if before else "") + chr(ord("A") + last)
