"""The table of count tasks that leaves the office."""

from typing import Any

from app.lists.exports import Column, Table, moment
from app.lists.list_rows import Found, every_row
from app.stock.count_tasks.tasks import task_reason, task_state


def tasks_table(found: Found) -> Table[Any]:
    """Every count task that the list would show, in its order."""
    return Table("recounts", TASK_COLUMNS, every_row(found))


TASK_COLUMNS: tuple[Column[Any], ...] = (
    Column("location", lambda row: row.location_code),
    Column("item", lambda row: row.item_code, "item"),
    Column("name", lambda row: row.item_name, "item"),
    Column("lot", lambda row: row.lot, "item"),
    Column("reason", task_reason, "reason"),
    Column("asked (UTC)", lambda row: moment(row.asked_at), "asked"),
    Column("asked by", lambda row: row.asker_name, "asked"),
    Column("state", task_state, "state"),
    Column("counted (UTC)", lambda row: moment(row.counted_at), "state"),
    Column("counted by", lambda row: row.counter_name, "state"),
)
