"""Gather: the slice of the book that a batch of operations touches, in a few statements for all of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from app.database.listed import listed
from app.stock.book.facts import (
    KEY_COLUMNS,
    LEG_COLUMNS,
    OPERATION_COLUMNS,
    cell_of,
    key_of,
    leg_of,
    operation_of,
)
from sync.clock import UNCERTAINTY_MAX_MS
from sync.count import Change, CountPoint
from sync.discrepancy import survivor_of
from sync.movement import Cell, Count, ItemFacts, Move, Operation, Reverse
from sync.serial import Sighting
from sync.settlement import Ledger, Level, LotName, LotTrace, Neighbour, Serial, SerialEntry, Target

CELL = ("item_id", "lot", "location_id")
TIMED_CELL = (*CELL, "since")
SERIAL = ("item_id", "serial")


@dataclass(slots=True)
class Touched:
    """What a batch names: bodies of new operations and of those it takes back."""

    bodies: list[tuple[Operation, Move | Count]] = field(default_factory=list)
    serials: set[Serial] = field(default_factory=set)
    since: dict[Cell, int] = field(default_factory=dict)
    """By cell, from which effective time on its counts matter."""

    def cell(self, cell: Cell, since: int) -> None:
        """A cell is touched from some time on."""
        self.since[cell] = min(since, self.since.get(cell, since))


def gather(connection: Connection, operations: Sequence[Operation]) -> Ledger:
    """Read everything that ``settle`` needs to know about a batch of new operations."""
    targets = read_targets(connection, operations)
    touched = touched_by([*operations, *(target.operation for target in targets.values())])
    touched.serials |= serials_of_targets(connection, targets)
    touched.serials |= serials_in_counted(connection, operations)
    sightings = read_sightings(connection, touched.serials)
    entries = read_serial_entries(connection, touched.serials)
    touch_serials(touched, sightings, entries)
    items, families = read_items(connection, {body.item for _, body in touched.bodies})
    later, neighbours = read_around_counts(connection, operations)
    return Ledger(
        items=items,
        families=families,
        locations=read_locations(connection, touched),
        levels=read_levels(connection, touched.since, items, families),
        points=read_points(connection, touched.since),
        later=later,
        neighbours=neighbours,
        targets=targets,
        waiting=read_waiting(connection, operations),
        traces=read_traces(connection, {(body.item, body.lot) for _, body in touched.bodies if body.lot}),
        sightings=sightings,
        serial_entries=entries,
    )


def touched_by(operations: Iterable[Operation]) -> Touched:
    """What operations name, with the cells and from when on."""
    touched = Touched()
    for operation in operations:
        body = operation.body
        if not isinstance(body, Move | Count):
            continue
        touched.bodies.append((operation, body))
        since = window_start(operation)
        for cell in body.cells() if isinstance(body, Move) else (body.cell,):
            touched.cell(cell, since)
        touched.serials.update((body.item, serial) for serial in body.serials or ())
    return touched


def window_start(operation: Operation) -> int:
    """How far back another fact may stand and still be confused with this one."""
    return operation.effective_at - operation.uncertainty_ms - UNCERTAINTY_MAX_MS


def read_targets(connection: Connection, operations: Sequence[Operation]) -> dict[str, Target]:
    """The operations that the batch takes back, as far as they stand in the book."""
    wanted = {fact.body.target for fact in operations if isinstance(fact.body, Reverse)}
    keys = [(name,) for name in wanted]
    found = listed(connection, ("id",), keys, OPERATIONS)
    legs = defaultdict(list)
    for row in listed(connection, ("id",), keys if found else (), LEGS):
        if not row.serial:
            legs[row.operation_id].append(leg_of(row))
    return {
        row.id: Target(operation_of(row), tuple(legs[row.id]), row.reversed_by_id is not None)
        for row in found
    }


def read_waiting(connection: Connection, operations: Sequence[Operation]) -> dict[str, str]:
    """Operations of the batch that were taken back before they came."""
    rows = listed(connection, ("id",), [(fact.id,) for fact in operations], WAITING)
    return {row.target_id: row.id for row in rows}


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


def read_items(
    connection: Connection, wanted: set[int]
) -> tuple[dict[int, ItemFacts], dict[int, tuple[int, ...]]]:
    """What is known of these items and of all they are merged with; the families by survivor."""
    found: dict[int, ItemFacts] = {}
    asked: set[int] = set()
    missing = set(wanted)
    while missing:
        asked |= missing
        for row in listed(connection, ("item_id",), [(item,) for item in missing], ITEMS):
            found[row.id] = ItemFacts(row.tracking, row.archived_at, row.survivor_id)
        survivors = {facts.survivor for facts in found.values() if facts.survivor is not None}
        missing = (survivors | found.keys()) - asked
    return found, families_of(found)


def families_of(items: dict[int, ItemFacts]) -> dict[int, tuple[int, ...]]:
    """The members of each family by survivor; items that stand alone are left out."""
    families = defaultdict(list)
    for item in items:
        families[survivor_of(item, items)].append(item)
    return {survivor: tuple(members) for survivor, members in families.items() if len(members) > 1}


def read_locations(connection: Connection, touched: Touched) -> dict[int, bool]:
    """Which of the touched places are known, and which of those are virtual."""
    named = {cell.location for cell in touched.since}
    rows = listed(connection, ("location_id",), [(place,) for place in named], LOCATIONS)
    return {row.id: row.kind == "virtual" for row in rows}


def read_levels(
    connection: Connection,
    cells: Iterable[Cell],
    items: dict[int, ItemFacts],
    families: dict[int, tuple[int, ...]],
) -> dict[Cell, Level]:
    """On hand of the cells and of their families' cells."""
    wanted = set(cells)
    for cell in list(wanted) if families else ():
        for member in families.get(survivor_of(cell.item, items), ()):
            wanted.add(cell._replace(item=member))
    rows = listed(connection, CELL, wanted, LEVELS)
    return {cell_of(row): Level(row.quantity, row.named_at) for row in rows}


