"""Gather, of cells: what stands there, what was counted there, and what happened around counts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection

from app.database.listed import listed
from app.stock.book.facts import KEY_COLUMNS, cell_of, key_of
from app.stock.book.touched import CELL, TIMED_CELL, Touched, window_start
from sync.count import Change, CountPoint
from sync.discrepancy import survivor_of
from sync.movement import Cell, Count, ItemFacts, Operation
from sync.settlement import Level, Neighbour


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
