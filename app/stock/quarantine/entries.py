"""Quarantine as people see it: what could not be posted, until somebody decides."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from app.clock import now_ms
from app.database import publish
from app.people.audit.trail import Subject, record
from app.people.devices.models import Device
from app.stock.quarantine.models import Quarantine
from app.stock.reach import entry_seen
from app.values.sentences import spoken
from app.web.errors import Refusal
from app.words import t

STATES = ("waiting", "decided", "all")


def held_message(row: Any) -> str:
    """What exactly is wrong with a held operation, in the reader's language."""
    return spoken("stock.said_", row.message_key, row.message_values, row.message)


def quarantined(connection: Connection, wanted: Mapping[str, Any], limit: int) -> list[Any]:
    """At most ``limit`` held operations that pass the filters, the newest first."""
    query = (
        select(Quarantine.__table__, Device.name.label("device_name"), Device.user_id.label("owner_id"))
        .outerjoin(Device, Device.id == Quarantine.device_id)
        .where(*conditions_of(wanted))
    )
    return list(connection.execute(query.order_by(Quarantine.id.desc()).limit(limit)))


def conditions_of(wanted: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """The filters as conditions."""
    decided_at = Quarantine.decided_at
    states = {"waiting": [decided_at.is_(None)], "decided": [decided_at.is_not(None)]}
    conditions: list[ColumnElement[bool]] = [*states.get(wanted.get("state", "waiting"), []), entry_seen()]
    for name, column in (("id", Quarantine.id), ("device", Quarantine.device_id)):
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


def propose_discard(connection: Connection, number: int, user_id: int, reason: str) -> None:
    """Propose that a held operation never counts; a second person confirms it.

    Raises Refusal 404, 409 ``already_decided``, 409 ``already_proposed``.
    """
    entry = waiting_entry(connection, number)
    if entry.proposed_by is not None:
        raise Refusal(409, "already_proposed", t("exchange.already_proposed"))
    propose(connection, entry, user_id, reason)
    record(connection, "proposed", subject_of(entry), after={"discard": reason})


def withdraw_proposal(connection: Connection, number: int) -> None:
    """Undo a proposal to discard. Raises Refusal 404, 409 ``already_decided``, 409 ``not_proposed``."""
    entry = proposed_entry(connection, number)
    propose(connection, entry, None, "")
    record(connection, "withdrawn", subject_of(entry), before={"discard": entry.proposed_note})


def proposed_entry(connection: Connection, number: int) -> Any:
    """One that somebody proposed to discard. Raises Refusal 404, 409."""
    entry = waiting_entry(connection, number)
    if entry.proposed_by is None:
        raise Refusal(409, "not_proposed", t("exchange.not_proposed"))
    return entry


def propose(connection: Connection, entry: Any, user_id: int | None, reason: str) -> None:
    """Write a proposal down, or take it away."""
    at = now_ms() if user_id is not None else None
    values = {"proposed_at": at, "proposed_by": user_id, "proposed_note": reason[:255]}
    connection.execute(update(Quarantine).where(Quarantine.id == entry.id).values(values))


def discard(connection: Connection, number: int, user_id: int, reason: str) -> None:
    """Confirm that a held operation never counts; it stays on record.

    Raises Refusal 404, 409 ``already_decided``, 409 ``not_proposed``, and 403 ``second_person`` for the
    one who captured it and the one who proposed it.
    """
    entry = waiting_entry(connection, number)
    if user_id in (captor_of(entry), entry.proposed_by):
        raise Refusal(403, "second_person", t("exchange.second_person"))
    proposed_entry(connection, number)
    decide(connection, entry, user_id, "discarded", reason)
    publish(connection, [("outcome", entry.operation_id)])


def subject_of(entry: Any) -> Subject:
    """A held operation in the audit trail."""
    return Subject("quarantine", entry.id, entry.operation_id)


def decide(connection: Connection, entry: Any, user_id: int, decision: str, note: str) -> None:
    """Write a decision down."""
    values = {"decided_at": now_ms(), "decided_by": user_id, "decision": decision, "note": note[:255]}
    connection.execute(update(Quarantine).where(Quarantine.id == entry.id).values(values))
    record(connection, decision, subject_of(entry), after={"note": note} if note else None)


def captor_of(entry: Any) -> int | None:
    """Who held the device: whom the operation names, else the one who enrolled the device."""
    try:
        content = json.loads(entry.raw)
    except ValueError:
        content = None
    actor = content.get("actor") if isinstance(content, dict) else None
    owner: int | None = entry.owner_id
    return actor if isinstance(actor, int) and not isinstance(actor, bool) else owner
