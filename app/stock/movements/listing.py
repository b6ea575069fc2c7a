"""The list of movements, newest first; each page begins before the last one of the page before.

No index leads from a location, an actor or a device to its movements, because each index costs every
movement that is written: where nothing better is asked for, only the recent ones are looked through.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select
from sqlalchemy.orm import aliased

from app.catalog.models import Item
from app.people.devices.models import Device
from app.people.models import User
from app.stock.book.models import Movement, Operation
from app.stock.levels.level_list import below, family
from app.stock.reach import movement_seen
from app.warehouse.models import Location

ORIGIN, DESTINATION = aliased(Location, name="origin"), aliased(Location, name="destination")

COLUMNS = (
    Movement.id,
    Movement.operation_id,
    Movement.cause_id,
    Movement.role,
    Movement.effective_at,
    Movement.recorded_at,
    Movement.item_id,
    Item.code.label("item_code"),
    Item.name.label("item_name"),
    Item.unit,
    Movement.lot,
    Movement.serial,
    Movement.from_id,
    ORIGIN.code.label("from_code"),
    Movement.to_id,
    DESTINATION.code.label("to_code"),
    Movement.quantity,
    Operation.kind,
    Operation.reversed_by_id,
    Operation.device_id,
    Device.name.label("device_name"),
    Operation.actor_id,
    User.name.label("actor_name"),
    Operation.line_kind,
    Operation.line_id,
)

ROLES = ("fact", "adjustment", "correction", "inferred", "reversal")
RECENT = 100_000
"""How many movements are looked through for those that no index finds."""

EQUAL = {
    "serial": Movement.serial,
    "lot": Movement.lot,
    "operation": Movement.operation_id,
    "role": Movement.role,
    "kind": Operation.kind,
    "actor": Operation.actor_id,
    "device": Operation.device_id,
}
"""Filters that name one value."""


def movement_page(
    connection: Connection, wanted: Mapping[str, Any], limit: int
) -> tuple[list[Any], int | None]:
    """At most ``limit`` movements, newest first, and where the next page begins: before which id."""
    top = int(wanted.get("before") or newest_id(connection) + 1)
    lowest = top - RECENT if is_narrow(wanted) else 0
    rows = movements(connection, {**wanted, "before": top, "above": lowest}, limit)
    if len(rows) == limit:
        return rows, int(rows[-1].id)
    return rows, lowest + 1 if lowest > 0 else None


def newest_id(connection: Connection) -> int:
    """The id of the movement that was recorded last; 0 where there is none."""
    return connection.scalar(select(func.max(Movement.id))) or 0


def is_narrow(wanted: Mapping[str, Any]) -> bool:
    """Whether no index finds what is asked for."""
    asked = {name for name, value in wanted.items() if value is not None} - {"before"}
    return bool(asked) and not asked & {"operation", "item"}


def movements(connection: Connection, wanted: Mapping[str, Any], limit: int) -> list[Any]:
    """At most ``limit`` movements that pass the filters, newest first."""
    return list(connection.execute(query_of(wanted).order_by(Movement.id.desc()).limit(limit)))


def oldest_movements(connection: Connection, wanted: Mapping[str, Any], limit: int) -> list[Any]:
    """The oldest ``limit`` of those that pass the filters, newest first: the page before another one."""
    return list(connection.execute(query_of(wanted).order_by(Movement.id.asc()).limit(limit)))[::-1]


def query_of(wanted: Mapping[str, Any]) -> Select[*tuple[Any, ...]]:
    """Movements with the names of all that they speak of."""
    return (
        select(*COLUMNS)
        .join(Operation, Operation.id == Movement.operation_id)
        .outerjoin(Item, Item.id == Movement.item_id)
        .outerjoin(ORIGIN, ORIGIN.id == Movement.from_id)
        .outerjoin(DESTINATION, DESTINATION.id == Movement.to_id)
        .outerjoin(Device, Device.id == Operation.device_id)
        .outerjoin(User, User.id == Operation.actor_id)
        .where(*conditions_of(wanted))
    )


def named_operations() -> Select[*tuple[Any, ...]]:
    """Operations with the names of their device and their captor."""
    return (
        select(Operation.__table__, Device.name.label("device_name"), User.name.label("actor_name"))
        .outerjoin(Device, Device.id == Operation.device_id)
        .outerjoin(User, User.id == Operation.actor_id)
    )


def conditions_of(wanted: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """The filters as conditions."""
    conditions = [column == wanted[name] for name, column in EQUAL.items() if wanted.get(name) is not None]
    conditions.append(movement_seen())
    if wanted.get("item") is not None:
        conditions.append(Movement.item_id.in_(family(wanted["item"])))
    if wanted.get("location") is not None:
        places = below(wanted["location"])
        conditions.append(or_(Movement.from_id.in_(places), Movement.to_id.in_(places)))
    if wanted.get("since") is not None:
        conditions.append(Movement.effective_at >= wanted["since"])
    if wanted.get("until") is not None:
        conditions.append(Movement.effective_at < wanted["until"])
    if wanted.get("reason") is not None:
        conditions.append(names_reason(wanted["reason"]))
    if wanted.get("among") is not None:
        conditions.append(or_(*wanted["among"]))
    if wanted.get("before") is not None:
        conditions.append(Movement.id < wanted["before"])
    if wanted.get("above") is not None:
        conditions.append(Movement.id > wanted["above"])
    return conditions


def names_reason(reason: str) -> ColumnElement[bool]:
    """Operations that give this reason, as one word, in what was captured: with a blank or without."""
    written = (f'"reason":"{reason}"', f'"reason": "{reason}"')
    return or_(*(Operation.body.contains(text, autoescape=True) for text in written))
