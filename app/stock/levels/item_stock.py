"""The stock of one item: by place and lot, its serials, what was on hand when."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, and_, case, cast, func, select
from sqlalchemy.orm import aliased

from app.catalog.models import Item, Lot
from app.catalog.shelf import Standing
from app.lists.list_rows import Found, page_of_rows, sorted_by
from app.lists.listing import Listing, Page, Shape, listing_from, matches
from app.stock.book.models import Movement, SerialPosition, StockLevel
from app.stock.reach import place_seen
from app.warehouse.models import Location

CHANGES_MOST = 2_000
SERIALS_MOST = 200
SOON_DAYS = 30
ORIGIN, GOAL = aliased(Location, name="origin"), aliased(Location, name="goal")

HELD = cast(func.coalesce(func.sum(StockLevel.quantity), 0), BigInteger)
"""A sum of whole numbers is a decimal number to PostgreSQL."""
PLACES = func.count(StockLevel.location_id)
LOT_SORTS: dict[str, Any] = {
    "expires": func.coalesce(Lot.expires_on, "9999-12-31"),
    "lot": Lot.code,
    "item": Item.sort_name,
    "quantity": HELD,
}
LOT_STATES = ("expired", "soon", "all")
LOT_SHAPE = Shape(
    columns=LOT_SORTS,
    searched=(Lot.code, Item.name, Item.code),
    sort="expires",
    tie=Lot.item_id,
    filters={"state": LOT_STATES},
)


@dataclass(frozen=True)
class LotTotal:
    """One lot of an item over all places; quantity in millionths."""

    lot: str
    expires_on: str | None
    quantity: int
    places: int


def lot_totals(standing: Sequence[Standing]) -> list[LotTotal]:
    """The lots that stand anywhere, the first to expire first."""
    quantities: dict[str, int] = defaultdict(int)
    places: dict[str, int] = defaultdict(int)
    expiry: dict[str, str | None] = {}
    for row in standing:
        quantities[row.lot] += row.quantity
        places[row.lot] += 1
        expiry[row.lot] = row.expires_on
    found = [LotTotal(lot, expiry[lot], held, places[lot]) for lot, held in quantities.items() if lot]
    return sorted(found, key=lambda total: (total.expires_on or "9999", total.lot))


def urgency(expires_on: str | None, today: date) -> str:
    """Red for what is past its date, amber for what will be within thirty days, empty for the rest."""
    try:
        left = (date.fromisoformat(expires_on) - today).days if expires_on else None
    except ValueError:
        left = None
    if left is None or left > SOON_DAYS:
        return ""
    return "red" if left < 0 else "amber"


def changes_of(connection: Connection, item_ids: Sequence[int]) -> list[tuple[int, int]]:
    """When the latest movements in or out of real places happened, and by how much, in millionths."""
    came = case((GOAL.kind == "virtual", 0), else_=Movement.quantity)
    went = case((ORIGIN.kind == "virtual", 0), else_=Movement.quantity)
    query = (
        select(Movement.effective_at, (came - went).label("change"))
        .join(ORIGIN, ORIGIN.id == Movement.from_id)
        .join(GOAL, GOAL.id == Movement.to_id)
        .where(Movement.item_id.in_(item_ids), came != went)
        .order_by(Movement.id.desc())
        .limit(CHANGES_MOST)
    )
    return [(row.effective_at, int(row.change)) for row in connection.execute(query)]


def serials_at_home(connection: Connection, item_ids: Sequence[int], search: str = "") -> list[Any]:
    """Where the serials of an item are, by number; those that begin with what is searched for."""
    query = (
        select(SerialPosition.__table__, Location.code.label("location_code"), Location.kind)
        .outerjoin(Location, Location.id == SerialPosition.location_id)
        .where(SerialPosition.item_id.in_(item_ids), place_seen())
        .order_by(SerialPosition.serial)
    )
    if search:
        query = query.where(SerialPosition.serial.istartswith(search, autoescape=True))
    return list(connection.execute(query.limit(SERIALS_MOST)))


def lots_asked(asked: Any) -> Listing:
    """Read the address of the list of lots."""
    return listing_from(asked, LOT_SHAPE)


def lot_page(connection: Connection, listing: Listing, today: date) -> Page[Any]:
    """Lots of which something stands somewhere, the first to expire first."""
    return page_of_rows(connection, found_lots(listing, today), listing)


def found_lots(listing: Listing, today: date) -> Found:
    """What the list of lots shows on all its pages; of each what stands at the sites that are open."""
    conditions: list[ColumnElement[bool]] = matches(listing.search, LOT_SHAPE.searched)
    state = listing.filters.get("state")
    if state in ("expired", "soon"):
        soon = date.fromordinal(today.toordinal() + SOON_DAYS)
        limits = (Lot.expires_on < today.isoformat(), Lot.expires_on <= soon.isoformat())
        conditions.append(limits[0] if state == "expired" else limits[1])
    seen = StockLevel.location_id.in_(select(Location.id).where(place_seen()))
    same = (StockLevel.item_id == Lot.item_id, StockLevel.lot == Lot.code, StockLevel.quantity != 0, seen)
    columns = (Lot.item_id, Lot.code, Lot.expires_on, Item.name, Item.code.label("item_code"), Item.unit)
    query = (
        select(*columns, HELD.label("quantity"), PLACES.label("places"))
        .join(Item, Item.id == Lot.item_id)
        .outerjoin(StockLevel, and_(*same))
        .where(*conditions)
        .group_by(*columns, Item.sort_name)
    )
    if state != "all":
        query = query.having(PLACES > 0)
    keys = (Lot.item_id, Lot.code)
    return Found(query, sorted_by(listing, LOT_SORTS, *keys), keys)
