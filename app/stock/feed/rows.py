"""Feed rows: the rows behind keys, read from their tables."""

import functools
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, select

from app.catalog.models import Item, ItemBarcode, ItemPhoto, Lot, Pack
from app.catalog.packs import packs_of
from app.database.keys import CHUNK, chunks
from app.database.listed import listed
from app.people.devices.models import Device
from app.stock.book.models import SerialPosition, StockLevel
from app.stock.count_tasks.models import CountTask
from app.stock.count_tasks.tasks import open_ids
from app.stock.discrepancies.models import Discrepancy
from app.stock.feed.row_shapes import SHAPES, Row, item_row, pack_row
from app.stock.quarantine.models import Quarantine
from app.warehouse.models import Location
from sync.protocol import COLUMNS, key_columns


def table_columns(model: Any, *names: str) -> list[Any]:
    """Columns of a table as they are, without what the mapper makes of them."""
    table: Table = model.__table__
    return [table.c[name] for name in names]


SOURCES: dict[str, list[Any]] = {
    "item": table_columns(
        Item,
        "id",
        "code",
        "name",
        "unit",
        "decimals",
        "tracking",
        "expiring",
        "category",
        "archived_at",
        "survivor_id",
    ),
    "location": table_columns(
        Location, "id", "parent_id", "kind", "code", "name", "barcode", "archived_at", "walk_order"
    ),
    "lot": table_columns(Lot, "item_id", "code", "expires_on", "introduced"),
    "stock": table_columns(StockLevel, "item_id", "lot", "location_id", "quantity"),
    "serial": table_columns(SerialPosition, "item_id", "serial", "lot", "location_id"),
    "discrepancy": table_columns(
        Discrepancy,
        "id",
        "kind",
        "item_id",
        "lot",
        "location_id",
        "quantity",
        "effective_at",
        "operation_id",
        "firm_at",
        "closed_at",
    ),
    "count_task": table_columns(
        CountTask, "id", "location_id", "item_id", "lot", "reason", "asked_at", "reason_key", "reason_values"
    ),
    "outcome": table_columns(Quarantine, "operation_id", "reason", "message", "decision", "note"),
    "device": table_columns(
        Device, "id", "name", "contact_at", "pending", "oldest_unsent_at", "revoked_at", "stolen_at"
    ),
}
"""What is read of each entity; the key columns come first."""


def source(entity: str) -> Select[Any]:
    """The statement that reads an entity's whole table in key order; of count tasks those that wait."""
    if entity == "count_task":
        waiting = CountTask.id.in_(open_ids())
        return select(*SOURCES[entity]).where(waiting).order_by(*keys_of(entity))
    order = [*keys_of(entity), Quarantine.__table__.c.id] if entity == "outcome" else keys_of(entity)
    return select(*SOURCES[entity]).order_by(*order)


def keys_of(entity: str) -> list[Any]:
    """The columns that name a row of an entity."""
    return SOURCES[entity][: COLUMNS[entity].key]


def barcodes_of(
    connection: Connection, items: Sequence[int]
) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """The barcodes of these items by item and those of their packs by pack, in the order of the code."""
    item, pack, code = table_columns(ItemBarcode, "item_id", "pack_id", "code")
    found: dict[int, list[str]] = {}
    on_packs: dict[int, list[str]] = {}
    for condition in named_items(item, items):
        asked = select(item, pack, code).where(condition).order_by(code)
        for number, holder, text in connection.execute(asked):
            (found if holder is None else on_packs).setdefault(holder or number, []).append(text)
    return found, on_packs


def named_items(item: Any, items: Sequence[int]) -> list[Any]:
    """The conditions that name these items: their range where they lie dense, else in statements' worth."""
    dense = len(items) > CHUNK and max(items) - min(items) < 4 * len(items)
    return [item.between(min(items), max(items))] if dense else [item.in_(part) for part in chunks(items)]


