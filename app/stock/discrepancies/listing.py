"""Discrepancies with the names of all that they speak of: searched for, one, and one that still stands."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select
from sqlalchemy.orm import aliased

from app.catalog.models import Item
from app.people.models import User
from app.stock.book.models import Operation
from app.stock.discrepancies.models import Discrepancy
from app.stock.discrepancies.states import state_conditions
from app.stock.levels.level_list import below, family
from app.stock.reach import discrepancy_seen
from app.warehouse.models import Location
from app.web.errors import Refusal
from app.words import t

OTHER = aliased(Operation, name="other")

COLUMNS = (
    Discrepancy.__table__,
    Item.code.label("item_code"),
    Item.name.label("item_name"),
    Item.unit,
    Location.code.label("location_code"),
    Operation.device_id,
    User.name.label("actor_name"),
    OTHER.device_id.label("other_device_id"),
)


def discrepancies(connection: Connection, wanted: Mapping[str, Any], limit: int) -> list[Any]:
    """At most ``limit`` discrepancies that pass the filters, the newest first."""
    query = named_query().where(*conditions_of(wanted))
    return list(connection.execute(query.order_by(Discrepancy.id.desc()).limit(limit)))


def named_query() -> Select[*tuple[Any, ...]]:
    """Discrepancies with the names of all that they speak of."""
    return (
        select(*COLUMNS)
        .outerjoin(Item, Item.id == Discrepancy.item_id)
        .outerjoin(Location, Location.id == Discrepancy.location_id)
        .outerjoin(Operation, Operation.id == Discrepancy.operation_id)
        .outerjoin(User, User.id == Operation.actor_id)
        .outerjoin(OTHER, OTHER.id == Discrepancy.other_operation_id)
        .where(discrepancy_seen())
    )


def conditions_of(wanted: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """The filters as conditions."""
    conditions = state_conditions(wanted.get("state", "standing"))
    if wanted.get("id") is not None:
        conditions.append(Discrepancy.id == wanted["id"])
    if wanted.get("kind") is not None:
        conditions.append(Discrepancy.kind == wanted["kind"])
    if wanted.get("item") is not None:
        conditions.append(Discrepancy.item_id.in_(family(wanted["item"])))
    if wanted.get("location") is not None:
        conditions.append(Discrepancy.location_id.in_(below(wanted["location"])))
    if wanted.get("before") is not None:
        conditions.append(Discrepancy.id < wanted["before"])
    return conditions


def discrepancy_by_id(connection: Connection, number: int) -> Any:
    """One discrepancy. Raises Refusal 404."""
    found = discrepancies(connection, {"id": number, "state": "all"}, 1)
    if not found:
        raise Refusal(404, "not_found", t("exchange.unknown_discrepancy"))
    return found[0]


def standing_discrepancy(connection: Connection, number: int) -> Any:
    """One that is not closed. Raises Refusal 404, or 409 ``already_closed``."""
    found = discrepancy_by_id(connection, number)
    if found.closed_at is not None:
        raise Refusal(409, "already_closed", t("exchange.discrepancy_closed"))
    return found
