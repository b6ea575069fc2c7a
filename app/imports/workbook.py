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
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from app.imports.columns import COLUMNS_LIMIT
from app.imports.problems import RawRow
from app.imports.text_file import BadFile
from app.words import t

BEGINNING = b"PK\x03\x04"
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
SHEETS_LIMIT = 200

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


def is_workbook(beginning: bytes) -> bool:
    """Whether a file begins as a workbook of today's spreadsheets does."""
    return beginning.startswith(BEGINNING)


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


def opened_workbook(path: Path) -> Any:
    """The workbook, read as one goes, values instead of formulas. Raises BadFile."""
    refuse_trap(path)
    warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
    content = io.BytesIO(path.read_bytes())
    try:
        return openpyxl.load_workbook(content, read_only=True, data_only=True, keep_links=False)
    except BROKEN:
        raise BadFile(t("imports.workbook_broken")) from None


def sheet_names(path: Path) -> list[str]:
    """The sheets that hold cells and are not hidden. Raises BadFile where there is none."""
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
    try:
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(max_col=COLUMNS_LIMIT + 1), 1):
            cells = filled(row)
            if any(cells):
                yield RawRow(number, cells, spoilt=spoilt_among(row))
    except BROKEN:
        raise BadFile(t("imports.workbook_broken")) from None


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
