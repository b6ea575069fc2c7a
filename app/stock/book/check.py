"""Checking the book: what is derived is built again from the facts and compared with what is stored."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, text

from app.stock.book.check_feed import feed_differences, site_differences
from app.stock.book.facts import OPERATION_COLUMNS, cell_of, operation_of
from app.stock.book.open_findings import ACCEPTED
from sync.discrepancy import Finding, Subject, survivor_of
from sync.ledger import State, Surroundings, replay
from sync.movement import VIRTUAL, Cell, Count, Home, ItemFacts, Move, Operation, Reverse
from sync.protocol import feed_key
from sync.quantity import SCALE, format_quantity


def differences(connection: Connection) -> list[str]:
    """Everything that does not agree, a line each; an empty list is a sound book.

    Compares movements, levels, counts, serial homes and open discrepancies with a replay of all facts,
    the feed with the rows that it tells of, and the checksums, the whole and each site's, with the levels.
    """
    around = surroundings_of(connection)
    state = replay_all(connection, around)
    moved = balances_of(connection)
    levels = levels_of(connection)
    return [
        *compared("movements", moved, state.balances),
        *compared("levels", levels, on_shelves(moved, around.virtual)),
        *compared("counts", counts_of(connection), state.adjustments),
        *compared_homes(homes_of(connection), state.homes),
        *serial_units(connection, state.homes, around.virtual),
        *compared_findings(connection, state.open),
        *feed_differences(connection, levels),
        *site_differences(connection, levels),
    ]


def surroundings_of(connection: Connection) -> Surroundings:
    """Items, lots that the office entered, and virtual places."""
    items = {
        row.id: ItemFacts(row.tracking, row.archived_at, row.survivor_id)
        for row in connection.execute(text("SELECT id, tracking, archived_at, survivor_id FROM item"))
    }
    entered = frozenset((row.item_id, row.lot) for row in connection.execute(text(ENTERED)))
    virtual = connection.execute(text("SELECT id FROM location WHERE kind = 'virtual'")).scalars()
    return Surroundings(items, entered, VIRTUAL | frozenset(virtual))


def replay_all(connection: Connection, around: Surroundings) -> State:
    """Replay every operation, one family of items after the other: no fact of one touches another's."""
    families: dict[int, list[Operation]] = defaultdict(list)
    reverses: list[Operation] = []
    for row in connection.execute(text(f"SELECT {OPERATION_COLUMNS} FROM operation o")):
        operation = operation_of(row)
        if isinstance(operation.body, Move | Count):
            families[survivor_of(operation.body.item, around.items)].append(operation)
        else:
            reverses.append(operation)
    whole = replay(reverses, around)
    for facts in families.values():
        add_state(whole, replay([*facts, *only_reverses(reverses, facts)], around))
    return whole


def only_reverses(reverses: Iterable[Operation], facts: Iterable[Operation]) -> Iterator[Operation]:
    """The reverses that take back one of these facts."""
    names = {fact.id for fact in facts}
    return (one for one in reverses if isinstance(one.body, Reverse) and one.body.target in names)


def add_state(whole: State, part: State) -> None:
    """Add the state of one family to the whole."""
    whole.balances.update(part.balances)
    whole.adjustments.update(part.adjustments)
    whole.homes.update(part.homes)
    whole.open.update(part.open)


def balances_of(connection: Connection) -> dict[Cell, int]:
    """The sum of all movements by cell."""
    return {cell_of(row): int(row.quantity) for row in connection.execute(text(BALANCES))}


def levels_of(connection: Connection) -> dict[Cell, int]:
    """The stored levels."""
    rows = connection.execute(text("SELECT item_id, lot, location_id, quantity FROM stock_level"))
    return {cell_of(row): row.quantity for row in rows}


def on_shelves(balances: Mapping[Cell, int], virtual: frozenset[int]) -> dict[Cell, int]:
    """The balances of real locations."""
    return {cell: quantity for cell, quantity in balances.items() if cell.location not in virtual}


