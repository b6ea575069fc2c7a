"""The table of discrepancies that leaves the office."""

from typing import Any

from app.lists.exports import Column, Table, moment, number
from app.lists.list_rows import Found, every_row
from app.stock.discrepancies.states import state_of_row


def discrepancies_table(found: Found) -> Table[Any]:
    """Every discrepancy that the list would show, in its order."""
    return Table("discrepancies", DISCREPANCY_COLUMNS, every_row(found))


DISCREPANCY_COLUMNS: tuple[Column[Any], ...] = (
    Column("number", lambda row: row.id),
    Column("kind", lambda row: row.kind),
    Column("state", state_of_row),
    Column("item", lambda row: row.item_code, "item"),
    Column("name", lambda row: row.item_name, "item"),
    Column("lot", lambda row: row.lot, "item"),
    Column("serial", lambda row: row.serial, "item"),
    Column("location", lambda row: row.location_code, "location"),
    Column("quantity", lambda row: number(row.quantity), "quantity"),
    Column("unit", lambda row: row.unit, "quantity"),
    Column("person", lambda row: row.actor_name),
    Column("happened (UTC)", lambda row: moment(row.effective_at), "happened"),
    Column("opened (UTC)", lambda row: moment(row.opened_at), "happened"),
    Column("closed (UTC)", lambda row: moment(row.closed_at), "happened"),
    Column("resolution", lambda row: row.resolution),
    Column("operation", lambda row: row.operation_id),
)
