"""What was held back, as far as it can be read: kind, goods, places and quantity, by their names."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from app.catalog.models import Item
from app.people.models import User
from app.stock.reach import PLACES
from app.values.numbers import HIGHEST_ID
from app.warehouse.models import Location

FIELDS = {
    "move": ("item", "code", "lot", "from", "to", "quantity", "serials", "expires_on", "reason"),
    "count": ("item", "code", "lot", "location", "quantity", "serials", "absent", "reason"),
    "reverse": ("target", "reason"),
    "task": ("task", "state"),
}
"""What the body of each kind holds, in the order in which people say it."""

SHOWN_MOST = 200


@dataclass(frozen=True)
class Said:
    """One thing that the operation says; ``name`` is what it stands for, empty where nothing bears it."""

    field: str
    value: str
    name: str = ""
    is_known: bool = True


@dataclass(frozen=True)
class Reading:
    """A held operation in words; ``kind`` is empty where nothing can be read."""

    kind: str = ""
    at: int | None = None
    actor: str = ""
    said: Sequence[Said] = field(default_factory=list)
    raw: str = ""

    def of(self, name: str) -> Said | None:
        """What it says of one thing."""
        return next((one for one in self.said if one.field == name), None)


def content_of(raw: bytes) -> dict[str, Any]:
    """The operation as an object; empty where it is none."""
    try:
        content = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def body_of(raw: bytes) -> dict[str, Any]:
    """Its body; empty where it has none."""
    body = content_of(raw).get("body")
    return body if isinstance(body, dict) else {}


def captor_of(entry: Any) -> int | None:
    """Who held the device: whom the operation names, else the one who enrolled the device."""
    actor = content_of(entry.raw).get("actor")
    owner: int | None = entry.owner_id
    return actor if isinstance(actor, int) and not isinstance(actor, bool) else owner


def reading_of(connection: Connection, entry: Any) -> Reading:
    """Read what was held back, with the names of the goods and places that are known."""
    content = content_of(entry.raw)
    kind, at = content.get("kind"), content.get("at")
    actor = connection.scalar(select(User.name).where(User.id == captor_of(entry))) or ""
    body = body_of(entry.raw)
    names = FIELDS.get(kind, tuple(body)[:20]) if isinstance(kind, str) else tuple(body)[:20]
    said = [said_of(connection, name, body[name]) for name in names if body.get(name) not in (None, "", [])]
    shown_at = at if isinstance(at, int) and not isinstance(at, bool) and 0 <= at < 10**14 else None
    return Reading(
        kind if (isinstance(kind, str) and kind in FIELDS) or kind == "void" else "",
        shown_at,
        actor,
        said,
        entry.raw.decode("utf-8", "replace"),
    )


def said_of(connection: Connection, name: str, value: Any) -> Said:
    """One value as people read it."""
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    if name != "item" and name not in PLACES:
        return Said(name, shown[:SHOWN_MOST])
    number = number_of(value)
    called = name_of(connection, name, number) if number is not None else ""
    return Said(name, shown[:SHOWN_MOST], called, bool(called))


def number_of(value: Any) -> int | None:
    """A number that an item or a place may have; None for anything else."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and 0 < value <= HIGHEST_ID else None


def name_of(connection: Connection, name: str, number: int) -> str:
    """What an item or a place is called; empty for none."""
    if name == "item":
        return connection.scalar(select(Item.name).where(Item.id == number)) or ""
    return connection.scalar(select(Location.code).where(Location.id == number)) or ""
