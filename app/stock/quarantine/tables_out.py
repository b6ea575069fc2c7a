"""The table of what is held back that leaves the office."""

from collections.abc import Iterator
from typing import Any

from app.database import reading
from app.lists.exports import Column, Table, moment
from app.lists.list_rows import Found, every_row
from app.stock.quarantine.held_operations import held_message, state_of
from app.stock.quarantine.held_reading import Reading, reading_of

Held = tuple[Any, Reading]


def quarantine_table(found: Found) -> Table[Held]:
    """Every held operation that the list would show, in its order, with what it says."""
    return Table("quarantine", QUARANTINE_COLUMNS, held_parts(found))


def held_parts(found: Found) -> Iterator[list[Held]]:
    """Held operations in parts, each read as far as it can be."""
    for part in every_row(found):
        with reading() as connection:
            readings = [reading_of(connection, row) for row in part]
        yield list(zip(part, readings, strict=True))


def said(name: str) -> Any:
    """What a held operation says of one thing: the name that it stands for, else the value itself."""

    def cell(held: Held) -> str:
        one = held[1].of(name)
        return (one.name or one.value) if one else ""

    return cell


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
    Column("state", lambda held: state_of(held[0]), "state"),
    Column("decided by", lambda held: held[0].decider_name, "state"),
    Column("decided (UTC)", lambda held: moment(held[0].decided_at), "state"),
    Column("note", lambda held: held[0].note or held[0].proposed_note, "state"),
    Column("operation", lambda held: held[0].operation_id),
)
