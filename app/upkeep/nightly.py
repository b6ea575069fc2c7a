"""What the worker does every night: a backup, a check of the book, letting go what is old."""

import datetime
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from app.clock import now_ms
from app.database import reading
from app.jobs import JobFailed, Task
from app.settings import in_force
from app.settings.known import OFF
from app.stock.book.check import differences
from app.stock.book.check_feed import untold
from app.upkeep.backups import Backup, backup_folder, make_backup, prune
from app.upkeep.retention import KEPT, let_go
from app.upkeep.runs import last_run, record
from app.values.zones import clock_at
from app.web.errors import Refusal

BACKUP, CHECK, TIDY = "upkeep.backup", "upkeep.check", "upkeep.tidy"
"""The recurring jobs' names: each looks whether its work is due."""
TIDY_AT = "04:00"
"""After the backup and the check, which still hold and see what goes."""
SHOWN = 50
"""So many differences are kept of a check; the rest is counted."""


def due(at: str, last: int | None, now: datetime.datetime) -> bool:
    """Whether nightly work is due: none was done since the last time the clock showed ``at`` (HH:MM).

    ``now`` carries the time zone, ``last`` is milliseconds. What was missed while the server
    was down is done once it is up.
    """
    if at == OFF:
        return False
    hour, minute = map(int, at.split(":"))
    mark = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if mark > now:
        mark -= datetime.timedelta(days=1)
    return last is None or last < mark.timestamp() * 1000


def is_due(kind: str, at: str) -> bool:
    """Whether the nightly run of a kind is due; one that failed tonight is not tried again till tomorrow."""
    with reading() as connection:
        last = last_run(connection, kind)
    return due(at, last["started_at"] if last else None, clock_at(now_ms(), in_force().time_zone))


def recorded_backup(to: Path | None = None) -> Backup:
    """Make a backup and write down that, or why not. Raises NoRoom, Damaged, OSError."""
    started_at = now_ms()
    try:
        made = make_backup(to)
    except Exception as error:
        with suppress(Refusal, SQLAlchemyError):  # on a full disk this cannot be written down either
            record("backup", started_at, False, {"error": str(error)[:500]})
        raise
    about = {"path": str(made.path), "bytes": made.bytes, "operations": made.manifest.operations}
    record("backup", started_at, True, about)
    return made


def recorded_check() -> list[str]:
    """Check the book and write the result down; returns the differences."""
    started_at = now_ms()
    with reading() as connection:
        found = [*differences(connection), *untold(connection)]
    record("check", started_at, not found, {"count": len(found), "differences": found[:SHOWN]})
    return found


def backup_job(task: Task) -> None:
    """The nightly backup, or one that a person asked for; older ones than should be kept are deleted."""
    if not task.payload.get("now") and not is_due("backup", in_force().backup_at):
        return
    answered(recorded_backup)
    prune(in_force().backup_keep, backup_folder())


def check_job(task: Task) -> None:
    """The nightly check, or one that a person asked for."""
    if task.payload.get("now") or is_due("check", in_force().check_at):
        recorded_check()


def tidy_job(task: Task) -> None:  # noqa: ARG001 - every job takes its task
    """Let go what is older than the office wants it kept."""
    if not is_due("tidy", TIDY_AT):
        return
    started_at, days = now_ms(), in_force()
    try:
        gone = let_go({name: getattr(days, name) for name in KEPT})
    except Exception as error:
        record("tidy", started_at, False, {"error": str(error)[:500]})
        raise
    record("tidy", started_at, True, gone)


def answered(work: Callable[[], object]) -> None:
    """Do it. Raises JobFailed, with what it says when it fails, for a person: it is not tried again."""
    try:
        work()
    except Exception as error:
        raise JobFailed("jobs.backup_failed", why=str(error)) from error
