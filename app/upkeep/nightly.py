"""What the worker does every night: a backup and a check of the book, both written down."""

import datetime
from collections.abc import Callable
from pathlib import Path

from app.clock import now_ms
from app.database import reading
from app.jobs import JobFailed, Task
from app.jobs.upkeep_runs import last_run, record
from app.stock.check import differences, untold
from app.upkeep.backups import Backup, backup_folder, make_backup, prune, settings

BACKUP, CHECK = "upkeep.backup", "upkeep.check"
"""The recurring jobs' names: each looks whether its work is due."""
OFF = "off"
SHOWN = 50
"""So many differences are kept of a check; the rest is counted."""


def due(at: str, last: int | None, now: datetime.datetime) -> bool:
    """Whether nightly work is due: none was done since the last time the clock showed ``at`` (HH:MM).

    ``now`` carries the server's time zone, ``last`` is milliseconds. What was missed while the server
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
    now = datetime.datetime.fromtimestamp(now_ms() / 1000).astimezone()
    return due(at, last["started_at"] if last else None, now)


def recorded_backup(to: Path | None = None) -> Backup:
    """Make a backup and write down that, or why not. Raises NoRoom, Damaged, OSError."""
    started_at = now_ms()
    try:
        made = make_backup(to)
    except Exception as error:
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
    if not task.payload.get("now") and not is_due("backup", settings().backup_at):
        return
    answered(recorded_backup)
    prune(settings().backup_keep, backup_folder())


def check_job(task: Task) -> None:
    """The nightly check, or one that a person asked for."""
    if task.payload.get("now") or is_due("check", settings().check_at):
        recorded_check()


def answered(work: Callable[[], object]) -> None:
    """Do it; what it says when it fails is for a person, and it is not tried five times in a row."""
    try:
        work()
    except Exception as error:
        raise JobFailed("jobs.backup_failed", why=str(error)) from error
