"""Stock as a list to turn the pages of, filter and take along: cells (item, lot, place), and serials."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from app.catalog.models import Item
from app.lists.list_rows import Found, page_of_rows, sorted_by
from app.lists.listing import Listing, Page, Shape, listing_from, matches
from app.people.guard import viewer_sites
from app.people.sites import Site, known_sites, may_see
from app.stock.book.models import SerialPosition, StockLevel
from app.stock.levels.level_list import SORTS, STATES, LevelPage, found_levels, level_page
from app.stock.reach import place_seen
from app.warehouse.models import Location

SERIAL_STATES = ("gone", "all")
"""Beside the first view, which shows those that stand in the house."""
SERIAL_SORTS: dict[str, Any] = {
    "serial": SerialPosition.serial,
    "item": Item.sort_name,
    "location": Location.code,
}
SERIAL_SHAPE = Shape(
    columns=SERIAL_SORTS,
    searched=(SerialPosition.serial, SerialPosition.lot, Item.name, Item.code, Location.code),
    sort="serial",
    tie=SerialPosition.item_id,
    filters={"state": SERIAL_STATES},
)


def sites_shown(connection: Connection) -> list[Site]:
    """The sites that the one who asks may choose among."""
    return [site for site in known_sites(connection) if may_see(viewer_sites(), site.id)]


def cells_asked(asked: Mapping[str, str], sites: Sequence[Site]) -> Listing:
    """Read the address of the list of cells."""
    filters = {"state": STATES, "site": [str(site.id) for site in sites]}
    shape = Shape(SORTS, (), "name", StockLevel.item_id, filters)
    return listing_from(asked, shape)


def cell_page(connection: Connection, listing: Listing) -> LevelPage:
    """One page of cells."""
    return level_page(connection, listing, wanted_of(listing))


def found_cells(connection: Connection, listing: Listing) -> Found:
    """What the list of cells shows on all its pages."""
    return found_levels(connection, listing, wanted_of(listing))


def wanted_of(listing: Listing) -> dict[str, Any]:
    """The filters as the list of stock takes them: a site is the place that holds all of its places."""
    given = {name: value for name, value in listing.filters.items() if value}
    site = {"location": int(given["site"])} if "site" in given else {}
    return {"state": given.get("state", "held"), **site}


def serials_asked(asked: Mapping[str, str]) -> Listing:
    """Read the address of the list of serials."""
    return listing_from(asked, SERIAL_SHAPE)


def serial_page(connection: Connection, listing: Listing) -> Page[Any]:
    """One page of serials."""
    return page_of_rows(connection, found_serials(listing), listing)


def found_serials(listing: Listing) -> Found:
    """What the list of serials shows on all its pages: each with the place that it is at."""
    names = (Item.name, Item.code.label("item_code"), Location.code.label("location_code"), Location.kind)
    query = (
        select(SerialPosition.__table__, *names)
        .join(Item, Item.id == SerialPosition.item_id)
        .join(Location, Location.id == SerialPosition.location_id)
        .where(*state_conditions(listing), place_seen(), *matches(listing.search, SERIAL_SHAPE.searched))
    )
    keys = (SerialPosition.item_id, SerialPosition.serial)
    return Found(query, sorted_by(listing, SERIAL_SORTS, *reversed(keys)), keys)


def state_conditions(listing: Listing) -> list[ColumnElement[bool]]:
    """Serials in the house, or those that left it."""
    state = listing.filters.get("state", "")
    return {"gone": [Location.kind == "virtual"], "all": []}.get(state, [Location.kind != "virtual"])
