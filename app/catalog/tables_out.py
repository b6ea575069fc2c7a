"""Tables that leave as CSV files, streamed: items as their list shows them, problems of an import."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from flask import Response, stream_with_context
from sqlalchemy import Connection, select, tuple_

from app.catalog.import_columns import FIELDS
from app.catalog.import_files import read_problems
from app.catalog.import_rows import SEVERAL
from app.catalog.item_list import Question, question_of
from app.catalog.items import COLUMNS, ItemRecord, with_barcodes
from app.catalog.models import Item
from app.cells import guarded
from app.database import reading
from app.listing import Listing
from app.words import t

PART_ROWS = 1_000
MARK = "\ufeff"
"""Tells a spreadsheet that the file is UTF-8."""

ITEM_HEADER = (*FIELDS, "state")

Key = tuple[str, int]


def items_csv(listing: Listing) -> Iterator[str]:
    """Every item that the list would show, sorted by name; an import reads the file again."""
    yield MARK + lines([ITEM_HEADER])
    last: Key | None = ("", 0)
    while last is not None:
        with reading() as connection:
            part, last = part_of_items(connection, question_of(listing), last)
        yield lines(item_line(record) for record in part)


def part_of_items(
    connection: Connection, question: Question, last: Key
) -> tuple[list[ItemRecord], Key | None]:
    """The next part of the items behind ``last``, and where it ends; None at the end."""
    order = (Item.sort_name, Item.id)
    conditions = [] if question.is_hopeless else [*question.columns(hidden=True), *question.text()]
    if not conditions:
        return [], None
    part = select(*COLUMNS, Item.sort_name).where(*conditions, tuple_(*order) > tuple_(*last))
    rows = list(connection.execute(part.order_by(*order).limit(PART_ROWS)))
    end = (rows[-1].sort_name, rows[-1].id) if len(rows) == PART_ROWS else None
    return with_barcodes(connection, rows), end


def item_line(record: ItemRecord) -> tuple[str, ...]:
    """One item as a line of the file."""
    texts = (record.code, record.name, f" {SEVERAL} ".join(record.shown_barcodes), record.description)
    measures = (record.category, record.unit, str(record.decimals), record.tracking)
    return (*texts, *measures, "yes" if record.expiring else "no", record.state)


def problems_csv(import_id: str) -> Iterator[str]:
    """Everything that is wrong with an import."""
    heads = ("row", "column", "level", "problem", "value")
    yield MARK + lines([tuple(t(f"catalog.problem_{head}") for head in heads)])
    for problem in read_problems(import_id):
        level = t("catalog.level_warning" if problem.is_warning else "catalog.level_error")
        yield lines([(str(problem.row), problem.column, level, problem.message, problem.value)])


def lines(rows: Iterable[Sequence[str]]) -> str:
    """Rows as lines of CSV, guarded against being taken for formulas."""
    text = io.StringIO()
    csv.writer(text).writerows([guarded(cell) for cell in row] for row in rows)
    return text.getvalue()


def streamed(parts: Iterator[str], file_name: str) -> Response:
    """A download that is written while it is sent."""
    response = Response(stream_with_context(parts), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
