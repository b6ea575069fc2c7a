"""Feed rows: what stands in the tables, in the wire's column order."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session

from app.catalog.models import Item, ItemBarcode, Lot
from app.people.models import Device
from app.stock.models import Discrepancy, Quarantine, SerialPosition, StockLevel
from app.warehouse.models import Location
from sync.protocol import key_columns
from sync.quantity import format_quantity

Row = list[Any]
CHUNK = 500
"""Keys in one statement: far below the variables a statement may hold."""


def item_row(item: Any, barcodes: Sequence[str]) -> Row:
    """One item with the codes printed on it."""
    return [
        item.id,
        item.code,
        item.name,
        item.unit,
        item.decimals,
        item.tracking,
        int(item.expiring),
        item.category,
        int(item.archived_at is not None),
        item.survivor_id,
        list(barcodes),
    ]


def location_row(place: Any) -> Row:
    """One place of the tree."""
    return [
        place.id,
        place.parent_id,
        place.kind,
        place.code,
        place.name,
        place.barcode,
        int(place.archived_at is not None),
        place.walk_order,
    ]


def lot_row(lot: Any) -> Row:
    """One lot of an item."""
    return [lot.item_id, lot.code, lot.expires_on, int(lot.introduced)]


def stock_row(level: Any) -> Row:
    """On hand of one cell."""
    return [level.item_id, level.lot, level.location_id, format_quantity(level.quantity)]


def serial_row(position: Any) -> Row:
    """Where one serial is at home."""
    return [position.item_id, position.serial, position.lot, position.location_id]


def discrepancy_row(found: Any) -> Row:
    """One discrepancy with its state: closed, firm or open."""
    state = "closed" if found.closed_at is not None else "firm" if found.firm_at is not None else "open"
    return [
        found.id,
        found.kind,
        state,
        found.item_id,
        found.lot,
        found.location_id,
        format_quantity(found.quantity),
        found.effective_at,
        found.operation_id,
    ]


def outcome_row(entry: Any) -> Row:
    """What became of an operation that had to wait for a person's decision."""
    status = {"": "quarantined", "discarded": "discarded"}.get(entry.decision, "applied")
    return [entry.operation_id, status, entry.reason, entry.note or entry.message]


def device_row(device: Any) -> Row:
    """One device as the office sees it."""
    gone = device.revoked_at is not None or device.stolen_at is not None
    return [
        device.id,
        device.name,
        device.contact_at,
        device.pending,
        device.oldest_unsent_at,
        int(gone),
    ]


def chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """The values in statements' worth."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def barcodes_of(session: Session, items: Sequence[int]) -> dict[int, list[str]]:
    """The barcodes of these items, in the order of the code."""
    found: dict[int, list[str]] = {}
    for part in chunks(items):
        query = select(ItemBarcode.item_id, ItemBarcode.code).where(ItemBarcode.item_id.in_(part))
        for item, code in session.execute(query.order_by(ItemBarcode.code)):
            found.setdefault(item, []).append(code)
    return found


def item_rows(session: Session, entries: Iterable[Any]) -> list[Row]:
    """Rows of items read from the table, each with its barcodes."""
    items = list(entries)
    barcodes = barcodes_of(session, [item.id for item in items])
    return [item_row(item, barcodes.get(item.id, ())) for item in items]


KEYS: dict[str, Sequence[Any]] = {
    "item": [Item.__table__.c.id],
    "location": [Location.__table__.c.id],
    "lot": [Lot.__table__.c.item_id, Lot.__table__.c.code],
    "stock": [StockLevel.__table__.c[name] for name in ("item_id", "lot", "location_id")],
    "serial": [SerialPosition.__table__.c[name] for name in ("item_id", "serial")],
    "discrepancy": [Discrepancy.__table__.c.id],
    "outcome": [Quarantine.__table__.c.operation_id],
    "device": [Device.__table__.c.id],
}
"""The columns that name a row of each entity; the first one's table is the source."""

SHAPES: dict[str, Callable[[Any], Row]] = {
    "location": location_row,
    "lot": lot_row,
    "stock": stock_row,
    "serial": serial_row,
    "discrepancy": discrepancy_row,
    "outcome": outcome_row,
    "device": device_row,
}


def source(entity: str) -> Select[Any]:
    """The statement that reads an entity's whole table in key order."""
    columns = KEYS[entity]
    order = [*columns, Quarantine.id] if entity == "outcome" else columns
    return select(columns[0].table).order_by(*order)


def shaped(session: Session, entity: str, entries: Iterable[Any]) -> list[Row]:
    """Give rows read from an entity's table the wire's shape."""
    if entity == "item":
        return item_rows(session, entries)
    return [SHAPES[entity](entry) for entry in entries]


def present_rows(session: Session, entity: str, keys: Sequence[Row], device: str | None) -> list[Row]:
    """Those of the named rows that exist; outcomes only where they belong to the device."""
    columns = KEYS[entity]
    rows: list[Row] = []
    for part in chunks(keys):
        named = columns[0].in_([key[0] for key in part])
        if len(columns) > 1:
            named = tuple_(*columns).in_([tuple(key) for key in part])
        query = source(entity).where(named)
        if entity == "outcome":
            query = query.where(Quarantine.device_id == device)
        rows.extend(shaped(session, entity, session.execute(query)))
    return rows


def changed_rows(session: Session, entity: str, keys: Sequence[str], device: str | None = None) -> list[Row]:
    """The rows behind feed keys, in the order of the keys; a row that is gone is a tombstone.

    ``outcome`` rows belong to one device: those of others are left out altogether.
    """
    wanted = [key_columns(entity, key) for key in keys]
    width = len(KEYS[entity])
    found = {tuple(row[:width]): row for row in present_rows(session, entity, wanted, device)}
    rows = [found.get(tuple(key), key) for key in wanted]
    return [row for row in rows if len(row) > width] if entity == "outcome" else rows
