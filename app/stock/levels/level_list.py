"""The list of stock: what lies where, searched, filtered, sorted, in pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Join, Select, and_, or_, select

from app.catalog.item_list import COUNT_LIMIT, capped_count
from app.catalog.models import Item, Lot
from app.catalog.search import INDEXES, wanted_from
from app.lists.list_rows import Found, sorted_by
from app.lists.listing import Listing, Page, Shape
from app.stock.book.models import StockLevel
from app.stock.reach import place_seen
from app.warehouse.models import Location
from sync.movement import Cell

STATES = ("held", "negative", "all")
SORTS = {
    "item": Item.code,
    "name": Item.sort_name,
    "location": Location.code,
    "quantity": StockLevel.quantity,
    "changed": StockLevel.changed_at,
}
SHAPE = Shape(columns=SORTS, searched=(), sort="item", tie=StockLevel.item_id)

CELL = (StockLevel.item_id, StockLevel.lot, StockLevel.location_id)

COLUMNS = (
    StockLevel.item_id,
    StockLevel.lot,
    StockLevel.location_id,
    StockLevel.quantity,
    StockLevel.changed_at,
    Item.code.label("item_code"),
    Item.name.label("item_name"),
    Item.unit,
    Item.survivor_id,
    Location.code.label("location_code"),
    Lot.expires_on,
)


@dataclass(frozen=True)
class LevelPage(Page[Any]):
    """One page of stock; ``total`` counts no further than it is worth."""

    is_capped: bool = False


def level_page(connection: Connection, listing: Listing, wanted: Mapping[str, Any]) -> LevelPage:
    """The page that is asked for; ``wanted`` holds item, location, lot and state where they filter."""
    conditions = conditions_of(connection, listing.search, wanted)
    total = capped_count(connection, joined(), conditions, COUNT_LIMIT)
    query = named_query().where(*conditions)
    start = (listing.page - 1) * listing.per_page
    rows = connection.execute(in_order(query, listing).limit(listing.per_page).offset(start)).all()
    return LevelPage(rows, min(total, COUNT_LIMIT), listing, is_capped=total > COUNT_LIMIT)


def level_of(connection: Connection, cell: Cell) -> int:
    """What is kept as on hand of one cell, in millionths; 0 for one that never held anything."""
    same = (column == value for column, value in zip(CELL, cell, strict=True))
    return connection.scalar(select(StockLevel.quantity).where(*same)) or 0


def joined() -> Join:
    """Cells with item and place."""
    return StockLevel.__table__.join(Item.__table__, Item.id == StockLevel.item_id).join(
        Location.__table__, Location.id == StockLevel.location_id
    )


def named_query() -> Select[*tuple[Any, ...]]:
    """Cells with the names of all that they speak of."""
    lot = and_(Lot.item_id == StockLevel.item_id, Lot.code == StockLevel.lot)
    return select(*COLUMNS).select_from(joined().outerjoin(Lot.__table__, lot))


def found_levels(connection: Connection, listing: Listing, wanted: Mapping[str, Any]) -> Found:
    """What the list shows on all its pages."""
    conditions = conditions_of(connection, listing.search, wanted)
    return Found(named_query().where(*conditions), sorted_by(listing, SORTS, *CELL), CELL)


def in_order(query: Any, listing: Listing) -> Any:
    """The asked order, ended by the cell so that pages never overlap."""
    return query.order_by(*sorted_by(listing, SORTS, *CELL))


def conditions_of(
    connection: Connection, search: str, wanted: Mapping[str, Any]
) -> list[ColumnElement[bool]]:
    """The filters and the search as conditions."""
    conditions = [state_condition(wanted.get("state", "held")), place_seen()]
    if wanted.get("item") is not None:
        conditions.append(StockLevel.item_id.in_(family(wanted["item"])))
    if wanted.get("location") is not None:
        conditions.append(StockLevel.location_id.in_(below(wanted["location"])))
    if wanted.get("lot") is not None:
        conditions.append(StockLevel.lot == wanted["lot"])
    return [*conditions, searched(connection, search)] if search else conditions


def state_condition(state: str) -> ColumnElement[bool]:
    """Cells that hold something, cells below zero, or every cell that ever held anything."""
    quantity = StockLevel.quantity
    return {"held": quantity != 0, "negative": quantity < 0}.get(state, quantity.is_not(None))


def family(item: int) -> Select[Any]:
    """The item and all that was merged into it, however often."""
    chain = select(Item.id).where(Item.id == item).cte("family", recursive=True)
    return select(chain.union(select(Item.id).join(chain, Item.survivor_id == chain.c.id)).c.id)


def below(location: int) -> Select[Any]:
    """The location and everything in it."""
    tree = select(Location.id).where(Location.id == location).cte("tree", recursive=True)
    return select(tree.union(select(Location.id).join(tree, Location.parent_id == tree.c.id)).c.id)


def searched(connection: Connection, search: str) -> ColumnElement[bool]:
    """Cells whose item holds every word, whose location's code begins so, or whose lot is named."""
    wanted = wanted_from(search)
    places = select(Location.id).where(Location.code.istartswith(search, autoescape=True))
    named = or_(StockLevel.location_id.in_(places), StockLevel.lot == search)
    if not wanted.words:
        return named
    dialect = connection.dialect.name
    items = select(INDEXES[dialect].item).where(wanted.in_index(dialect))
    return or_(StockLevel.item_id.in_(items), named)
