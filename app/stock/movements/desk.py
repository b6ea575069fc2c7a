"""The movements as the office lists them: what was asked for, and one page of it, by id from the newest."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from app.catalog.item_list import item_page
from app.catalog.models import Item
from app.database import reading
from app.lists.asked_filters import own_number, span_filters, span_of
from app.lists.exports import PART_ROWS
from app.lists.listing import Listing, Shape, listing_from
from app.people.devices.models import Device
from app.people.devices.reach import reachable
from app.people.devices.register import OFFICE
from app.people.models import User
from app.stock.book.models import Movement
from app.stock.movements.listing import RECENT, ROLES, is_narrow, movements, newest_id, oldest_movements
from app.warehouse.models import Location
from sync.movement import REASONS

NUMBERED = ("item", "location", "person")
FOUND_MOST = 200
"""Items and places that a search in the movements stands for."""
CHOICES_MOST = 500


@dataclass(frozen=True)
class MovementDeskPage:
    """One page: its rows, where older and newer ones begin, whether only a part was looked through."""

    rows: Sequence[Any]
    listing: Listing
    older: int | None = None
    newer: int | None = None
    is_partial: bool = False


@dataclass(frozen=True)
class Choices:
    """Whom and what the list can be narrowed to."""

    people: Sequence[Any]
    devices: Sequence[Any]


def choices(connection: Connection) -> Choices:
    """The people and devices of the filters, by name: of devices those that one may see."""
    people = select(User.id, User.name).order_by(User.name).limit(CHOICES_MOST)
    seen = or_(Device.id == OFFICE, reachable())
    devices = select(Device.id, Device.name).where(seen).order_by(Device.name).limit(CHOICES_MOST)
    return Choices(connection.execute(people).all(), connection.execute(devices).all())


def listing_asked(asked: Mapping[str, str], known: Choices) -> Listing:
    """Read the page's address; what makes no sense is left out."""
    numbered = {name: own_number(asked.get(name, "")) for name in NUMBERED}
    filters = {
        "role": ROLES,
        "reason": REASONS,
        "device": [row.id for row in known.devices],
        **numbered,
        **span_filters(asked),
    }
    shape = Shape(
        columns={"recorded": Movement.id}, searched=(), sort="-recorded", tie=Movement.id, filters=filters
    )
    return listing_from(asked, shape)


def wanted_of(connection: Connection, listing: Listing) -> dict[str, Any]:
    """The filters as the list of movements takes them: numbers, and times in milliseconds."""
    given = {name: value for name, value in listing.filters.items() if value}
    wanted: dict[str, Any] = {name: given[name] for name in ("role", "reason", "device") if name in given}
    wanted |= {name: int(given[name]) for name in ("item", "location") if name in given}
    if "person" in given:
        wanted["actor"] = int(given["person"])
    wanted["since"], wanted["until"] = span_of(given)
    if listing.search:
        wanted["among"] = searched(connection, listing.search)
    return wanted


def searched(connection: Connection, search: str) -> list[ColumnElement[bool]]:
    """What a movement that is searched for may have: the item, the lot, the serial, the place, the id."""
    found = item_page(connection, Listing(search, "name", per_page=FOUND_MOST, filters={"state": "all"}))
    items = [row.id for row in found.rows]
    starting = Location.code.istartswith(search, autoescape=True)
    places = list(connection.scalars(select(Location.id).where(starting).limit(FOUND_MOST)))
    conditions: list[ColumnElement[bool]] = [Movement.lot == search, Movement.serial == search]
    conditions.append(Movement.operation_id == search.lower())
    if items:
        conditions.append(Movement.item_id.in_(items))
    if places:
        conditions += [Movement.from_id.in_(places), Movement.to_id.in_(places)]
    return conditions


def movement_desk(
    connection: Connection, listing: Listing, before: int | None = None, after: int | None = None
) -> MovementDeskPage:
    """The page that is asked for: those before an id, those after one, or where the order begins."""
    wanted, most = wanted_of(connection, listing), listing.per_page
    if not listing.descending:
        return oldest_first(connection, listing, before, after)
    if after is not None:
        rows = oldest_movements(connection, wanted | {"above": after}, most)
        if len(rows) == most:
            return MovementDeskPage(rows, listing, rows[-1].id, rows[0].id)
        before = None
    newest = newest_id(connection)
    top = min(before or newest + 1, newest + 1)
    lowest = top - RECENT if is_narrow(wanted) else 0
    rows = movements(connection, wanted | {"before": top, "above": max(0, lowest)}, most)
    newer = top - 1 if before else None
    if len(rows) == most:
        return MovementDeskPage(rows, listing, rows[-1].id, newer)
    return MovementDeskPage(rows, listing, lowest + 1 if lowest > 0 else None, newer, lowest > 0)


def oldest_first(
    connection: Connection, listing: Listing, before: int | None, after: int | None
) -> MovementDeskPage:
    """The same the other way round: the list begins with the oldest."""
    wanted, most = wanted_of(connection, listing), listing.per_page
    if before is not None:
        rows = movements(connection, wanted | {"before": before}, most)[::-1]
        if len(rows) == most:
            return MovementDeskPage(rows, listing, rows[0].id, rows[-1].id)
        after = None
    bottom, newest = after or 0, newest_id(connection)
    highest = bottom + RECENT if is_narrow(wanted) else newest
    rows = oldest_movements(connection, wanted | {"above": bottom, "before": highest + 1}, most)[::-1]
    older = bottom + 1 if bottom else None
    if len(rows) == most:
        return MovementDeskPage(rows, listing, older, rows[-1].id)
    is_partial = highest < newest
    return MovementDeskPage(rows, listing, older, highest if is_partial else None, is_partial)


def every_movement(wanted: Mapping[str, Any], descending: bool) -> Iterator[list[Any]]:
    """All movements that pass the filters, in parts; those that come in meanwhile are left out."""
    with reading() as connection:
        newest = newest_id(connection)
    starts = range(0, newest, RECENT)
    for above in reversed(starts) if descending else starts:
        span = {"above": above, "before": min(above + RECENT, newest) + 1}
        yield from movements_within(dict(wanted) | span, descending)


def movements_within(wanted: dict[str, Any], descending: bool) -> Iterator[list[Any]]:
    """The movements of a span of ids, in parts: so no statement looks through more than is quick."""
    while True:
        with reading() as connection:
            read = movements if descending else oldest_movements
            rows = read(connection, wanted, PART_ROWS)
        if not rows:
            return
        yield rows if descending else rows[::-1]
        wanted["before" if descending else "above"] = rows[-1 if descending else 0].id


def named_filters(connection: Connection, listing: Listing) -> dict[str, str]:
    """What the item and the location that narrow the list are called."""
    found: dict[str, str] = {}
    if item := listing.filters.get("item"):
        found["item"] = connection.scalar(select(Item.name).where(Item.id == int(item))) or item
    if place := listing.filters.get("location"):
        found["location"] = connection.scalar(select(Location.code).where(Location.id == int(place))) or place
    return found
