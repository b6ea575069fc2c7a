"""A few items of the small world, written through the register."""

from typing import Any

from sqlalchemy import Connection

from app.catalog.barcodes import stored_barcodes
from app.catalog.drafts import ItemDraft
from app.catalog.items import ItemRecord, item_by_id
from app.catalog.register import write_new

NOW = 1_795_370_000_000


def draft(code: str, name: str = "", barcodes: tuple[str, ...] = (), **fields: Any) -> ItemDraft:
    return ItemDraft(code=code, name=name or code, barcodes=stored_barcodes(barcodes), **fields)


def put(
    connection: Connection, code: str, name: str = "", barcodes: tuple[str, ...] = (), **fields: Any
) -> int:
    return write_new(connection, [draft(code, name, barcodes, **fields)], NOW)[0]


def item(connection: Connection, item_id: int) -> ItemRecord:
    found = item_by_id(connection, item_id)
    assert found is not None
    return found
