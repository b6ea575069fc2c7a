"""How the installation stands, in figures: what administrators see and monitoring reads."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, select

from app.jobs.models import Job
from app.people.devices.desk import SILENT_AFTER_MS
from app.people.devices.lateness import is_late, is_online
from app.people.devices.models import Device
from app.people.devices.register import OFFICE
from app.stock.discrepancies.models import Discrepancy
from app.stock.feed.models import FeedCounter, Incarnation
from app.stock.quarantine.models import Quarantine
from app.upkeep.runs import last_run
from app.upkeep.sizes import database_bytes


@dataclass(frozen=True)
class Phones:
    """Devices that may still bring facts. Times are milliseconds, None where there is nothing."""

    trusted: int
    online: int
    unsent: int
    """Operations that wait on them, as they last said."""
    oldest_unsent_at: int | None
    stuck: tuple[str, ...]
    """Names of those that are connected and still hold something older than five minutes."""
    silent: tuple[str, ...] = ()
    """Names of those that hold something and were not heard of for a day."""


@dataclass(frozen=True)
class Queue:
    """Background work."""

    waiting: int
    """Due and not begun."""
    oldest_due_at: int | None
    running: int
    failed: int


@dataclass(frozen=True)
class Run:
    """The latest backup or check."""

    finished_at: int
    sound: bool
    summary: dict[str, Any]


@dataclass(frozen=True)
class State:
    """Everything, out of one read snapshot."""

    phones: Phones
    queue: Queue
    backup: Run | None
    """The latest that succeeded."""
    backup_failed: Run | None
    """The latest attempt, where it failed."""
    check: Run | None
    firm: int
    provisional: int
    quarantined: int
    head: int
    started_at: int
    """Since when this incarnation lives."""
    database_bytes: int


def state_of(connection: Connection, now: int) -> State:
    """How everything stands at ``now``, in milliseconds."""
    head, started_at = connection.execute(
        select(FeedCounter.position, Incarnation.started_at).join(
            Incarnation, Incarnation.id == FeedCounter.id
        )
    ).one()
    opened = select(func.count(Discrepancy.id)).where(Discrepancy.closed_at.is_(None))
    latest = run_of(last_run(connection, "backup"))
    return State(
        phones=phones_of(connection, now),
        queue=queue_of(connection, now),
        backup=run_of(last_run(connection, "backup", sound_only=True)),
        backup_failed=latest if latest and not latest.sound else None,
        check=run_of(last_run(connection, "check")),
        firm=count(connection, opened.where(Discrepancy.firm_at.is_not(None))),
        provisional=count(connection, opened.where(Discrepancy.firm_at.is_(None))),
        quarantined=count(
            connection, select(func.count(Quarantine.id)).where(Quarantine.decided_at.is_(None))
        ),
        head=head,
        started_at=started_at,
        database_bytes=database_bytes(connection),
    )


def phones_of(connection: Connection, now: int) -> Phones:
    """What devices last said of themselves."""
    trusted = and_(Device.revoked_at.is_(None), Device.stolen_at.is_(None), Device.id != OFFICE)
    columns = (Device.name, Device.contact_at, Device.pending, Device.oldest_unsent_at)
    rows = connection.execute(select(*columns).where(trusted)).all()
    holding = [row for row in rows if row.pending and row.oldest_unsent_at is not None]
    return Phones(
        trusted=len(rows),
        online=sum(is_online(row, now) for row in rows),
        unsent=sum(row.pending for row in rows),
        oldest_unsent_at=min((row.oldest_unsent_at for row in holding), default=None),
        stuck=tuple(sorted(row.name for row in holding if is_late(row, now))),
        silent=tuple(sorted(row.name for row in holding if now - (row.contact_at or 0) > SILENT_AFTER_MS)),
    )


def queue_of(connection: Connection, now: int) -> Queue:
    """The background work that waits, runs and failed."""
    due = and_(Job.state == "queued", Job.run_at <= now)
    waiting, oldest = connection.execute(select(func.count(Job.id), func.min(Job.run_at)).where(due)).one()
    running = count(connection, select(func.count(Job.id)).where(Job.state == "running"))
    failed = count(connection, select(func.count(Job.id)).where(Job.state == "failed"))
    return Queue(waiting, oldest, running, failed)


def run_of(row: Any) -> Run | None:
    """A run as it is shown."""
    return Run(row["finished_at"], row["sound"], json.loads(row["summary"])) if row else None


def count(connection: Connection, query: Any) -> int:
    """The number that a query counts."""
    return int(connection.execute(query).scalar_one())
