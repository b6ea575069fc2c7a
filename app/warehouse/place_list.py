"""The list of locations: searched, filtered, sorted, in pages."""

from sqlalchemy import ColumnElement, Connection, select

from app.lists.list_rows import Found, page_of_rows, sorted_by
from app.lists.listing import Listing, Page, Shape, matches
from app.people.guard import viewer_sites
from app.people.sites import within as within_sites
from app.warehouse.models import Location
from app.warehouse.places import COLUMNS, Place, below_ids, places_from
from app.warehouse.tree import KINDS

STATES = ("active", "archived", "all")

SHAPE = Shape(
    columns={
        "code": Location.code,
        "name": Location.name,
        "walk_order": Location.walk_order,
        "changed": Location.updated_at,
    },
    searched=(Location.code, Location.name, Location.barcode),
    sort="code",
    tie=Location.id,
    filters={"kind": KINDS, "state": STATES},
)


def place_page(connection: Connection, listing: Listing, within: int | None = None) -> Page[Place]:
    """One page of locations, of those in ``within`` where it is given; virtual ones are no places."""
    query = select(*COLUMNS).where(*conditions_of(listing, within))
    order = sorted_by(listing, SHAPE.columns, Location.id)
    page = page_of_rows(connection, Found(query, order, (Location.id,)), listing)
    return Page(places_from(page.rows), page.total, listing)


def conditions_of(listing: Listing, within: int | None) -> list[ColumnElement[bool]]:
    """The search and the filters as conditions."""
    conditions = [*matches(listing.search, SHAPE.searched), *filters_of(listing)]
    if within is not None:
        conditions += [Location.id.in_(below_ids(within)), Location.id != within]
    return conditions


def filters_of(listing: Listing) -> list[ColumnElement[bool]]:
    """The filters as conditions; virtual locations are no places, and those of closed sites are not there."""
    state = listing.filters.get("state") or "active"
    conditions = [Location.kind != "virtual", within_sites(viewer_sites(), Location.site_id)]
    if kind := listing.filters.get("kind"):
        conditions.append(Location.kind == kind)
    if state != "all":
        archived = Location.archived_at.is_(None) if state == "active" else Location.archived_at.is_not(None)
        conditions.append(archived)
    return conditions