def counts_of(connection: Connection) -> dict[str, int]:
    """The stored adjustments of counts that stand."""
    rows = connection.execute(text("SELECT operation_id, adjustment FROM count_point WHERE NOT reversed"))
    return {row.operation_id: row.adjustment for row in rows}


def homes_of(connection: Connection) -> dict[tuple[int, str], Home]:
    """The stored homes of serials."""
    rows = connection.execute(text("SELECT item_id, serial, lot, location_id FROM serial_position"))
    return {(row.item_id, row.serial): Home(row.lot, row.location_id) for row in rows}


def compared(what: str, stored: Mapping[Any, int], expected: Mapping[Any, int]) -> Iterator[str]:
    """A line for each quantity that is not what the facts say."""
    for key in sorted({*stored, *expected}):
        found, due = stored.get(key, 0), expected.get(key, 0)
        if found != due or (what == "counts" and (key in stored) != (key in expected)):
            name = feed_key(*key) if isinstance(key, tuple) else key
            yield f"{what} {name}: {format_quantity(found)} stored, {format_quantity(due)} by the facts"


def compared_homes(
    stored: Mapping[tuple[int, str], Home], expected: Mapping[tuple[int, str], Home]
) -> Iterator[str]:
    """A line for each serial that is not at home where the facts say."""
    for serial in sorted({*stored, *expected}):
        if stored.get(serial) != expected.get(serial):
            found, due = stored.get(serial), expected.get(serial)
            yield f"serial {feed_key(*serial)}: at {found} stored, at {due} by the facts"


def serial_units(
    connection: Connection, homes: Mapping[tuple[int, str], Home], virtual: frozenset[int]
) -> Iterator[str]:
    """A line for each serial whose movements do not leave its one unit at its one home."""
    units: dict[tuple[int, str], dict[int, int]] = defaultdict(dict)
    for row in connection.execute(text(SERIAL_UNITS)):
        if row.location_id not in virtual and row.quantity:
            units[row.item_id, row.serial][row.location_id] = int(row.quantity)
    for serial, places in units.items():
        home = homes.get(serial)
        if home is None or places != {home.location: SCALE}:
            yield f"serial {feed_key(*serial)}: units at {sorted(places)}"


NOT_BY_FACTS = ("lost_ops",)
"""Kinds that the office opens: no fact shows what a retired device never sent."""


def compared_findings(connection: Connection, expected: Mapping[Subject, Finding]) -> Iterator[str]:
    """A line for each discrepancy that stands open without cause, or should and does not."""
    rows = connection.execute(text("SELECT * FROM discrepancy ORDER BY id")).all()
    rows = [row for row in rows if row.kind not in NOT_BY_FACTS]
    standing = {(row.kind, row.subject): row.quantity for row in rows if row.closed_at is None}
    accepted = {
        (row.kind, row.subject): row.quantity
        for row in rows
        if row.closed_at is not None and row.resolution.startswith(ACCEPTED)
    }
    for name in sorted({*standing, *expected}):
        due = expected.get(name)
        if due is None:
            yield f"discrepancy {' '.join(name)}: open, but the facts do not show it"
        elif standing.get(name, accepted.get(name)) != due.quantity:
            yield f"discrepancy {' '.join(name)}: {format_quantity(due.quantity)} by the facts, not open so"


ENTERED = """
SELECT l.item_id, l.code AS lot FROM lot l
LEFT JOIN lot_trace t ON t.item_id = l.item_id AND t.lot = l.code
WHERE t.entered OR (l.introduced AND coalesce(t.introductions, 0) = 0)"""
_BOTH_SIDES = """
SELECT item_id, lot, serial, to_id AS location_id, quantity FROM movement
UNION ALL SELECT item_id, lot, serial, from_id, -quantity FROM movement"""
BALANCES = f"""
SELECT item_id, lot, location_id, sum(quantity) AS quantity FROM ({_BOTH_SIDES}) AS sides
GROUP BY item_id, lot, location_id"""
SERIAL_UNITS = f"""
SELECT item_id, serial, lot, location_id, sum(quantity) AS quantity FROM ({_BOTH_SIDES}) AS sides
WHERE serial <> '' GROUP BY item_id, serial, lot, location_id"""
