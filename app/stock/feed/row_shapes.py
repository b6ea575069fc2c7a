"""The wire's shape of each row: what was read of a table, in the order of the protocol's columns."""

import json
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from app.catalog.packs import PackRecord
from app.stock.discrepancies.states import state_of
from sync.quantity import format_quantity

Row = list[Any]


def item_row(
    entry: Sequence[Any], barcodes: Sequence[str], packs: Sequence[Row] = (), photo: str = ""
) -> Row:
    """One item with the codes printed on it; columns for packs and photograph only where it has any."""
    *told, expiring, category, archived_at, survivor = entry
    row = [*told, int(expiring), category, int(archived_at is not None), survivor, list(barcodes)]
    if photo:
        return [*row, list(packs), photo]
    return [*row, list(packs)] if packs else row


def pack_row(pack: PackRecord) -> Row:
    """One pack within the row of its item."""
    return [pack.id, pack.name, format_quantity(pack.factor), list(pack.barcodes)]


def location_row(entry: Sequence[Any]) -> Row:
    """One place of the tree."""
    *told, archived_at, walk_order = entry
    return [*told, int(archived_at is not None), walk_order]


def lot_row(entry: Sequence[Any]) -> Row:
    """One lot of an item."""
    item, lot, expires_on, introduced = entry
    return [item, lot, expires_on, int(introduced)]


def stock_row(entry: Sequence[Any]) -> Row:
    """On hand of one cell."""
    item, lot, location, quantity = entry
    return [item, lot, location, format_quantity(quantity)]


def discrepancy_row(entry: Sequence[Any]) -> Row:
    """One discrepancy with its state: closed, firm or open."""
    number, kind, item, lot, location, quantity, effective_at, operation, firm_at, closed_at = entry
    state = state_of(closed_at, firm_at)
    return [number, kind, state, item, lot, location, format_quantity(quantity), effective_at, operation]


def task_row(entry: Sequence[Any]) -> Row:
    """One place to be counted again; why, in no language yet, only where that is known."""
    *told, key, values = entry
    return [*told, [key, *chain.from_iterable(json.loads(values or "{}").items())]] if key else told


def outcome_row(entry: Sequence[Any]) -> Row:
    """What became of an operation that had to wait for a person's decision."""
    operation, reason, message, decision, note = entry
    status = {"": "quarantined", "discarded": "discarded"}.get(decision, "applied")
    return [operation, status, reason, note or message]


def device_row(entry: Sequence[Any]) -> Row:
    """One device as the office sees it."""
    *told, revoked_at, stolen_at = entry
    return [*told, int(revoked_at is not None or stolen_at is not None)]


SHAPES: dict[str, Callable[[Sequence[Any]], Row]] = {
    "location": location_row,
    "lot": lot_row,
    "stock": stock_row,
    "serial": list,
    "discrepancy": discrepancy_row,
    "count_task": task_row,
    "outcome": outcome_row,
    "device": device_row,
}
