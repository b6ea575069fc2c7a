"""What of the figures should worry an administrator: values in, worries out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.clock import HOUR_MS
from app.upkeep.state import Phones, State

LATE_BACKUP_MS = 26 * HOUR_MS
LATE_CHECK_MS = 26 * HOUR_MS
SLOW_QUEUE_MS = 10 * 60_000
"""Work that has been due for so long is not being done: the worker is down or overwhelmed."""
LITTLE_DISK_BYTES = 1 << 30


@dataclass(frozen=True)
class Worry:
    """One thing to look at: a word of the catalogue, red where something is wrong already."""

    words: str
    colour: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Expected:
    """What of this installation may be asked: whether it backs up and checks by itself, room on its disk."""

    backups: bool
    checks: bool
    free_bytes: int


def worries(state: State, expected: Expected, now: int) -> list[Worry]:
    """Everything that deserves a look at ``now`` (milliseconds), the worst first."""
    found = [*of_the_book(state, expected, now), *of_backups(state, expected, now), *of_work(state, now)]
    if expected.free_bytes < LITTLE_DISK_BYTES:
        found.append(Worry("upkeep.worry_disk", "red", {"megabytes": expected.free_bytes >> 20}))
    found += of_phones(state.phones)
    return sorted(found, key=lambda worry: worry.colour != "red")


def of_the_book(state: State, expected: Expected, now: int) -> Iterator[Worry]:
    """The last check found something, or there was none."""
    if state.check and not state.check.sound:
        yield Worry("upkeep.worry_unsound", "red", {"count": state.check.summary["count"]})
    elif expected.checks and (state.check is None or now - state.check.finished_at > LATE_CHECK_MS):
        yield Worry("upkeep.worry_unchecked", "amber")


def of_backups(state: State, expected: Expected, now: int) -> Iterator[Worry]:
    """The last attempt failed, or the last backup is old."""
    if state.backup_failed:
        yield Worry("upkeep.worry_backup_failed", "red", {"error": state.backup_failed.summary["error"]})
    elif expected.backups and (state.backup is None or now - state.backup.finished_at > LATE_BACKUP_MS):
        yield Worry("upkeep.worry_no_backup", "amber")


def of_work(state: State, now: int) -> Iterator[Worry]:
    """Background work failed, or nobody does it."""
    if state.queue.failed:
        yield Worry("upkeep.worry_failed", "amber", {"count": state.queue.failed})
    if state.queue.oldest_due_at is not None and now - state.queue.oldest_due_at > SLOW_QUEUE_MS:
        minutes = (now - state.queue.oldest_due_at) // 60_000
        yield Worry("upkeep.worry_queue", "red", {"minutes": minutes})


def of_phones(phones: Phones) -> Iterator[Worry]:
    """Devices keep to themselves what others wait for."""
    for words, named in (("upkeep.worry_stuck", phones.stuck), ("upkeep.worry_silent", phones.silent)):
        if named:
            yield Worry(words, "amber", {"names": ", ".join(named), "count": len(named)})
