"""The table of locations that leaves the office: what their list shows."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from app.database import database
from app.lists.exports import Column, Table, moment
from app.lists.listing import Listing
from app.lists.table_rows import every_part
from app.warehouse.models import Location
from app.warehouse.place_list import SHAPE, filters_of


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One location as it leaves, with the code of the one above it."""

    place: Location
    parent: str


def places_table(listing: Listing) -> Table[PlaceLine]:
    """Every location that the list would show, in its order."""
    return Table("locations", PLACE_COLUMNS, place_parts(listing))


def place_parts(listing: Listing) -> Iterator[list[PlaceLine]]:
    """The locations in parts, each with the one above it."""
    for part in every_part(select(Location).where(*filters_of(listing)), listing, SHAPE):
        above = {place.parent_id for place in part if place.parent_id}
        named = database.session.execute(select(Location.id, Location.code).where(Location.id.in_(above)))
        codes = {row.id: row.code for row in named}
        yield [PlaceLine(place, codes.get(place.parent_id or 0, "")) for place in part]


PLACE_COLUMNS: tuple[Column[PlaceLine], ...] = (
    Column("kind", lambda line: line.place.kind, "kind"),
    Column("code", lambda line: line.place.code),
    Column("name", lambda line: line.place.name, "name"),
    Column("barcode", lambda line: line.place.barcode, "barcode"),
    Column("parent", lambda line: line.parent),
    Column("walk order", lambda line: line.place.walk_order, "walk_order"),
    Column("state", lambda line: "archived" if line.place.archived_at else "active"),
    Column("changed (UTC)", lambda line: moment(line.place.updated_at)),
)
