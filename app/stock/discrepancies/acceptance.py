"""Closing a discrepancy by a person: accepted as it is, or resolved by what they posted."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from app.clock import now_ms
from app.database import publish
from app.people.audit.trail import Subject, record
from app.stock.book.open_findings import ACCEPTED
from app.stock.discrepancies.listing import discrepancy_by_id, standing_discrepancy
from app.stock.discrepancies.models import Discrepancy
from app.words import t

RESOLVED = "resolved"


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
