"""Items as they are read: one, several, and what was merged into what."""

import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, or_, select

from app.catalog.barcodes import shown_barcode
from app.catalog.models import Item, ItemBarcode
from app.catalog.packs import PackDraft, PackRecord, pack_body, pack_draft_of, packs_of
from app.database.driver import quick_rows
from app.database.keys import among, chunks
from app.values.numbers import HIGHEST_ID

TRACKINGS = ("none", "lot", "serial")

COLUMNS: tuple[Any, ...] = (
    Item.id,
    Item.code,
    Item.name,
    Item.description,
    Item.category,
    Item.unit,
    Item.decimals,
    Item.tracking,
    Item.expiring,
    Item.survivor_id,
    Item.archived_at,
    Item.created_at,
    Item.updated_at,
)


RECORD_FIELDS = tuple(column.key for column in COLUMNS)


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """One item with its barcodes; times are milliseconds."""

    id: int
    code: str
    name: str
    description: str
    category: str
    unit: str
    decimals: int
    tracking: str
    expiring: bool
    survivor_id: int | None
    archived_at: int | None
    created_at: int
    updated_at: int
    barcodes: tuple[str, ...] = ()
    """Printed on the item itself."""
    all_packs: tuple[PackRecord, ...] = ()
    """Those put away as well."""

    @property
    def packs(self) -> tuple[PackDraft, ...]:
        """The packs in use, as a draft has them."""
        return tuple(pack_draft_of(pack) for pack in self.all_packs if pack.archived_at is None)

    @property
    def every_barcode(self) -> tuple[str, ...]:
        """Printed on the item or on a pack in use: what it is found by."""
        return (*self.barcodes, *(code for pack in self.packs for code in pack.barcodes))

    @property
    def shown_barcodes(self) -> list[str]:
        """The barcodes as people know them."""
        return [shown_barcode(code) for code in self.barcodes]

    @property
    def state(self) -> str:
        """active, archived or merged."""
        if self.survivor_id is not None:
            return "merged"
        return "active" if self.archived_at is None else "archived"


def item_body(record: ItemRecord, added: Mapping[str, str] | None = None) -> dict[str, Any]:
    """An item over JSON; ``added`` is what it holds in added fields, by their names."""
    return {
        "id": record.id,
        "code": record.code,
        "name": record.name,
        "description": record.description,
        "category": record.category,
        "unit": record.unit,
        "decimals": record.decimals,
        "tracking": record.tracking,
        "expiring": bool(record.expiring),
        "barcodes": record.shown_barcodes,
        "packs": [pack_body(pack) for pack in record.all_packs],
        "added_fields": dict(added or {}),
        "state": record.state,
        "survivor": record.survivor_id,
        "archived_at": record.archived_at,
        "created_at": record.created_at,
        "updated_at": record.updated_at,
    }


def with_barcodes(connection: Connection, rows: Iterable[Any]) -> list[ItemRecord]:
    """The records of rows of ``COLUMNS``, in their order."""
    found = list(rows)
    printed: dict[int, list[str]] = {}
    packs: dict[int, list[PackRecord]] = {}
    for chunk in chunks([row.id for row in found]):
        on_items, on_packs = barcodes_of(connection, chunk)
        printed |= on_items
        packs |= packs_of(connection, chunk, on_packs)
    return [record_of(row, printed.get(row.id, ()), packs.get(row.id, ())) for row in found]


def record_of(row: Sequence[Any], barcodes: Iterable[str], packs: Iterable[PackRecord]) -> ItemRecord:
    """The record of a row of ``COLUMNS``, as SQLAlchemy or the driver gives it."""
    named = dict(zip(RECORD_FIELDS, row, strict=True))
    named["expiring"] = bool(named["expiring"])
    return ItemRecord(**named, barcodes=tuple(barcodes), all_packs=tuple(packs))


def barcodes_of(
    connection: Connection, ids: Sequence[int]
) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """The barcodes on items by item and those on packs of them by pack, sorted."""
    printed: dict[int, list[str]] = defaultdict(list)
    on_packs: dict[int, list[str]] = defaultdict(list)
    for item, pack, code in quick_rows(connection, barcodes_query(), {"ids": list(ids)}):
        (printed[item] if pack is None else on_packs[pack]).append(code)
    return printed, on_packs


def items_by_id(connection: Connection, ids: Sequence[int]) -> dict[int, ItemRecord]:
    """The items that exist among these."""
    found: dict[int, ItemRecord] = {}
    for chunk in chunks(ids):
        rows = quick_rows(connection, items_query(), {"ids": list(chunk)})
        found.update((record.id, record) for record in with_barcodes(connection, rows))
    return found


def item_by_id(connection: Connection, item_id: int) -> ItemRecord | None:
    """One item; None when there is none."""
    if item_id > HIGHEST_ID:
        return None
    return items_by_id(connection, [item_id]).get(item_id)


@functools.cache
def items_query() -> Select[*tuple[Any, ...]]:
    """Items by ids. These questions are asked at every scan, and are made once."""
    return select(*COLUMNS).where(among(Item.id))


@functools.cache
def barcodes_query() -> Select[int, int | None, str]:
    """The barcodes of items and of their packs by ids."""
    asked = select(ItemBarcode.item_id, ItemBarcode.pack_id, ItemBarcode.code)
    return asked.where(among(ItemBarcode.item_id)).order_by(ItemBarcode.code)


def survivor_of(connection: Connection, record: ItemRecord) -> ItemRecord:
    """The item that this one was merged into in the end; itself when it was not."""
    while record.survivor_id is not None:
        next_one = item_by_id(connection, record.survivor_id)
        if next_one is None:
            return record
        record = next_one
    return record


def merged_into(connection: Connection, item_id: int) -> list[int]:
    """Every item that was merged into this one, directly or through others."""
    found: list[int] = []
    level = [item_id]
    while level:
        rows = select(Item.id).where(or_(*(Item.survivor_id.in_(chunk) for chunk in chunks(level))))
        level = list(connection.scalars(rows))
        found += level
    return found
