"""A few items of the small world, written through the register."""

import re
from html import escape
from typing import Any

from sqlalchemy import Connection

from app.catalog.barcodes import stored_barcodes
from app.catalog.drafts import ItemDraft
from app.catalog.items import ItemRecord, item_by_id
from app.catalog.register import write_new
from tests.app.visitor import Visitor

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


def add_field(owner: Visitor, name: str, kind: str = "text", **more: str) -> int:
    """An administrator adds a field to all items; its id."""
    answer = owner.post("/items/fields/new", data={"name": name, "kind": kind, **more})
    assert answer.status_code == 303, answer.text
    found = re.search(rf'/items/fields/(\d+)">{re.escape(escape(name))}<', owner.get("/items/fields").text)
    assert found
    return int(found[1])
