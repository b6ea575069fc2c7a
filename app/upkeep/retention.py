"""What goes after so many days, and how much that would be: records beside the book, never the book."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select

from app.clock import DAY_MS, now_ms
from app.database import transaction
from app.imports.models import TableImport
from app.imports.state import AT_WORK
from app.jobs.models import Job
from app.people.access.models import EntryLink, SignIn
from app.people.audit.models import AuditEntry
from app.people.audit.trail import record as write_down
from app.words import t

PART_ROWS = 500
"""Rows of one transaction: others get their turn in between."""
EVER = 0
"""Days of what never goes."""


@dataclass(frozen=True)
class Source:
    """One table of which old rows may go."""

    key: Any
    since: Any
    """The column that says how old a row is."""
    over: Callable[[int], ColumnElement[bool]]
    """Those that ended before a moment, in milliseconds."""


@dataclass(frozen=True)
class Line:
    """How much there is of something, since when, and how much would go; None where that is not clear."""

    name: str
    there: int
    oldest: int | None
    goes: int | None


KEPT: Mapping[str, Sequence[Source]] = {
    "audit_days": (Source(AuditEntry.id, AuditEntry.at, lambda before: AuditEntry.at < before),),
    "sign_in_days": (
        Source(
            SignIn.token_hash,
            SignIn.created_at,
            lambda before: or_(SignIn.expires_at < before, SignIn.revoked_at < before),
        ),
        Source(
            EntryLink.token_hash,
            EntryLink.created_at,
            lambda before: or_(EntryLink.expires_at < before, EntryLink.used_at < before),
        ),
    ),
    "job_days": (Source(Job.id, Job.created_at, lambda before: Job.finished_at < before),),
    "import_days": (
        Source(
            TableImport.id,
            TableImport.created_at,
            lambda before: and_(TableImport.created_at < before, TableImport.state.not_in(AT_WORK)),
        ),
    ),
}
"""By the setting that says for how many days they stay. The entries of an import go with it."""


def outlook(connection: Connection, days: Mapping[str, int], now: int) -> list[Line]:
    """What is there, and what would go with so many days each; of a name that is missing it is not clear."""
    return [line_of(connection, name, days.get(name), now) for name in KEPT]


def line_of(connection: Connection, name: str, days: int | None, now: int) -> Line:
    """One line of the outlook."""
    found = [connection.execute(select(func.count(), func.min(one.since))).one() for one in KEPT[name]]
    oldest = min((since for _, since in found if since is not None), default=None)
    goes = None if days is None else counted(connection, name, days, now)
    return Line(name, sum(count for count, _ in found), oldest, goes)


def counted(connection: Connection, name: str, days: int, now: int) -> int:
    """How many would go."""
    if days == EVER:
        return 0
    parts = (
        select(func.count()).select_from(one.key.class_).where(one.over(now - days * DAY_MS))
        for one in KEPT[name]
    )
    return sum(connection.scalar(part) or 0 for part in parts)


def more_going(connection: Connection, held: Mapping[str, int], wanted: Mapping[str, int], now: int) -> int:
    """How many would go that stay by the days that hold now: what a person must agree to."""
    shorter = (name for name in wanted if name in KEPT)
    return sum(
        max(0, counted(connection, name, wanted[name], now) - counted(connection, name, held[name], now))
        for name in shorter
    )


def let_go(days: Mapping[str, int]) -> dict[str, int]:
    """Delete what is over, a part at a time, and write down how much went."""
    now = now_ms()
    gone = {
        name: sum(emptied(source, now - days[name] * DAY_MS) for source in sources)
        for name, sources in KEPT.items()
        if days[name] != EVER
    }
    if any(gone.values()):
        with transaction() as connection:
            write_down(connection, "removed", ("setting", "office", t("settings.group_keeping")), None, gone)
    return gone


def emptied(source: Source, before: int) -> int:
    """Delete from one table what ended before a moment; how many rows."""
    gone, part = 0, PART_ROWS
    while part == PART_ROWS:
        with transaction() as connection:
            keys = connection.scalars(select(source.key).where(source.over(before)).limit(PART_ROWS)).all()
            connection.execute(delete(source.key.class_).where(source.key.in_(keys)))
        part = len(keys)
        gone += part
    return gone
