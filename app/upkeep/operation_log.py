"""The log of operations that a database keeps: read up to a time, and played into an older backup."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, inspect, select, text, update

from app.catalog.models import Item, ItemBarcode, Lot, Pack, PackFactor
from app.catalog.search_index import rebuild_index
from app.database import publish, transaction
from app.people.devices.models import Device
from app.people.models import User
from app.stock.book.check import ENTERED
from app.stock.book.facts import as_posted
from app.stock.book.incoming import Incoming
from app.stock.book.models import Operation
from app.stock.book.posting import advance, read_epoch, write
from app.stock.quarantine.models import Quarantine
from app.upkeep.row_copy import pointing_columns
from app.warehouse.models import Location
from sync import movement
from sync.clock import Effective
from sync.heading import heading
from sync.protocol import OPERATIONS_MAX
from sync.wire import read_operation

Row = dict[str, Any]

CARRIED = (
    (User, "created_at", None),
    (Device, "enrolled_at", "device"),
    (Location, "created_at", "location"),
    (Item, "created_at", "item"),
    (Pack, "created_at", None),
    (PackFactor, None, None),
    (ItemBarcode, None, None),
)
"""What operations speak of: table, the column of its beginning, and its name in the feed."""


@dataclass(frozen=True)
class OperationLog:
    """What came after a backup, in the order in which it was recorded."""

    operations: list[Row] = field(default_factory=list)
    held: list[Row] = field(default_factory=list)
    """Operations in quarantine; those decided later wait again."""
    spoken_of: dict[str, list[Row]] = field(default_factory=dict)
    """New people, devices, places and goods, by table."""


def read_log(connection: Connection, since: int, until: int) -> OperationLog:
    """What was recorded from ``since`` up to ``until``, both in milliseconds and included."""
    within = Operation.recorded_at.between(since, until)
    order = (Operation.recorded_at, Operation.device_id, Operation.epoch, Operation.seq)
    operations = rows_of(connection, select(Operation.__table__).where(within).order_by(*order))
    held = select(Quarantine.__table__).where(Quarantine.recorded_at <= until).order_by(Quarantine.id)
    spoken_of = {
        model.__tablename__: rows_of(connection, begun_by(model, column, until))
        for model, column, _entity in CARRIED
    }
    spoken_of["lot"] = entered_lots(connection, until)
    return OperationLog(operations, [as_at(row, until) for row in rows_of(connection, held)], spoken_of)


def begun_by(model: Any, column: str | None, until: int) -> Any:
    """The rows of a table that were there at a time, parents before children."""
    query = select(model.__table__).order_by(*inspect(model).primary_key)
    return query.where(getattr(model, column) <= until) if column else query


def entered_lots(connection: Connection, until: int) -> list[Row]:
    """The lots that the office entered; all others come into being with the operations."""
    entered = {tuple(row) for row in connection.execute(text(ENTERED))}
    lots = rows_of(connection, select(Lot.__table__).where(Lot.created_at <= until))
    return [row for row in lots if (row["item_id"], row["code"]) in entered]


def rows_of(connection: Connection, query: Any) -> list[Row]:
    """The rows, free of the database that they come from."""
    return [dict(row) for row in connection.execute(query).mappings()]


def as_at(row: Row, until: int) -> Row:
    """A held operation as it was at a time: what was decided later waits."""
    if (row["decided_at"] or 0) <= until:
        return row
    return {**row, "decided_at": None, "decided_by": None, "decision": "", "note": ""}


def replay_log(log: OperationLog) -> int:
    """Play the log into the database, each operation at its own time. Returns how many were new."""
    if not log.spoken_of:
        return 0
    with transaction() as connection:
        add_spoken_of(connection, log)
        add_held(connection, log.held)
        known = set(connection.execute(select(Operation.id)).scalars())
    fresh = [row for row in log.operations if row["id"] not in known]
    for source, rows in itertools.groupby(fresh, key=pushed_as_one):
        for batch in batches(rows):
            with transaction() as connection:
                replay_push(connection, source, batch)
    return len(fresh)


def pushed_as_one(row: Row) -> tuple[str, int, int]:
    """Device, epoch and moment: what came in one push has them in common."""
    return row["device_id"], row["epoch"], row["recorded_at"]


def batches(rows: Iterable[Row]) -> Iterable[Sequence[Row]]:
    """At most as many as a push holds."""
    waiting = iter(rows)
    while batch := list(itertools.islice(waiting, OPERATIONS_MAX)):
        yield batch


def replay_push(connection: Connection, source: tuple[str, int, int], rows: Sequence[Row]) -> None:
    """Post what once came in a push, with the times that were computed then."""
    device, number, recorded_at = source
    epoch = read_epoch(connection, device, number)
    saved = write(connection, [(device, number, [incoming(row) for row in rows])], recorded_at)
    seq = max(epoch.applied_seq, *(row["seq"] for row in rows))
    at = max(epoch.effective_at, *(row["effective_at"] for row in rows))
    advance(connection, [epoch.reaching(seq, at)])
    publish(connection, saved.changes, saved.checksum_delta)


def incoming(row: Row) -> Incoming:
    """A stored operation on its way into the book again."""
    raw = row["body"].encode()
    captured = read_operation(heading(raw).content)
    times = (row["effective_at"], row["uncertainty_ms"])
    where = (row["device_id"], row["epoch"], row["seq"])
    body = as_posted(captured.body, row.get("posted_quantity"))
    fact = movement.Operation(row["id"], *where, *times, body, bool(row["permitted"]))
    entry = Incoming(row["id"], row["seq"], raw, row["digest"], captured, captured.capture, Effective(*times))
    entry.operation, entry.actor = fact, row["actor_id"]
    return entry


def add_held(connection: Connection, held: Sequence[Row]) -> None:
    """Add what was in quarantine, and count its numbers as settled."""
    connection.execute(delete(Quarantine).where(Quarantine.id.in_([row["id"] for row in held])))
    for row in add_missing(connection, Quarantine, held):
        epoch = read_epoch(connection, row["device_id"], row["epoch"])
        seq = max(epoch.applied_seq, row["seq"])
        advance(connection, [epoch.reaching(seq, max(epoch.effective_at, row["effective_at"]))])
    publish(connection, [("outcome", row["operation_id"]) for row in held])


def add_spoken_of(connection: Connection, log: OperationLog) -> None:
    """Add the people, devices, places and goods that the backup does not know yet."""
    changes: list[tuple[str, str]] = []
    for model, column, entity in CARRIED:
        rows = log.spoken_of.get(model.__tablename__, [])
        added = add_missing(connection, model, rows if column else with_parents(connection, model, rows))
        changes += [(entity, str(row["id"])) for row in added] if entity else []
    add_missing(connection, Lot, log.spoken_of["lot"])
    rebuild_index(connection)
    publish(connection, changes)


def with_parents(connection: Connection, model: Any, rows: Sequence[Row]) -> Sequence[Row]:
    """Those of the rows whose item and pack are there: they tell no time, and may be of a later one."""
    table: Table = model.__table__
    for column in table.c:
        for key in column.foreign_keys:
            there = {None, *connection.scalars(select(key.column))}
            rows = [row for row in rows if row[column.name] in there]
    return rows


def add_missing(connection: Connection, model: Any, rows: Sequence[Row]) -> list[Row]:
    """Insert the rows whose key is not there; returns them. A row may point at one that comes after it."""
    table: Table = model.__table__
    key = [column.name for column in inspect(model).primary_key]
    there = {tuple(row) for row in connection.execute(select(*(table.c[name] for name in key)))}
    missing = [row for row in rows if tuple(row[name] for name in key) not in there]
    pointing = pointing_columns(table)
    if missing:
        connection.execute(insert(table), [{**row, **dict.fromkeys(pointing)} for row in missing])
    for row, name in itertools.product(missing, pointing):
        if row[name] is not None:
            connection.execute(update(table).where(table.c.id == row["id"]).values({name: row[name]}))
    return missing
