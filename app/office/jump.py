"""The jump: what was typed or scanned into the bar leads to an item or a location."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from app.catalog.item_list import item_page
from app.catalog.look_up import exact_ids
from app.database import reading
from app.lists.listing import Listing
from app.warehouse.place_list import place_page
from app.warehouse.places import places_named


@dataclass(frozen=True)
class Target:
    """Where one may go: an item or a location."""

    kind: str
    code: str
    name: str
    detail: str
    address: str


def exact_target(words: str) -> str | None:
    """The address of the one thing that these words name outright: a barcode or a code."""
    with reading() as connection:
        items = [f"/items/{item}" for item in exact_ids(connection, words)]
        found = [*items, *(f"/locations/{place.id}" for place in places_named(connection, words))]
    return found[0] if len(found) == 1 else None


def jump_targets(words: str, limit: int) -> Sequence[Target]:
    """Items and locations in which every word occurs; of ``limit`` both get their share."""
    if not words:
        return []
    with reading() as connection:
        items, places = _items(connection, words, limit), _places(connection, words, limit)
    kept = min(len(places), max(limit // 2, limit - len(items)))
    return [*items[: limit - kept], *places[:kept]]


def _items(connection: Connection, words: str, limit: int) -> list[Target]:
    found = item_page(connection, Listing(words, "name", per_page=limit, filters={"state": "active"})).rows
    return [Target("item", row.code, row.name, row.category, f"/items/{row.id}") for row in found]


def _places(connection: Connection, words: str, limit: int) -> list[Target]:
    found = place_page(connection, Listing(words, "code", per_page=limit)).rows
    return [Target("location", row.code, row.name, row.kind, f"/locations/{row.id}") for row in found]
