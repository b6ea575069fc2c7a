"""The table of movements that leaves the office."""

from collections.abc import Mapping
from typing import Any

from app.lists.exports import Column, Table, moment, number
from app.stock.movements.desk import every_movement


def movements_table(wanted: Mapping[str, Any], descending: bool) -> Table[Any]:
    """Every movement that the list would show, in its order."""
    return Table("movements", MOVEMENT_COLUMNS, every_movement(wanted, descending))


MOVEMENT_COLUMNS: tuple[Column[Any], ...] = (
    Column("happened (UTC)", lambda row: moment(row.effective_at)),
    Column("recorded (UTC)", lambda row: moment(row.recorded_at)),
    Column("item", lambda row: row.item_code, "item"),
    Column("name", lambda row: row.item_name, "item"),
    Column("lot", lambda row: row.lot, "item"),
    Column("serial", lambda row: row.serial, "item"),
    Column("from", lambda row: row.from_code, "route"),
    Column("to", lambda row: row.to_code, "route"),
    Column("quantity", lambda row: number(row.quantity), "quantity"),
    Column("unit", lambda row: row.unit, "quantity"),
    Column("role", lambda row: row.role, "role"),
    Column("kind", lambda row: row.kind, "role"),
    Column("taken back by", lambda row: row.reversed_by_id, "role"),
    Column("document", lambda row: f"{row.line_kind} {row.line_id}" if row.line_kind else "", "role"),
    Column("person", lambda row: row.actor_name, "who"),
    Column("device", lambda row: row.device_name, "who"),
    Column("operation", lambda row: row.operation_id),
)
