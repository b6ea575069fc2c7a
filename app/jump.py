"""The jump: what was typed or scanned into the bar leads to an item or a location."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from app.catalog.items import UNIDENTIFIED, exact_ids
from app.catalog.models import Item
from app.database import database
from app.listing import matches
from app.warehouse.models import Location


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
    items = exact_ids(database.session.connection(), words)
    places = database.session.scalars(
        select(Location.id)
        .where(or_(Location.barcode == words, Location.code.in_({words, words.upper()})))
        .where(Location.kind != "virtual")
        .limit(2)
    ).all()
    found = [f"/items/{item}" for item in items] + [f"/locations/{place}" for place in places]
    return found[0] if len(found) == 1 else None


def jump_targets(words: str, limit: int) -> Sequence[Target]:
    """Items and locations whose code or name holds every word; both get their share of ``limit``."""
    if not words:
        return []
    places, items = _places(words, limit), _items(words, limit)
    kept = max(limit // 2, limit - len(items))
    return [*items[: limit - min(kept, len(places))], *places[:kept]]


def _items(words: str, limit: int) -> list[Target]:
    wanted = matches(words, (Item.name, Item.code))
    found = database.session.scalars(
        select(Item)
        .where(*wanted, Item.id != UNIDENTIFIED, Item.archived_at.is_(None))
        .order_by(Item.name, Item.id)
        .limit(limit)
    )
    return [Target("item", row.code, row.name, row.category, f"/items/{row.id}") for row in found]


def _places(words: str, limit: int) -> list[Target]:
    wanted = matches(words, (Location.code, Location.name, Location.barcode))
    found = database.session.scalars(
        select(Location)
        .where(*wanted, Location.kind != "virtual", Location.archived_at.is_(None))
        .order_by(Location.code)
        .limit(limit)
    )
    return [Target("location", row.code, row.name, row.kind, f"/locations/{row.id}") for row in found]
