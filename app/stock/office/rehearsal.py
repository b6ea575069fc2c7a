"""Rehearsing: entries are posted, what came of them is read, and all of it is undone again.

So a person sees exactly what would be written before anything is, by the same three calls as ever.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, or_, select

from app.catalog.models import Item
from app.database import transaction
from app.stock.book.models import Movement
from app.stock.discrepancies.models import Discrepancy
from app.stock.levels.level_list import level_of
from app.stock.movements.listing import movements, newest_id
from app.stock.office.posting import Draft, post_office
from app.warehouse.models import Location
from sync.movement import Cell

LEGS_MOST = 500
FINDINGS_MOST = 50

Drafts = Callable[[Connection], Sequence[Draft]]


@dataclass(frozen=True)
class LevelChange:
    """What an entry does to one cell at a real location; quantities in millionths."""

    cell: Cell
    item_name: str
    unit: str
    location_code: str
    before: int
    after: int


@dataclass(frozen=True)
class Rehearsal:
    """What would be posted: legs, levels before and after, discrepancies that open and close."""

    legs: Sequence[Any] = field(default_factory=list)
    levels: Sequence[LevelChange] = field(default_factory=list)
    opened: Sequence[Any] = field(default_factory=list)
    closed: Sequence[Any] = field(default_factory=list)


class Rehearsed(Exception):
    """Ends the transaction of a rehearsal: nothing of it is kept."""

    def __init__(self, found: Rehearsal) -> None:
        super().__init__("rehearsed")
        self.found = found


def rehearse(drafts: Drafts, user_id: int, now: int) -> Rehearsal:
    """What posting these drafts would do. Raises Refusal 422 with the reason for what cannot be posted."""
    try:
        with transaction() as connection:
            raise Rehearsed(played(connection, drafts(connection), user_id, now))
    except Rehearsed as rehearsed:
        return rehearsed.found


def played(connection: Connection, drafts: Sequence[Draft], user_id: int, now: int) -> Rehearsal:
    """Post in the caller's transaction and read what came of it."""
    newest = newest_id(connection)
    result = post_office(connection, user_id, drafts, now)
    posted = [verdict.id for verdict in result.verdicts]
    own = [Movement.operation_id.in_(posted), Movement.cause_id.in_(posted)]
    legs = movements(connection, {"above": newest, "among": own}, LEGS_MOST)[::-1]
    opened, closed = Discrepancy.opened_at == now, Discrepancy.closed_at == now
    found = connection.execute(
        select(Discrepancy.__table__).where(or_(opened, closed)).limit(FINDINGS_MOST)
    ).all()
    return Rehearsal(
        legs,
        level_changes(connection, legs),
        [row for row in found if row.opened_at == now and row.closed_at is None],
        [row for row in found if row.closed_at == now and row.opened_at != now],
    )


def level_changes(connection: Connection, legs: Sequence[Any]) -> list[LevelChange]:
    """What the legs do to each cell at a real location, after they were posted."""
    deltas: dict[Cell, int] = defaultdict(int)
    for leg in legs:
        deltas[Cell(leg.item_id, leg.lot, leg.from_id)] -= leg.quantity
        deltas[Cell(leg.item_id, leg.lot, leg.to_id)] += leg.quantity
    found = (change_of(connection, cell, delta) for cell, delta in deltas.items() if delta)
    return [change for change in found if change]


def change_of(connection: Connection, cell: Cell, delta: int) -> LevelChange | None:
    """One cell before and after; None for a place that is no shelf."""
    place = connection.execute(
        select(Location.code, Location.kind).where(Location.id == cell.location)
    ).first()
    item = connection.execute(select(Item.name, Item.unit).where(Item.id == cell.item)).first()
    if place is None or item is None or place.kind == "virtual":
        return None
    after = level_of(connection, cell)
    return LevelChange(cell, item.name, item.unit, place.code, after - delta, after)
