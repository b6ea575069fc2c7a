"""Gather, of serials: every way that each of them took, and the cells that it ever came by."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from app.database.listed import listed
from app.stock.book.facts import KEY_COLUMNS, LEG_COLUMNS, key_of, leg_of
from app.stock.book.touched import SERIAL, TIMED_CELL, Touched
from sync.movement import Cell, Count, Move, Operation
from sync.serial import Sighting
from sync.settlement import Serial, SerialEntry


def serials_of_targets(connection: Connection, targets: Iterable[str]) -> set[Serial]:
    """Serials whose chains change when these operations are taken back."""
    keys = [(name,) for name in targets]
    seen = listed(connection, ("id",), keys, SIGHTED_BY)
    carried = listed(connection, ("id",), keys, LEGS)
    return {(row.item_id, row.serial) for row in (*seen, *carried) if row.serial}


def serials_in_counted(connection: Connection, operations: Sequence[Operation]) -> set[Serial]:
    """Serials that may be at home in a cell when all of its serials are read: there now, or since."""
    keys = [
        (*fact.body.cell, fact.effective_at)
        for fact in operations
        if isinstance(fact.body, Count) and fact.body.serials is not None
    ]
    present = listed(connection, TIMED_CELL, keys, SERIALS_PRESENT)
    passed = listed(connection, TIMED_CELL, keys, SERIALS_PASSED)
    return {(row.item_id, row.serial) for row in (*present, *passed)}


def read_sightings(connection: Connection, serials: set[Serial]) -> dict[Serial, list[Sighting]]:
    """Every standing fact of each serial."""
    found = defaultdict(list)
    for row in listed(connection, SERIAL, serials, SIGHTINGS):
        sighting = Sighting(row.operation_id, key_of(row), row.lot, row.from_id, row.to_id)
        found[row.item_id, row.serial].append(sighting)
    return dict(found)


def read_serial_entries(connection: Connection, serials: set[Serial]) -> dict[Serial, list[SerialEntry]]:
    """Every way of each serial."""
    found = defaultdict(list)
    for row in listed(connection, SERIAL, serials, SERIAL_LEGS):
        found[row.item_id, row.serial].append(SerialEntry(row.operation_id, key_of(row), leg_of(row)))
    return dict(found)


def touch_serials(
    touched: Touched, sightings: dict[Serial, list[Sighting]], entries: dict[Serial, list[SerialEntry]]
) -> None:
    """Touch every cell that these serials ever came by: their counts may have missed them."""
    for (item, _), seen in sightings.items():
        for sighting in seen:
            touched.cell(Cell(item, sighting.lot, sighting.destination), 0)
    for found in entries.values():
        for entry in found:
            for cell, _ in entry.leg.changes():
                touched.cell(cell, 0)
    for _, body in touched.bodies:
        if isinstance(body, Move) and body.serials:
            touched.cell(body.cells()[1], 0)


LEGS = f"""
SELECT m.operation_id, {LEG_COLUMNS} FROM {{wanted}} CROSS JOIN movement m WHERE m.operation_id = wanted.id"""
SIGHTED_BY = """
SELECT s.item_id, s.serial FROM {wanted} CROSS JOIN serial_sighting s WHERE s.operation_id = wanted.id"""
SERIALS_PRESENT = """
SELECT p.item_id, p.serial FROM {wanted} CROSS JOIN serial_position p
WHERE p.location_id = wanted.location_id AND p.item_id = wanted.item_id AND p.lot = wanted.lot"""
SERIALS_PASSED = " UNION ALL ".join(
    f"""
SELECT m.item_id, m.serial FROM {{wanted}} CROSS JOIN movement m
WHERE m.item_id = wanted.item_id AND m.lot = wanted.lot AND m.{side} = wanted.location_id
AND m.effective_at >= wanted.since AND m.serial <> ''"""
    for side in ("from_id", "to_id")
)
SIGHTINGS = f"""
SELECT s.item_id, s.serial, s.operation_id, s.lot, s.from_id, s.to_id, {KEY_COLUMNS}
FROM {{wanted}} CROSS JOIN serial_sighting s JOIN operation o ON o.id = s.operation_id
WHERE s.item_id = wanted.item_id AND s.serial = wanted.serial AND o.reversed_by_id IS NULL"""
SERIAL_LEGS = f"""
SELECT m.operation_id, {LEG_COLUMNS}, {KEY_COLUMNS}
FROM {{wanted}} CROSS JOIN movement m JOIN operation o ON o.id = m.operation_id
WHERE m.item_id = wanted.item_id AND m.serial = wanted.serial AND m.serial <> ''"""
