"""What people type for goods and places: a code or a barcode becomes the one thing that it names."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from app.catalog.item_list import item_page
from app.catalog.items import ItemRecord, items_by_id
from app.catalog.look_up import exact_ids
from app.catalog.models import Lot
from app.lists.listing import Listing
from app.people.guard import viewer_sites
from app.people.sites import may_see
from app.warehouse.place_list import place_page
from app.warehouse.places import Place, place_by_id, places_by_code, places_named
from app.web.errors import refused_field
from app.words import t

CHOICES_MOST = 12
LOTS_MOST = 200


def named_item(connection: Connection, typed: str, field: str = "item") -> ItemRecord:
    """The item of a code or barcode. Raises Refusal 422 beside the field for none, or for several."""
    found = items_by_id(connection, exact_ids(connection, typed))
    if len(found) != 1:
        raise refused_field(field, t("stock.several_items") if found else t("stock.no_such_item"))
    return next(iter(found.values()))


def named_place(
    connection: Connection, typed: str, field: str = "location", *, virtual: bool = False
) -> Place:
    """The place of a code or barcode; a ``virtual`` one only where that is asked for.

    Raises Refusal 422 beside the field for none, or for several.
    """
    found = places_named(connection, typed)
    if virtual and not found:
        found = list(places_by_code(connection, [typed.strip().upper()]).values())
    if len(found) != 1:
        raise refused_field(field, t("stock.several_places") if found else t("stock.no_such_place"))
    return found[0]


def item_code(connection: Connection, number: int | None) -> str:
    """The code of an item that is known by number; empty for none."""
    found = items_by_id(connection, [number]) if number else {}
    return found[number].code if number in found else ""


def place_code(connection: Connection, number: int | None) -> str:
    """The code of a place that is known by number; empty for none, and for one of a closed site."""
    found = place_by_id(connection, number) if number else None
    return found.code if found and may_see(viewer_sites(), found.site_id) else ""


def item_choices(connection: Connection, typed: str) -> Sequence[tuple[str, str]]:
    """Codes and names of the first items that a search finds."""
    listing = Listing(typed.strip(), "name", per_page=CHOICES_MOST, filters={"state": "active"})
    return [(row.code, row.name) for row in item_page(connection, listing).rows]


def place_choices(connection: Connection, typed: str) -> Sequence[tuple[str, str]]:
    """Codes and names of the first places that a search finds."""
    listing = Listing(typed.strip(), "code", per_page=CHOICES_MOST)
    return [(row.code, row.name) for row in place_page(connection, listing).rows]


def lots_of(connection: Connection, item_id: int | None) -> list[str]:
    """The known lots of an item, the first to expire first."""
    known = select(Lot.code).where(Lot.item_id == item_id).order_by(Lot.expires_on, Lot.code)
    return list(connection.scalars(known.limit(LOTS_MOST))) if item_id else []
