"""The words on the wire: envelopes, columns, limits, versions, checksum."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from sync.quantity import format_quantity

OPERATION_VERSIONS = (1,)
"""Every version of an operation that was ever shipped: all of them are accepted for ever."""

SCHEMA = 1
"""Version of the row layout below; a pull below MINIMUM_PULL_VERSION is refused."""
MINIMUM_PULL_VERSION = 1

OPERATIONS_MAX = 500
PUSH_BYTES_MAX = 256 * 1024
"""Of the request as sent, usually compressed."""
PART_BYTES_MAX = 512 * 1024
PULL_LIMIT_DEFAULT = 2000
PULL_LIMIT_MAX = 5000
EXACT_MAX = 2**53 - 1
"""The largest whole number that every client counts exactly."""


class Columns(NamedTuple):
    """The layout of an entity's rows: how many columns are the key, and all names in order."""

    key: int
    names: tuple[str, ...]


COLUMNS = {
    "item": Columns(
        1,
        (
            "id",
            "code",
            "name",
            "unit",
            "decimals",
            "tracking",
            "expiring",
            "category",
            "archived",
            "survivor",
            "barcodes",
            "packs",
            "photo",
        ),
    ),
    "location": Columns(1, ("id", "parent", "kind", "code", "name", "barcode", "archived", "walk_order")),
    "lot": Columns(2, ("item", "lot", "expires_on", "introduced")),
    "stock": Columns(3, ("item", "lot", "location", "quantity")),
    "serial": Columns(2, ("item", "serial", "lot", "location")),
    "discrepancy": Columns(
        1,
        (
            "id",
            "kind",
            "state",
            "item",
            "lot",
            "location",
            "quantity",
            "effective_at",
            "operation",
        ),
    ),
    "count_task": Columns(1, ("id", "location", "item", "lot", "reason", "asked_at", "why")),
    "outcome": Columns(1, ("operation", "status", "reason", "message")),
    "device": Columns(1, ("id", "name", "contact_at", "pending", "oldest_unsent_at", "revoked")),
}


class Clock(msgspec.Struct, frozen=True):
    """The sender's clocks at the moment of sending, in milliseconds; ``boot`` names its page session."""

    wall: int
    mono: float | None = None
    boot: str | None = None


class Outbox(msgspec.Struct, frozen=True):
    """What the sender still holds."""

    pending: int = 0
    oldest_at: int | None = None
    max_seq: int | None = None


class Push(msgspec.Struct, frozen=True):
    """Operations of one device and epoch, in the order of their sequence, each kept as received."""

    device: str
    epoch: int
    operations: list[msgspec.Raw]
    clock: Clock
    sid: str | None = None
    outbox: Outbox | None = None


class OpenedDiscrepancy(msgspec.Struct, frozen=True):
    """A discrepancy as a verdict names it."""

    id: int
    kind: str


class Verdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one operation: applied, duplicate or quarantined."""

    id: str
    status: str
    discrepancies: list[OpenedDiscrepancy]
    reason: str = ""
    message: str = ""


def fnv1a(text: str) -> int:
    """FNV-1a, 32 bits, over the UTF-8 bytes of a text (http://www.isthe.com/chongo/tech/comp/fnv/)."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def stock_hash(item: int, lot: str, location: int, millionths: int) -> int:
    """One stock row's part of the checksum: 0 for an empty cell."""
    if not millionths:
        return 0
    return fnv1a(f"{item}|{lot}|{location}|{format_quantity(millionths)}")


def checksum(rows: Iterable[tuple[int, str, int, int]]) -> int:
    """The sum of the parts of all rows (item, lot, location, millionths), modulo 2**32."""
    return sum(stock_hash(*row) for row in rows) % 2**32


def feed_key(*parts: object) -> str:
    """The text under which a row stands in the feed: its key columns joined by a bar."""
    return "|".join(map(str, parts))


def key_columns(entity: str, key: str) -> list[Any]:
    """The key columns back from a feed key; lots and serials may hold a bar themselves."""
    if entity in ("item", "location", "discrepancy", "count_task"):
        return [int(key)]
    if entity in ("outcome", "device"):
        return [key]
    item, rest = key.split("|", 1)
    if entity != "stock":
        return [int(item), rest]
    lot, location = rest.rsplit("|", 1)
    return [int(item), lot, int(location)]
