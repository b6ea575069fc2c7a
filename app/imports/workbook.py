"""XLSX workbooks: looked at before they are opened, read one row after the other, cells as people see them.

A workbook is a packed folder: what it unpacks to is bounded before anything is unpacked. Formulas are read
as the values that the spreadsheet stored with them.
"""

import datetime
import io
import lzma
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from app.imports.columns import COLUMNS_LIMIT
from app.imports.problems import RawRow
from app.imports.text_file import BadFile
from app.imports.traps import refuse_endless, refuse_trap
from app.words import t

BEGINNING = b"PK\x03\x04"
SHEETS_LIMIT = 200
ROWS_LIMIT = 1_048_576
"""Rows that a sheet holds, the empty ones between two others included."""

EXACT_DIGITS = 15
"""Digits that a spreadsheet keeps of a number; the others become zeros."""

ZEROS = re.compile(r"0{2,}")
"""The format of a number that is shown with leading zeros."""

BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    InvalidFileException,
    SyntaxError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    EOFError,
    OSError,
    RuntimeError,
)
"""What reading a file that is no proper workbook ends in."""


class Sheet(ReadOnlyWorksheet):  # type: ignore[misc]
    """A sheet whose size nobody asks for: where a file does not tell it, all of the sheet would be read."""

    def _get_size(self) -> None:
        """Leave it open."""


class Reader(ExcelReader):  # type: ignore[misc]
    """Reads the sheets of cells, and leaves charts and their pictures alone."""

    def read_worksheets(self) -> None:
        """Note each sheet of cells, without reading it."""
        for sheet, relation in self.parser.find_sheets():
            if relation.target in self.valid_files and "chartsheet" not in relation.Type:
                found = Sheet(self.wb, sheet.name, relation.target, self.shared_strings)
                found.sheet_state = sheet.state
                self.wb._sheets.append(found)


def is_workbook(beginning: bytes) -> bool:
    """Whether a file begins as a workbook of today's spreadsheets does."""
    return beginning.startswith(BEGINNING)


def opened_workbook(path: Path) -> Any:
    """The workbook, read as one goes, values instead of formulas. Raises BadFile."""
    refuse_trap(path)
    warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
    content = io.BytesIO(path.read_bytes())
    try:
        reader = Reader(content, read_only=True, data_only=True, keep_links=False)
        reader.read()
        return reader.wb
    except BROKEN:
        raise BadFile(t("imports.workbook_broken")) from None


def sheet_names(path: Path) -> list[str]:
    """The sheets that hold cells and are not hidden. Raises BadFile where there is none.

    It is asked first, once, and therefore looks through the whole file for traps.
    """
    refuse_trap(path)
    refuse_endless(path)
    with closing(opened_workbook(path)) as book:
        names = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"][:SHEETS_LIMIT]
    if not names:
        raise BadFile(t("imports.file_empty"))
    return names


def sheet_rows(path: Path, name: str) -> Iterator[RawRow]:
    """The rows of a sheet that are not blank, from the header on. Raises BadFile."""
    with closing(opened_workbook(path)) as book:
        if name not in book.sheetnames:
            raise BadFile(t("imports.sheet_gone", sheet=name))
        yield from rows_of(book[name])


def rows_of(sheet: Any) -> Iterator[RawRow]:
    """The rows of a sheet that are not blank. Raises BadFile: a cell may be broken that opens well."""
    blank, number = None, 0
    try:
        sheet.reset_dimensions()
        for number, row in enumerate(islice(sheet.iter_rows(max_col=COLUMNS_LIMIT + 1), ROWS_LIMIT + 1), 1):
            if row is blank:
                continue
            cells = filled(row)
            blank = row if not cells else None
            if any(cells):
                yield RawRow(number, cells, spoilt=spoilt_among(row))
    except BROKEN:
        raise BadFile(t("imports.workbook_broken")) from None
    if number > ROWS_LIMIT:
        raise BadFile(t("imports.workbook_trap"))


def filled(row: tuple[Any, ...]) -> list[str]:
    """The cells of a row as text, without the empty ones at its end."""
    end = len(row)
    while end and row[end - 1].value is None:
        end -= 1
    return [shown(cell) for cell in row[:end]]


def shown(cell: Any) -> str:
    """A cell as the person sees it who typed it, numbers in full, dates as ISO 8601."""
    value = cell.value
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        digits = number_text(value)
        form = cell.number_format or ""
        return digits.zfill(len(form)) if ZEROS.fullmatch(form) and digits.isdigit() else digits
    if isinstance(value, datetime.datetime):
        return (value.date() if value.time() == datetime.time() else value).isoformat()
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


def number_text(value: float) -> str:
    """A number without exponent, with the digits that a spreadsheet keeps.

    >>> number_text(4.006381333931e12), number_text(0.1 + 0.2)
    ('4006381333931', '0.3')
    """
    if isinstance(value, int):
        return str(value)
    if value.is_integer():
        return str(int(value))
    return format(Decimal(format(value, f".{EXACT_DIGITS}g")), "f")


def spoilt_among(row: tuple[Any, ...]) -> dict[int, str]:
    """By column what the spreadsheet itself has spoilt: errors, and numbers too long for it."""
    spoilt = {}
    for column, cell in enumerate(row):
        if cell.value is None or (isinstance(cell.value, str) and cell.data_type != "e"):
            continue
        if cell.data_type == "e":
            spoilt[column] = t("imports.cell_error", error=cell.value)
        elif isinstance(cell.value, int | float) and abs(cell.value) >= 10**EXACT_DIGITS:
            spoilt[column] = t("imports.number_long", digits=EXACT_DIGITS)
    return spoilt