def read_points(connection: Connection, since: dict[Cell, int]) -> dict[Cell, list[CountPoint]]:
    """The standing counts of each cell from a time on."""
    found = defaultdict(list)
    for row in listed(connection, TIMED_CELL, [(*cell, at) for cell, at in since.items()], POINTS):
        cell = cell_of(row)
        found[cell].append(
            CountPoint(
                row.operation_id,
                key_of(row),
                row.uncertainty_ms,
                cell,
                row.counted,
                bool(row.enumerated),
                row.adjustment,
                row.adjusted_serials,
            )
        )
    return found


def counted_since(operations: Iterable[Operation]) -> Iterator[tuple[int, str, int, int]]:
    """The cells that the batch counts, each with the time from which its movements matter."""
    since: dict[Cell, int] = {}
    for fact in operations:
        if isinstance(fact.body, Count):
            start = window_start(fact)
            since[fact.body.cell] = min(start, since.get(fact.body.cell, start))
    for cell, start in since.items():
        yield (*cell, start)


def read_around_counts(
    connection: Connection, operations: Sequence[Operation]
) -> tuple[dict[Cell, list[Change]], dict[Cell, list[Neighbour]]]:
    """What the book holds around and after new counts: changes of balance, and facts near in time."""
    later = defaultdict(list)
    near: dict[tuple[Cell, str], Neighbour] = {}
    for row in listed(connection, TIMED_CELL, counted_since(operations), AROUND_COUNTS):
        cell = cell_of(row)
        later[cell].append(Change(key_of(row), row.change))
        if row.role == "fact" and row.reversed_by_id is None:
            other = near.get((cell, row.operation_id))
            quantity = abs(row.change) + (other.quantity if other else 0)
            about = (row.operation_id, row.device_id, row.effective_at, row.uncertainty_ms, quantity)
            near[cell, row.operation_id] = Neighbour(*about)
    neighbours = defaultdict(list)
    for (cell, _), neighbour in near.items():
        neighbours[cell].append(neighbour)
    return later, neighbours


def read_traces(connection: Connection, lots: set[LotName]) -> dict[LotName, LotTrace]:
    """What facts said of these lots so far, and whether the office entered them; new lots are left out."""
    found = {}
    for row in listed(connection, ("item_id", "lot"), lots, TRACES):
        if row.introductions is None and row.introduced is None:
            continue
        introductions = row.introductions or 0
        entered = bool(row.entered) or (bool(row.introduced) and not introductions)
        found[row.item_id, row.lot] = LotTrace(
            introductions, row.moves or 0, row.moved_at or 0, entered, row.expires_on
        )
    return found


OPERATIONS = f"""
SELECT {OPERATION_COLUMNS} FROM {{wanted}} CROSS JOIN operation o WHERE o.id = wanted.id"""
LEGS = f"""
SELECT m.operation_id, {LEG_COLUMNS} FROM {{wanted}} CROSS JOIN movement m WHERE m.operation_id = wanted.id"""
WAITING = """
SELECT o.id, o.target_id FROM {wanted} CROSS JOIN operation o
WHERE o.target_id = wanted.id AND o.kind = 'reverse' ORDER BY o.recorded_at DESC, o.id DESC"""
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
ITEMS = """
SELECT i.id, i.tracking, i.archived_at, i.survivor_id FROM {wanted} CROSS JOIN item i
WHERE i.id = wanted.item_id
UNION ALL
SELECT i.id, i.tracking, i.archived_at, i.survivor_id FROM {wanted} CROSS JOIN item i
WHERE i.survivor_id = wanted.item_id"""
LOCATIONS = """
SELECT l.id, l.kind FROM {wanted} CROSS JOIN location l WHERE l.id = wanted.location_id"""
LEVELS = """
SELECT s.item_id, s.lot, s.location_id, s.quantity, s.named_at FROM {wanted} CROSS JOIN stock_level s
WHERE s.item_id = wanted.item_id AND s.lot = wanted.lot AND s.location_id = wanted.location_id"""
POINTS = """
SELECT p.* FROM {wanted} CROSS JOIN count_point p
WHERE p.item_id = wanted.item_id AND p.lot = wanted.lot AND p.location_id = wanted.location_id
AND p.effective_at >= wanted.since AND NOT p.reversed"""
AROUND_COUNTS = " UNION ALL ".join(
    f"""
SELECT m.item_id, m.lot, m.{side} AS location_id, {sign}m.quantity AS change, m.role, m.operation_id,
o.uncertainty_ms, o.reversed_by_id, {KEY_COLUMNS}
FROM {{wanted}} CROSS JOIN movement m JOIN operation o ON o.id = m.operation_id
WHERE m.item_id = wanted.item_id AND m.lot = wanted.lot AND m.{side} = wanted.location_id
AND m.effective_at >= wanted.since"""
    for side, sign in (("to_id", ""), ("from_id", "-"))
)
TRACES = """
SELECT wanted.item_id, wanted.lot, t.introductions, t.moves, t.moved_at, t.entered, l.introduced, l.expires_on
FROM {wanted} LEFT JOIN lot_trace t ON t.item_id = wanted.item_id AND t.lot = wanted.lot
LEFT JOIN lot l ON l.item_id = wanted.item_id AND l.code = wanted.lot"""
