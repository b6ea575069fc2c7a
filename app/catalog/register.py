"""The register: the one place that writes items and their place in the search index.

Each function takes an open transaction and leaves the feed to its caller, who publishes last.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, update

from app.catalog.drafts import ItemDraft
from app.catalog.items import ItemRecord
from app.catalog.look_up import ids_by_code
from app.catalog.models import Item
from app.catalog.pack_register import write_changed_packs, write_new_barcodes, write_new_packs
from app.catalog.search import search_text_of
from app.catalog.search_index import index_texts, reindex_texts
from app.database.bulk import insert_into, write_rows
from app.values.text import sort_key

Change = tuple[ItemRecord, ItemDraft]

WRITTEN = (
    "code",
    "name",
    "description",
    "category",
    "unit",
    "decimals",
    "tracking",
    "expiring",
    "sort_name",
    "search_text",
)
"""The columns that a draft decides, in the order of ``columns_of``."""

NEW_ITEM = insert_into("item", *WRITTEN, "created_at", "updated_at")


def write_new(connection: Connection, drafts: Sequence[ItemDraft], now: int) -> list[int]:
    """Write new items; returns their ids in the same order. Codes and barcodes must be free."""
    if not drafts:
        return []
    rows = [{**columns_of(draft), "created_at": now, "updated_at": now} for draft in drafts]
    write_rows(connection, NEW_ITEM, [tuple(row.values()) for row in rows])
    by_code = ids_by_code(connection, [draft.code for draft in drafts])
    ids = [by_code[draft.code] for draft in drafts]
    index_texts(connection, [(item, str(row["search_text"])) for item, row in zip(ids, rows, strict=True)])
    made = list(zip(ids, drafts, strict=True))
    new = [(item, pack) for item, draft in made for pack in draft.packs]
    packs = write_new_packs(connection, new, now) if new else {}
    write_new_barcodes(connection, made, packs)
    return ids


def write_changed(connection: Connection, changes: Sequence[Change], now: int) -> None:
    """Write what drafts change about items; new codes and barcodes must be free."""
    if not changes:
        return
    rows = [
        {**columns_of(draft, record.state), "the_id": record.id, "updated_at": later(record, now)}
        for record, draft in changes
    ]
    connection.execute(
        update(Item)
        .where(Item.id == bindparam("the_id"))
        .values({name: bindparam(name) for name in rows[0] if name != "the_id"}),
        rows,
    )
    reindex_texts(
        connection,
        [
            (record.id, text_of(record), str(row["search_text"]))
            for (record, _), row in zip(changes, rows, strict=True)
        ],
    )
    write_changed_packs(connection, changes, now)


def mark(connection: Connection, record: ItemRecord, now: int, **columns: int | None) -> None:
    """Write ``archived_at`` or ``survivor_id`` of one item."""
    marked = replace(record, **columns)  # type: ignore[arg-type]
    values = {**columns, "updated_at": later(record, now), "search_text": text_of(marked)}
    connection.execute(update(Item).where(Item.id == record.id).values(**values))
    reindex_texts(connection, [(record.id, text_of(record), text_of(marked))])


def mark_all(
    connection: Connection, records: Sequence[ItemRecord], now: int, archived_at: int | None
) -> list[ItemRecord]:
    """Put many items away, or bring them back with None; the items as they stand then."""
    marked = [replace(each, archived_at=archived_at, updated_at=later(each, now)) for each in records]
    if not marked:
        return []
    rows = [
        {"the_id": each.id, "at": each.updated_at, "away": archived_at, "text": text_of(each)}
        for each in marked
    ]
    values: dict[str, Any] = {
        "archived_at": bindparam("away"),
        "updated_at": bindparam("at"),
        "search_text": bindparam("text"),
    }
    connection.execute(update(Item).where(Item.id == bindparam("the_id")).values(values), rows)
    texts = [(each.id, text_of(each), text_of(after)) for each, after in zip(records, marked, strict=True)]
    reindex_texts(connection, texts)
    return marked


def columns_of(draft: ItemDraft, state: str = "active") -> dict[str, object]:
    """The columns of the item table that a draft decides, for an item in this state."""
    return {
        "code": draft.code,
        "name": draft.name,
        "description": draft.description,
        "category": draft.category,
        "unit": draft.unit,
        "decimals": draft.decimals,
        "tracking": draft.tracking,
        "expiring": draft.expiring,
        "sort_name": sort_key(draft.name),
        "search_text": search_text_of(draft.name, draft.code, draft.category, draft.every_barcode, state),
    }


def text_of(record: ItemRecord) -> str:
    """The search text of an item as it stands."""
    return search_text_of(record.name, record.code, record.category, record.every_barcode, record.state)


def later(record: ItemRecord, now: int) -> int:
    """The time of a change: always after the last one, so that it tells two states apart."""
    return max(now, record.updated_at + 1)