def photos_of(connection: Connection, items: Sequence[int]) -> dict[int, str]:
    """The name of the photograph of each item that has one."""
    item, name = table_columns(ItemPhoto, "item_id", "name")
    return {
        number: text
        for condition in named_items(item, items)
        for number, text in connection.execute(select(item, name).where(condition))
    }


def packs_of_items(
    connection: Connection, items: Sequence[int], printed: dict[int, list[str]]
) -> dict[int, list[Row]]:
    """The packs in use of each item that has any, the smallest first; ``printed`` has their barcodes."""
    having: set[int] = set()
    for condition in named_items(Pack.item_id, items):
        having.update(connection.scalars(select(Pack.item_id).where(condition, Pack.archived_at.is_(None))))
    found: dict[int, list[Row]] = {}
    for part in chunks(sorted(having.intersection(items))):
        for item, packs in packs_of(connection, part, printed).items():
            found[item] = [pack_row(pack) for pack in packs if pack.archived_at is None]
    return found


def shaped(connection: Connection, entity: str, entries: Iterable[Sequence[Any]]) -> list[Row]:
    """Give what was read by ``source`` the wire's shape."""
    if entity != "item":
        return [SHAPES[entity](entry) for entry in entries]
    items = list(entries)
    numbers = [entry[0] for entry in items]
    barcodes, on_packs = barcodes_of(connection, numbers)
    packs = packs_of_items(connection, numbers, on_packs)
    photos = photos_of(connection, numbers)
    return [
        item_row(entry, barcodes.get(entry[0], ()), packs.get(entry[0], ()), photos.get(entry[0], ""))
        for entry in items
    ]


def present_rows(connection: Connection, entity: str, keys: Sequence[Row]) -> list[Row]:
    """Those of the named rows that exist."""
    if entity == "count_task":
        return waiting_tasks(connection, [key[0] for key in keys])
    columns, sql = named_source(entity)
    return shaped(connection, entity, listed(connection, columns, keys, sql))


def waiting_tasks(connection: Connection, numbers: Sequence[int]) -> list[Row]:
    """Those of the named count tasks that wait: what was counted or cancelled is gone for a device."""
    task = keys_of("count_task")[0]
    return [
        row
        for part in chunks(numbers)
        for row in shaped(
            connection, "count_task", connection.execute(source("count_task").where(task.in_(part)))
        )
    ]


@functools.cache
def named_source(entity: str) -> tuple[tuple[str, ...], str]:
    """How ``listed`` reads the rows of an entity that keys name: the key's columns, and the statement."""
    keys = keys_of(entity)
    columns = tuple("number" if key.name == "id" and entity != "device" else key.name for key in keys)
    read = ", ".join(f"found.{column.name}" for column in SOURCES[entity])
    same = " AND ".join(f"found.{key.name} = wanted.{name}" for key, name in zip(keys, columns, strict=True))
    return columns, f"SELECT {read} FROM {{wanted}} CROSS JOIN {keys[0].table.name} found WHERE {same}"


def outcome_rows(connection: Connection, keys: Sequence[str], device: str | None) -> list[Row]:
    """The outcomes of the named operations that belong to the device; the latest of each."""
    entry = Quarantine.__table__.c
    rows: list[Row] = []
    for part in chunks(keys):
        own = source("outcome").where(entry.operation_id.in_(part), entry.device_id == device)
        rows.extend(shaped(connection, "outcome", connection.execute(own)))
    return list({row[0]: row for row in rows}.values())


def changed_rows(
    connection: Connection, entity: str, keys: Sequence[str], device: str | None = None
) -> list[Row]:
    """The rows behind feed keys, in the order of the keys; a row that is gone is a tombstone.

    ``outcome`` rows belong to one device: those of others are left out altogether.
    """
    if entity == "outcome":
        return outcome_rows(connection, keys, device)
    wanted = [key_columns(entity, key) for key in keys]
    width = COLUMNS[entity].key
    found = {tuple(row[:width]): row for row in present_rows(connection, entity, wanted)}
    return [found.get(tuple(key), key) for key in wanted]
