"""Lists that leave as tables, CSV or XLSX, written while they are sent.

A text that a spreadsheet could take for a formula gets an apostrophe in front, in both kinds of file
(``app/lists/formula_guard.py``): a sheet that is saved as CSV later is as safe. An import takes it off again.
"""

import csv
import io
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Generic, TypeVar

from flask import Response, request, stream_with_context

from app.clock import now_ms
from app.lists.formula_guard import guarded
from app.lists.xlsx import KIND, MOST_ROWS, Cell, workbook
from app.people.access.throttle import count_export
from app.people.guard import current_user_id
from app.values.zones import house_zone, house_zone_name
from sync.quantity import format_quantity

Row = TypeVar("Row")

KINDS = ("csv", "xlsx")
TYPES = {"csv": "text/csv", "xlsx": f"{KIND}.sheet"}
MARK = "\ufeff"
"""Tells a spreadsheet that the file is UTF-8."""
PART_ROWS = 500
"""Rows written before others get their turn: some milliseconds of work."""

__all__ = ["KINDS", "MOST_ROWS", "PART_ROWS", "Column", "Table", "asked_kind", "download", "moment", "number"]


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column of the file: its head, and what a row holds in it."""

    head: str
    cell: Callable[[Row], Cell]
    part: str = ""
    """The column of the list that it belongs to: who hides that one does not get this one."""


@dataclass(frozen=True)
class Table(Generic[Row]):
    """What leaves: the file's name without its ending, the columns, the rows in parts."""

    name: str
    columns: Sequence[Column[Row]]
    parts: Iterable[Sequence[Row]]

    @property
    def head(self) -> list[str]:
        """The heads of the columns, guarded as the cells are, for people name some; times name their zone."""
        zone = f"({house_zone_name() or 'UTC'})"
        return [guarded(column.head.replace("(UTC)", zone)) for column in self.columns]

    def cells(self) -> Iterator[list[list[Cell]]]:
        """The rows as cells, in parts; between two of them others get their turn."""
        for part in self.parts:
            columns = [guarded_texts(map(column.cell, part)) for column in self.columns]
            yield [list(row) for row in zip(*columns, strict=True)]
            time.sleep(0)


def asked_kind() -> str:
    """The kind of file that the address asks for with ``as``; empty where a page is asked for."""
    kind = request.args.get("as", "")
    return kind if kind in KINDS else ""


def download(table: Table[Row], kind: str) -> Response:
    """The table as a file of this kind, streamed."""
    count_export(current_user_id())
    written: Iterator[bytes] = csv_bytes(table)
    if kind == "xlsx":
        written = workbook(table.name, table.head, table.cells())
    day = datetime.fromtimestamp(now_ms() / 1000, house_zone()).date().isoformat()
    response = Response(stream_with_context(written), mimetype=TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{table.name}-{day}.{kind}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def csv_bytes(table: Table[Row]) -> Iterator[bytes]:
    """The table as CSV in UTF-8."""
    yield (MARK + lines([table.head])).encode()
    for part in table.cells():
        yield lines([[shown(cell) for cell in row] for row in part]).encode()


def lines(rows: Iterable[Sequence[str]]) -> str:
    """Rows as lines of CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def guarded_texts(cells: Iterable[Cell]) -> list[Cell]:
    """The cells as they may leave: texts are guarded against being taken for formulas."""
    return [guarded(cell) if cell and isinstance(cell, str) else cell for cell in cells]


def shown(cell: Cell) -> str:
    """A cell as CSV holds it: numbers without exponent, times with their distance from UTC (ISO 8601)."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return "" if cell is None else str(cell)


def moment(at: int | None) -> datetime | None:
    """Milliseconds since 1970 as a time in the house's zone, else in UTC."""
    return None if at is None else datetime.fromtimestamp(at / 1000, house_zone())


def number(millionths: int | None) -> Decimal | None:
    """Millionths of a base unit as an exact number."""
    return None if millionths is None else Decimal(format_quantity(millionths))
