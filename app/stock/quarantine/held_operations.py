"""Held operations with the names of all that they speak of: searched for, one, and one that still waits."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select
from sqlalchemy.orm import aliased

from app.people.devices.models import Device
from app.people.models import User
from app.stock.quarantine.models import Quarantine
from app.stock.reach import entry_seen
from app.values.sentences import spoken
from app.web.errors import Refusal
from app.words import t

STATES = ("waiting", "decided", "all")
DECIDER = aliased(User, name="decider")
PROPOSER = aliased(User, name="proposer")
COLUMNS = (
    Quarantine.__table__,
    Device.name.label("device_name"),
    Device.user_id.label("owner_id"),
    DECIDER.name.label("decider_name"),
    PROPOSER.name.label("proposer_name"),
)


EQUAL = {"id": Quarantine.id, "device": Quarantine.device_id, "reason": Quarantine.reason}
"""Filters that name one value."""


def state_of(entry: Any) -> str:
    """``waiting``, ``proposed``, or what was decided: ``released``, ``amended`` or ``discarded``."""
    return entry.decision or ("proposed" if entry.proposed_by is not None else "waiting")


def held_message(row: Any) -> str:
    """What exactly is wrong with a held operation, in the reader's language."""
    return spoken("stock.said_", row.message_key, row.message_values, row.message)


def quarantined(connection: Connection, wanted: Mapping[str, Any], limit: int) -> list[Any]:
    """At most ``limit`` held operations that pass the filters, the newest first."""
    query = named_query().where(*conditions_of(wanted))
    return list(connection.execute(query.order_by(Quarantine.id.desc()).limit(limit)))


def named_query() -> Select[*tuple[Any, ...]]:
    """Held operations with the names of all that they speak of."""
    return (
        select(*COLUMNS)
        .outerjoin(Device, Device.id == Quarantine.device_id)
        .outerjoin(DECIDER, DECIDER.id == Quarantine.decided_by)
        .outerjoin(PROPOSER, PROPOSER.id == Quarantine.proposed_by)
    )


def conditions_of(wanted: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """The filters as conditions."""
    decided_at = Quarantine.decided_at
    states = {"waiting": [decided_at.is_(None)], "decided": [decided_at.is_not(None)]}
    conditions: list[ColumnElement[bool]] = [*states.get(wanted.get("state", "waiting"), []), entry_seen()]
    for name, column in EQUAL.items():
        if wanted.get(name) is not None:
            conditions.append(column == wanted[name])
    if wanted.get("before") is not None:
        conditions.append(Quarantine.id < wanted["before"])
    return conditions


def entry_by_id(connection: Connection, number: int) -> Any:
    """One held operation. Raises Refusal 404."""
    found = quarantined(connection, {"id": number, "state": "all"}, 1)
    if not found:
        raise Refusal(404, "not_found", t("exchange.unknown_entry"))
    return found[0]


def waiting_entry(connection: Connection, number: int) -> Any:
    """One that nobody decided yet. Raises Refusal 404, or 409 ``already_decided``."""
    found = entry_by_id(connection, number)
    if found.decided_at is not None:
        raise Refusal(409, "already_decided", t("exchange.entry_decided"))
    return found
