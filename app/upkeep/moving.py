"""Moving an installation to another database: every row as it is, proved before it counts, or nothing.

The copy keeps the server's incarnation: feed positions, sequences of devices and checksums are the same in
it, so a device goes on as if nothing had happened, and what it had not sent yet it sends to the new place.
The original gets a new incarnation when the copy is whole: should somebody serve from it again, a device
sees a server that was put back to an earlier time and refills it, as after a restore.
"""

import hashlib
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Connection, Table, func, inspect, select, update
from sqlalchemy.exc import SQLAlchemyError

from app.catalog.search_index import rebuild_index
from app.clock import now_ms
from app.config import Settings
from app.database import disconnect, reading, transaction
from app.database.bulk import insert_into, write_rows
from app.database.postgresql import follow_ids
from app.database.schema import is_current, make_tables
from app.database.tables import METADATA
from app.stock.book.check import differences
from app.stock.feed.models import Incarnation
from app.upkeep.in_use import InUse, alone
from app.upkeep.row_copy import point, pointing_columns
from app.upkeep.trouble import in_a_line
from app.web.errors import Refusal

BATCH = 2_000
"""Rows in one statement."""

Report = Callable[[str, int, int], None]
"""Told of each batch: the table, how many of its rows are copied, how many there are."""


class CannotMove(Exception):
    """Nothing was moved; the text is for a person."""


@dataclass(frozen=True)
class Moved:
    """What was copied and proved."""

    rows: int
    tables: int
    operations: int


def move(app_at: Callable[[Settings], Flask], url: str, report: Report) -> Moved:
    """Copy the installation into the empty database at ``url`` and prove the copy.

    ``app_at`` makes an application from settings. Raises CannotMove.
    """
    here: Settings = current_app.config["TALLYMAN"]
    if url == here.database_url:
        raise CannotMove("That is the database which the installation uses already.")
    there = app_at(replace(here, database_url=url))
    try:
        with alone(here.home), reading() as source:
            refuse_unsound(source)
            moved = copied_into(there, source, report)
    except InUse:
        raise CannotMove("A server or a worker is running. Stop it first.") from None
    with transaction() as connection:
        renewed = {"sid": str(uuid.uuid4()), "started_at": now_ms()}
        connection.execute(update(Incarnation).values(**renewed))
    return moved


def refuse_unsound(source: Connection) -> None:
    """Raises CannotMove where the book does not agree with itself, or is of another release."""
    if not is_current(source):
        raise CannotMove("The database is of an earlier release: run flask database-upgrade first.")
    if found := differences(source):
        raise CannotMove(f"The book does not agree with itself ({len(found)} differences): see flask check.")


def copied_into(there: Flask, source: Connection, report: Report) -> Moved:
    """Make the tables there and fill them in one transaction. Raises CannotMove, with none of them filled."""
    with there.app_context():
        try:
            refuse_filled()
            make_tables()
            with transaction() as target:
                moved = copy(source, target, report)
                prove(source, target)
        except (SQLAlchemyError, Refusal) as error:
            raise CannotMove(f"The other database cannot be used: {in_a_line(error)}.") from error
        finally:
            disconnect()
    return moved


def refuse_filled() -> None:
    """Raises CannotMove unless every table there is empty."""
    with reading() as target:
        names = set(inspect(target).get_table_names()) & METADATA.tables.keys()
        filled = [name for name in sorted(names) if has_rows(target, METADATA.tables[name])]
    if filled:
        raise CannotMove(f"The other database is not empty: {', '.join(filled[:5])} hold rows.")


def has_rows(connection: Connection, table: Table) -> bool:
    """Whether there is anything in the table."""
    return connection.execute(select(*table.primary_key).limit(1)).first() is not None


def copy(source: Connection, target: Connection, report: Report) -> Moved:
    """Copy all tables, parents before children."""
    counts = {}
    for table in METADATA.sorted_tables:
        counts[table.name] = copy_table(source, target, table, report)
    follow_ids(target, METADATA.sorted_tables)
    rebuild_index(target)
    return Moved(sum(counts.values()), len(counts), counts["operation"])


def copy_table(source: Connection, target: Connection, table: Table, report: Report) -> int:
    """Copy one table in batches; what points at rows of the same table is set when all are there."""
    total = int(source.execute(select(func.count()).select_from(table)).scalar_one())
    pointing = pointing_columns(table)
    statement = insert_into(table.name, *(column.name for column in table.columns))
    positions = [table.columns.keys().index(name) for name in pointing]
    done = 0
    for rows in batches(source, table):
        write_rows(target, statement, [without(row, positions) for row in rows])
        done += len(rows)
        report(table.name, done, total)
    for name in pointing:
        point(source, target, table, name)
    return total


def without(row: Sequence[Any], positions: Sequence[int]) -> tuple[Any, ...]:
    """The row with nothing at some places."""
    return tuple(None if index in positions else value for index, value in enumerate(row))


def batches(connection: Connection, table: Table) -> Iterator[Sequence[Sequence[Any]]]:
    """The rows of a table in the order of their key, some thousand at a time."""
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=BATCH)
    return connection.execute(query).partitions()


def prove(source: Connection, target: Connection) -> None:
    """Raises CannotMove unless the copy holds the same rows and a replay of its facts agrees with it."""
    for table in METADATA.sorted_tables:
        if digest(source, table) != digest(target, table):
            raise CannotMove(f"The copy of {table.name} differs from the original.")
    if found := differences(target):
        raise CannotMove(f"The copied book does not agree with a replay of its facts: {found[0]}")


def digest(connection: Connection, table: Table) -> str:
    """The content of a table in one line."""
    found = hashlib.sha256()
    for rows in batches(connection, table):
        for row in rows:
            found.update(repr(tuple(row)).encode())
    return found.hexdigest()
