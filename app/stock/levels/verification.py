"""Verifying one cell: what is stored, against its movements and against a replay of the facts from zero."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, or_, select, text

from app.server import run_blocking
from app.stock.book.facts import OPERATION_COLUMNS, operation_of
from app.stock.book.models import Movement, StockLevel
from app.stock.levels.level_list import level_of
from app.stock.movements.listing import query_of
from app.stock.reach import place_seen
from app.warehouse.models import Location
from app.web.errors import Refusal
from app.words import t
from sync.ledger import Surroundings, replay
from sync.movement import VIRTUAL, Cell, Operation
from sync.protocol import stock_hash

FACTS_MOST = 20_000
CELLS_MOST = 200
STEPS_MOST = 1_000


@dataclass(frozen=True)
class Verification:
    """One cell three ways, in millionths; ``digest`` of the stored, ``digest_by_facts`` of the replayed."""

    cell: Cell
    stored: int
    by_movements: int
    by_facts: int
    movement_count: int
    fact_count: int

    @property
    def equal(self) -> bool:
        """Whether all three agree."""
        return self.stored == self.by_movements == self.by_facts

    @property
    def digest(self) -> str:
        """The cell's part of the checksum that every device computes, in hexadecimal."""
        return f"{stock_hash(*self.cell, self.stored):08x}"

    @property
    def digest_by_facts(self) -> str:
        """The same of what the facts give."""
        return f"{stock_hash(*self.cell, self.by_facts):08x}"


def verified(connection: Connection, cell: Cell) -> Verification:
    """Rebuild a cell at a real location, in the caller's snapshot.

    Raises Refusal 404 for a place that is none, and 422 ``too_many_facts`` where the item has so many that
    only ``flask check`` should replay them.
    """
    return verified_all(connection, [cell])[0]


def verified_all(connection: Connection, cells: Sequence[Cell]) -> list[Verification]:
    """Rebuild several cells of one item by one replay. Raises Refusal as ``verified`` does."""
    virtual = frozenset(connection.scalars(select(Location.id).where(Location.kind == "virtual")))
    places = {cell.location for cell in cells}
    known = set(connection.scalars(select(Location.id).where(Location.id.in_(places))))
    if places - known or places & virtual:
        raise Refusal(404, "not_found", t("exchange.unknown_place"))
    facts = facts_of(connection, cells[0].item) if cells else []
    state = run_blocking(replay, facts, Surroundings(virtual=VIRTUAL | virtual))
    found = []
    for cell in cells:
        count, moved = connection.execute(text(SUM), cell._asdict()).one()
        by_facts = state.balances.get(cell, 0)
        kept = level_of(connection, cell)
        found.append(Verification(cell, kept, int(moved or 0), by_facts, count, len(facts)))
    return found


def cells_of(connection: Connection, item: int, place: int | None, lot: str | None) -> list[Cell]:
    """The cells of an item that are kept at open sites, at one place or at all, of one lot or of all."""
    query = select(StockLevel.item_id, StockLevel.lot, StockLevel.location_id).where(
        StockLevel.item_id == item, StockLevel.location_id.in_(select(Location.id).where(place_seen()))
    )
    if place is not None:
        query = query.where(StockLevel.location_id == place)
    if lot is not None:
        query = query.where(StockLevel.lot == lot)
    order = (StockLevel.location_id, StockLevel.lot)
    return [Cell(*row) for row in connection.execute(query.order_by(*order).limit(CELLS_MOST))]


class Running(NamedTuple):
    """One movement of a cell, by how much it changes it, and what it then holds; in millionths."""

    leg: Any
    change: int
    balance: int


def running(connection: Connection, cell: Cell) -> list[Running]:
    """Every movement of a cell in the order of facts, from zero on; at most ``STEPS_MOST``."""
    same = and_(Movement.item_id == cell.item, Movement.lot == cell.lot)
    here = or_(Movement.from_id == cell.location, Movement.to_id == cell.location)
    order = (Movement.effective_at, Movement.id)
    query = query_of({"among": [and_(same, here)]}).order_by(*order).limit(STEPS_MOST)
    balance, found = 0, []
    for leg in connection.execute(query):
        change = leg.quantity if leg.to_id == cell.location else -leg.quantity
        balance += change
        found.append(Running(leg, change, balance))
    return found


def facts_of(connection: Connection, item: int) -> list[Operation]:
    """Every operation that names the item, and those that take one of them back.

    Raises Refusal 422 ``too_many_facts`` beyond ``FACTS_MOST`` of them.
    """
    names: dict[str, Any] = {"item": item, "most": FACTS_MOST + 1}
    rows = connection.execute(text(FACTS), names).all()
    if len(rows) > FACTS_MOST:
        raise Refusal(422, "too_many_facts", t("exchange.too_many_facts", most=FACTS_MOST))
    return [operation_of(row) for row in rows]


SUM = """
SELECT count(*), sum(CASE WHEN to_id = :location THEN quantity ELSE -quantity END) FROM movement
WHERE item_id = :item AND lot = :lot AND (to_id = :location OR from_id = :location)"""
_NAMING = """
SELECT operation_id AS id FROM movement WHERE item_id = :item
UNION SELECT operation_id FROM count_point WHERE item_id = :item
UNION SELECT operation_id FROM serial_sighting WHERE item_id = :item"""
FACTS = f"""
WITH naming AS ({_NAMING})
SELECT {OPERATION_COLUMNS} FROM operation o WHERE o.id IN (SELECT id FROM naming)
UNION ALL
SELECT {OPERATION_COLUMNS} FROM operation o WHERE o.target_id IN (SELECT id FROM naming)
LIMIT :most"""
