"""Stored facts in the shape of the law."""

from dataclasses import replace
from typing import Any

import msgspec

from sync.movement import Body, Cell, Count, Leg, Move, Operation, OrderKey
from sync.wire import read_operation

KEY_COLUMNS = "o.effective_at, o.device_id, o.epoch, o.seq"
OPERATION_COLUMNS = (
    f"o.id, {KEY_COLUMNS}, o.uncertainty_ms, o.permitted, o.reversed_by_id, o.body, o.posted_quantity"
)
LEG_COLUMNS = "m.item_id, m.lot, m.serial, m.from_id, m.to_id, m.quantity"


def operation_of(row: Any) -> Operation:
    """A stored operation, its body read again from the text in which it came."""
    captured = read_operation(msgspec.json.decode(row.body))
    body = as_posted(captured.body, row.posted_quantity)
    return Operation(
        row.id,
        row.device_id,
        row.epoch,
        row.seq,
        row.effective_at,
        row.uncertainty_ms,
        body,
        bool(row.permitted),
    )


def as_posted(body: Body, quantity: int | None) -> Body:
    """A body with the quantity that was posted, where its device reckoned its packs otherwise."""
    if quantity is None or not isinstance(body, Move | Count):
        return body
    return replace(body, quantity=quantity)


def key_of(row: Any) -> OrderKey:
    """Where the operation of a row stands in the order."""
    return (row.effective_at, row.device_id, row.epoch, row.seq)


def leg_of(row: Any) -> Leg:
    """A stored movement as a leg."""
    return Leg(row.item_id, row.lot, row.serial, row.from_id, row.to_id, row.quantity)


def cell_of(row: Any) -> Cell:
    """The cell that a row names."""
    return Cell(row.item_id, row.lot, row.location_id)
