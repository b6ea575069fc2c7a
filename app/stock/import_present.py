"""What a table of opening stock meets: the goods and places that it names, and what the book holds there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select, tuple_

from app.catalog.barcodes import stored_barcode
from app.catalog.items import ItemRecord, items_by_id
from app.catalog.look_up import ids_by_code, owners_by_barcode
from app.catalog.models import Lot
from app.database.keys import chunks
from app.imports.kinds import ReadRow
from app.people.sites import Sites, may_see, sites_of
from app.stock.book.models import SerialPosition, StockLevel
from app.values.text import BadText
from app.warehouse.places import Place, places_by_barcode, places_by_code, places_by_id
from sync.movement import Cell


@dataclass
class Seen:
    """What the rows above name, with their row; and who imports."""

    user_id: int = 0
    cells: dict[Cell, int] = field(default_factory=dict)
    serials: dict[tuple[int, str], int] = field(default_factory=dict)
    expiries: dict[tuple[int, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """Goods that shall stand somewhere. ``quantity`` in millionths."""

    row: int
    item: ItemRecord
    place: Place
    lot: str
    quantity: int
    serials: tuple[str, ...] = ()
    expires_on: str | None = None

    @property
    def cell(self) -> Cell:
        """Where it is counted."""
        return Cell(self.item.id, self.lot, self.place.id)


@dataclass(frozen=True)
class Present:
    """What catalogue, warehouse and book hold of what a table names."""

    items: Mapping[str, ItemRecord]
    """By the text that names them."""
    places: Mapping[str, Place]
    sites: Sites
    """Those that are open to the one who imports."""


@dataclass(frozen=True)
class Held:
    """What the book holds of the cells that the rows name."""

    levels: Mapping[Cell, int]
    homes: Mapping[tuple[int, str], int]
    """The location of each serial."""
    expiries: Mapping[tuple[int, str], str]
    """What is known of lots."""
    codes: Mapping[int, str]
    """Codes of the locations in ``homes`` that the one who imports may see."""


def present_for(connection: Connection, rows: Sequence[ReadRow], user_id: int) -> Present:
    """Read what the rows name: goods by code first, then by barcode; places likewise.

    The code of a case names no goods here: nobody could tell whether cases or pieces were counted.
    """
    goods = sorted({row.values["item"] for row in rows if "item" in row.values})
    spots = sorted({row.values["location"] for row in rows if "location" in row.values})
    stored = {text: barcode for text in goods if (barcode := as_barcode(text))}
    owners = owners_by_barcode(connection, sorted(set(stored.values())))
    singles = {barcode: item for barcode, (item, pack) in owners.items() if pack is None}
    ids = {text: singles[barcode] for text, barcode in stored.items() if barcode in singles}
    ids |= ids_by_code(connection, goods)
    records = items_by_id(connection, sorted(set(ids.values())))
    places = {**places_by_barcode(connection, spots), **places_by_code(connection, spots)}
    items = {text: records[number] for text, number in ids.items() if number in records}
    return Present(items, places, sites_of(connection, user_id))


def as_barcode(text: str) -> str:
    """The form in which a barcode is kept; empty for what is none."""
    try:
        return stored_barcode(text)
    except BadText:
        return ""


def held_of(connection: Connection, wanted: Sequence[Standing], sites: Sites) -> Held:
    """Read from the book what the rows may collide with."""
    cells = sorted({each.cell for each in wanted})
    lots = sorted({(each.item.id, each.lot) for each in wanted if each.lot})
    named = sorted({(each.item.id, serial) for each in wanted for serial in each.serials})
    level, home = StockLevel, SerialPosition
    levels = keyed(connection, (level.item_id, level.lot, level.location_id), level.quantity, cells)
    homes = keyed(connection, (home.item_id, home.serial), home.location_id, named)
    expiries = keyed(connection, (Lot.item_id, Lot.code), Lot.expires_on, lots)
    places = places_by_id(connection, sorted(set(homes.values())))
    return Held(
        {Cell(*cell): quantity for cell, quantity in levels.items()},
        homes,
        {lot: expiry for lot, expiry in expiries.items() if expiry},
        {number: place.code for number, place in places.items() if may_see(sites, place.site_id)},
    )


def keyed(connection: Connection, key: tuple[Any, ...], value: Any, wanted: Sequence[Any]) -> dict[Any, Any]:
    """A column by the key of its rows, for the keys that are wanted."""
    found: dict[Any, Any] = {}
    for part in chunks(wanted):
        asked = select(*key, value).where(tuple_(*key).in_([tuple(each) for each in part]))
        found.update((tuple(row[:-1]), row[-1]) for row in connection.execute(asked))
    return found
