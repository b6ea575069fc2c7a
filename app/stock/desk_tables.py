"""The tables of the desks that leave the office: movements, discrepancies, quarantine, count tasks."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.database import reading
from app.lists.exports import Column, Table, moment, number
from app.lists.list_rows import Found, every_row
from app.stock.count_tasks import task_reason
from app.stock.held_reading import Reading, reading_of
from app.stock.movement_desk import every_movement
from app.stock.quarantine import held_message

Held = tuple[Any, Reading]


def movements_table(wanted: Mapping[str, Any], descending: bool) -> Table[Any]:
    """Every movement that the list would show, in its order."""
    return Table("movements", MOVEMENT_COLUMNS, every_movement(wanted, descending))


def discrepancies_table(found: Found) -> Table[Any]:
    """Every discrepancy that the list would show, in its order."""
    return Table("discrepancies", DISCREPANCY_COLUMNS, every_row(found))


def quarantine_table(found: Found) -> Table[Held]:
    """Every held operation that the list would show, in its order, with what it says."""
    return Table("quarantine", QUARANTINE_COLUMNS, held_parts(found))


def held_parts(found: Found) -> Iterator[list[Held]]:
    """Held operations in parts, each read as far as it can be."""
    for part in every_row(found):
        with reading() as connection:
            readings = [reading_of(connection, row) for row in part]
        yield list(zip(part, readings, strict=True))


def tasks_table(found: Found) -> Table[Any]:
    """Every count task that the list would show, in its order."""
    return Table("recounts", TASK_COLUMNS, every_row(found))


def said(name: str) -> Any:
    """What a held operation says of one thing: the name that it stands for, else the value itself."""

    def cell(held: Held) -> str:
        one = held[1].of(name)
        return (one.name or one.value) if one else ""

    return cell


def standing(row: Any) -> str:
    """In what state a discrepancy is."""
    if row.closed_at is not None:
        return "closed"
    return "may settle" if row.firm_at is None else "open"


def decided(row: Any) -> str:
    """In what state a held operation is."""
    return row.decision or ("proposed" if row.proposed_by is not None else "waiting")


def done(row: Any) -> str:
    """In what state a count task is."""
    if row.cancelled_at is not None:
        return "cancelled"
    return "counted" if row.counted_by_id else "waiting"


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

DISCREPANCY_COLUMNS: tuple[Column[Any], ...] = (
    Column("number", lambda row: row.id),
    Column("kind", lambda row: row.kind),
    Column("state", standing),
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

QUARANTINE_COLUMNS: tuple[Column[Held], ...] = (
    Column("number", lambda held: held[0].id),
    Column("kind", lambda held: held[1].kind),
    Column("reason", lambda held: held[0].reason, "reason"),
    Column("message", lambda held: held_message(held[0]), "reason"),
    Column("item", said("item")),
    Column("code", said("code")),
    Column("lot", said("lot")),
    Column("from", said("from")),
    Column("to", said("to")),
    Column("location", said("location")),
    Column("quantity", said("quantity")),
    Column("serials", said("serials")),
    Column("person", lambda held: held[1].actor, "who"),
    Column("device", lambda held: held[0].device_name or held[0].device_id, "who"),
    Column("captured (UTC)", lambda held: moment(held[1].at), "recorded"),
    Column("received (UTC)", lambda held: moment(held[0].recorded_at), "recorded"),
    Column("state", lambda held: decided(held[0]), "state"),
    Column("decided by", lambda held: held[0].decider_name, "state"),
    Column("decided (UTC)", lambda held: moment(held[0].decided_at), "state"),
    Column("note", lambda held: held[0].note or held[0].proposed_note, "state"),
    Column("operation", lambda held: held[0].operation_id),
)

TASK_COLUMNS: tuple[Column[Any], ...] = (
    Column("location", lambda row: row.location_code),
    Column("item", lambda row: row.item_code, "item"),
    Column("name", lambda row: row.item_name, "item"),
    Column("lot", lambda row: row.lot, "item"),
    Column("reason", task_reason, "reason"),
    Column("asked (UTC)", lambda row: moment(row.asked_at), "asked"),
    Column("asked by", lambda row: row.asker_name, "asked"),
    Column("state", done, "state"),
    Column("counted (UTC)", lambda row: moment(row.counted_at), "state"),
    Column("counted by", lambda row: row.counter_name, "state"),
)
