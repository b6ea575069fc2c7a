"""Discrepancies as people see them: listed, accepted, resolved by counter-entries."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select, update
from sqlalchemy.orm import aliased

from app.catalog.models import Item
from app.clock import now_ms
from app.database import publish
from app.people.audit.trail import Subject, record
from app.people.models import User
from app.stock.book.models import Operation
from app.stock.book.open_findings import ACCEPTED
from app.stock.discrepancies.models import Discrepancy
from app.stock.levels.level_list import below, family
from app.stock.reach import discrepancy_seen
from app.warehouse.models import Location
from app.web.errors import Refusal
from app.words import t

STATES = ("standing", "open", "firm", "closed", "all")
"""``standing`` is whatever is not closed: open (a missing fact may still explain it) or firm."""

RESOLVED = "resolved"
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


def state_conditions(state: str) -> list[ColumnElement[bool]]:
    """A state as conditions."""
    closed_at, firm_at = Discrepancy.closed_at, Discrepancy.firm_at
    conditions: dict[str, list[ColumnElement[bool]]] = {
        "standing": [closed_at.is_(None)],
        "open": [closed_at.is_(None), firm_at.is_(None)],
        "firm": [closed_at.is_(None), firm_at.is_not(None)],
        "closed": [closed_at.is_not(None)],
    }
    return conditions.get(state, [])


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


def accept(connection: Connection, number: int, user_id: int, note: str) -> None:
    """Let a discrepancy be as it is: the book keeps what it says. Raises Refusal 404 or 409.

    Should its quantity change, it opens anew.
    """
    close(
        connection,
        standing_discrepancy(connection, number),
        user_id,
        f"{ACCEPTED}: {note}" if note else ACCEPTED,
    )


def accept_all(connection: Connection, numbers: Sequence[int], user_id: int, note: str) -> int:
    """Accept those of these that still stand; returns how many that were."""
    standing = select(Discrepancy.id).where(Discrepancy.id.in_(numbers), Discrepancy.closed_at.is_(None))
    chosen = sorted(connection.scalars(standing))
    for number in chosen:
        accept(connection, number, user_id, note)
    return len(chosen)


def mark_resolved(connection: Connection, number: int, user_id: int, note: str) -> None:
    """Note who resolved a discrepancy, once the entries they posted have closed it; else it stays open."""
    found = discrepancy_by_id(connection, number)
    if found.closed_at is not None:
        close(connection, found, user_id, f"{RESOLVED}: {note}" if note else RESOLVED)


def close(connection: Connection, found: Any, user_id: int, resolution: str) -> None:
    """Write down who closed it, and why; the last statement in a transaction."""
    values = {"closed_at": now_ms(), "closed_by": str(user_id), "resolution": resolution[:255]}
    connection.execute(update(Discrepancy).where(Discrepancy.id == found.id).values(values))
    subject = Subject("discrepancy", found.id, t(f"live.kind_{found.kind}"))
    record(connection, resolution.partition(":")[0], subject, after={"resolution": resolution})
    publish(connection, [("discrepancy", str(found.id))])
