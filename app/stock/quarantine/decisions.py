"""Deciding about what is held: two people discard it, one releases it; each decision is on record."""

from typing import Any

from sqlalchemy import Connection, update

from app.clock import now_ms
from app.database import publish
from app.people.audit.trail import Subject, record
from app.stock.quarantine.held_operations import waiting_entry
from app.stock.quarantine.held_reading import captor_of
from app.stock.quarantine.models import Quarantine
from app.web.errors import Refusal
from app.words import t


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


def may_confirm(user_id: int, captor: int | None, proposer: int | None) -> bool:
    """Whether a person may confirm a discard: neither who captured it nor who proposed it."""
    return user_id not in (captor, proposer)


def discard(connection: Connection, number: int, user_id: int, reason: str) -> None:
    """Confirm that a held operation never counts; it stays on record.

    Raises Refusal 404, 409 ``already_decided``, 409 ``not_proposed``, and 403 ``second_person`` for the
    one who captured it and the one who proposed it.
    """
    entry = waiting_entry(connection, number)
    if not may_confirm(user_id, captor_of(entry), entry.proposed_by):
        raise Refusal(403, "second_person", t("exchange.second_person"))
    proposed_entry(connection, number)
    decide(connection, entry, user_id, "discarded", reason)
    publish(connection, [("outcome", entry.operation_id)])


def decide(connection: Connection, entry: Any, user_id: int, decision: str, note: str) -> None:
    """Write a decision down."""
    values = {"decided_at": now_ms(), "decided_by": user_id, "decision": decision, "note": note[:255]}
    connection.execute(update(Quarantine).where(Quarantine.id == entry.id).values(values))
    record(connection, decision, subject_of(entry), after={"note": note} if note else None)


def subject_of(entry: Any) -> Subject:
    """A held operation in the audit trail."""
    return Subject("quarantine", entry.id, entry.operation_id)
