"""Looking items up: which one a code stands for, as it was scanned, typed or stored."""

import functools
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from app.catalog.barcodes import stored_barcode
from app.catalog.items import COLUMNS, ItemRecord, item_by_id, with_barcodes
from app.catalog.models import Item, ItemBarcode
from app.database.driver import quick_rows
from app.database.keys import chunks
from app.values.text import BadText


def item_named(connection: Connection, text: str) -> ItemRecord | None:
    """The one item that a scan means: by its barcode, else by its code."""
    if rows := rows_by_typed_barcode(connection, text.strip()):
        return with_barcodes(connection, rows[:1])[0]
    found = exact_ids(connection, text)
    return item_by_id(connection, found[0]) if found else None


def exact_ids(connection: Connection, text: str) -> list[int]:
    """The items that this text names outright: by a barcode first, then by code in any case."""
    typed = text.replace("\0", "").strip()
    if not typed:
        return []
    written = {"typed": typed, "upper": typed.upper(), "lower": typed.lower()}
    rows = [*rows_by_typed_barcode(connection, typed), *quick_rows(connection, codes_query(), written)]
    return list(dict.fromkeys(row.id for row in rows))


def rows_by_typed_barcode(connection: Connection, typed: str) -> Sequence[Any]:
    """The items that bear a barcode as it was typed or scanned; a GTIN in any of its lengths."""
    try:
        printed = {"stored": stored_barcode(typed), "typed": typed}
    except BadText:
        return []
    return quick_rows(connection, printed_query(), printed)


@functools.cache
def printed_query() -> Select[*tuple[Any, ...]]:
    """The items that bear a barcode: as it is stored, or just as it was typed."""
    asked = select(*COLUMNS).join(ItemBarcode, ItemBarcode.item_id == Item.id)
    return asked.where(ItemBarcode.code.in_((bindparam("stored"), bindparam("typed"))))


@functools.cache
def codes_query() -> Select[int]:
    """The items that bear a code, as it was typed or in letters of one size."""
    codes: tuple[Any, ...] = (bindparam("typed"), bindparam("upper"), bindparam("lower"))
    return select(Item.id).where(Item.code.in_(codes)).order_by(Item.id)


def ids_by_code(connection: Connection, codes: Sequence[str]) -> dict[str, int]:
    """The items that bear these codes, by code."""
    found: dict[str, int] = {}
    for chunk in chunks(codes):
        rows = connection.execute(select(Item.code, Item.id).where(Item.code.in_(chunk)))
        found.update((code, item) for code, item in rows)
    return found


def ids_by_barcode(connection: Connection, codes: Sequence[str]) -> dict[str, int]:
    """The items that bear these stored barcodes, or a pack of which does, by barcode."""
    return {code: item for code, (item, _pack) in owners_by_barcode(connection, codes).items()}


def owners_by_barcode(connection: Connection, codes: Sequence[str]) -> dict[str, tuple[int, int | None]]:
    """The item, and the pack of it if any, that bears each of these stored barcodes."""
    found: dict[str, tuple[int, int | None]] = {}
    columns = (ItemBarcode.code, ItemBarcode.item_id, ItemBarcode.pack_id)
    for chunk in chunks(codes):
        rows = connection.execute(select(*columns).where(ItemBarcode.code.in_(chunk)))
        found.update((code, (item, pack)) for code, item, pack in rows)
    return found
