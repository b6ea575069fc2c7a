"""Gather: the slice of the book that a batch of operations touches, in a few statements for all of them."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection

from app.database.listed import listed
from app.stock.book.facts import OPERATION_COLUMNS, leg_of, operation_of
from app.stock.book.gather_cells import read_around_counts, read_levels, read_locations, read_points
from app.stock.book.gather_serials import (
    LEGS,
    read_serial_entries,
    read_sightings,
    serials_in_counted,
    serials_of_targets,
    touch_serials,
)
from app.stock.book.touched import touched_by
from sync.discrepancy import survivor_of
from sync.movement import ItemFacts, Operation, Reverse
from sync.settlement import Ledger, LotName, LotTrace, Target


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
WAITING = """
SELECT o.id, o.target_id FROM {wanted} CROSS JOIN operation o
WHERE o.target_id = wanted.id AND o.kind = 'reverse' ORDER BY o.recorded_at DESC, o.id DESC"""
ITEMS = """
SELECT i.id, i.tracking, i.archived_at, i.survivor_id FROM {wanted} CROSS JOIN item i
WHERE i.id = wanted.item_id
UNION ALL
SELECT i.id, i.tracking, i.archived_at, i.survivor_id FROM {wanted} CROSS JOIN item i
WHERE i.survivor_id = wanted.item_id"""
TRACES = """
SELECT wanted.item_id, wanted.lot, t.introductions, t.moves, t.moved_at, t.entered, l.introduced, l.expires_on
FROM {wanted} LEFT JOIN lot_trace t ON t.item_id = wanted.item_id AND t.lot = wanted.lot
LEFT JOIN lot l ON l.item_id = wanted.item_id AND l.code = wanted.lot"""
