"""Background work: stored in the transaction that wants it, leased by a worker, tried again after a crash.

A job is a function that takes a ``Task`` and returns what JSON can hold. It may be run again from its
beginning after a crash, so its writes must bear repetition. Which name means which function is said in
one place, by ``register_jobs`` in ``create_app``.
"""

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Connection, and_, delete, or_, select, update

from app.clock import HOUR_MS, now_ms
from app.database import transaction
from app.database.upserts import insert
from app.jobs.models import Job
from app.web.errors import Refusal
from app.words import language, t

LEASE_MS = 60_000
ATTEMPTS = 5
FIRST_PAUSE_MS = 5_000
LONGEST_PAUSE_MS = HOUR_MS
WHOLE = 1_000_000
REPORT_S = 0.3
SCHEDULE = "schedule:"
SPOKEN = "language"
EXTENSION = "tallyman.jobs"
ERROR_MOST = 500
"""Characters of an error that are kept."""
SAID_MOST = 200
"""Characters of a text that is filled into words."""


class JobFailed(Exception):
    """The job cannot succeed, however often it is tried: a key of the words, and what is filled in.

    It is kept as such, so that everybody reads it in their own language.
    """

    def __init__(self, key: str, **values: str | int) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def __str__(self) -> str:
        return t(self.key, **self.values)


class Interrupted(Exception):
    """The worker is being stopped: the job goes back to the queue as if it had not begun."""


@dataclass
class Task:
    """One job in the hands of a worker."""

    id: str
    name: str
    payload: dict[str, Any]
    lease: str
    attempts: int
    language: str | None = None
    """That of the person who wanted it: what it has to say is said in it."""
    is_stopping: Callable[[], bool] = field(default=lambda: False)
    reported_at: float = 0.0

    def report(self, done: int, total: int, message: str = "") -> None:
        """Say how far it is; call freely, outside of transactions. Raises Interrupted at the worker's end."""
        if self.is_stopping():
            raise Interrupted
        if time.monotonic() - self.reported_at >= REPORT_S or done >= total:
            self.reported_at = time.monotonic()
            progress(self.id, done, total, message)


Work = Callable[[Task], Any]


def register_jobs(app: Flask, jobs: Mapping[str, Work], every_ms: Mapping[str, int] | None = None) -> None:
    """Say which function does which job, and which of them recur after how many milliseconds."""
    app.extensions[EXTENSION] = (dict(jobs), dict(every_ms or {}))


def known_jobs() -> dict[str, Work]:
    """The functions by name."""
    jobs: dict[str, Work] = current_app.extensions[EXTENSION][0]
    return jobs


def enqueue(
    connection: Connection,
    name: str,
    payload: Mapping[str, Any],
    dedupe_key: str | None = None,
    run_at: int | None = None,
) -> str:
    """Store a job in the caller's transaction and return its id; it runs after ``run_at`` (milliseconds).

    While another job with the same ``dedupe_key`` waits or runs, that one's id is returned instead.
    Raises LookupError for a name that no job has.
    """
    if name not in known_jobs():
        raise LookupError(f"no job is called {name}")
    now = now_ms()
    row = {"id": secrets.token_hex(16), "name": name, "payload": packed(payload), "created_at": now}
    connection.execute(
        insert(connection, Job)
        .values(
            **row, dedupe_key=dedupe_key, run_at=run_at or now, state="queued", attempts=0, leased_until=0
        )
        .values(progress=0, message="", error="")
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
    )
    same = Job.id == row["id"] if dedupe_key is None else Job.dedupe_key == dedupe_key
    return connection.execute(select(Job.id).where(same)).scalar_one()


def packed(payload: Mapping[str, Any]) -> str:
    """What the job is given, and the language of the person who wants it."""
    return json.dumps({**payload, SPOKEN: language()})


def progress(job_id: str, done: int, total: int, message: str = "") -> None:
    """Record how far a job is, and that its worker lives. Not inside of another transaction."""
    share = min(WHOLE, max(0, done * WHOLE // max(1, total)))
    values = {"progress": share, "message": message[:255], "leased_until": now_ms() + LEASE_MS}
    with transaction() as connection:
        connection.execute(update(Job).where(Job.id == job_id, Job.state == "running").values(**values))


def claim(connection: Connection) -> Task | None:
    """Lease the job that has been due longest, or None. One that its worker dropped is due as well."""
    now = now_ms()
    due = or_(
        and_(Job.state == "queued", Job.run_at <= now), and_(Job.state == "running", Job.leased_until < now)
    )
    row = connection.execute(select(Job).where(due).order_by(Job.run_at, Job.id).limit(1)).mappings().first()
    if row is None:
        return None
    lease = secrets.token_hex(16)
    values = {"state": "running", "lease": lease, "leased_until": now + LEASE_MS, "started_at": now}
    connection.execute(update(Job).where(Job.id == row["id"]).values(**values, attempts=row["attempts"] + 1))
    payload = json.loads(row["payload"])
    spoken = payload.pop(SPOKEN, None)
    return Task(row["id"], row["name"], payload, lease, row["attempts"] + 1, spoken)


def renew(connection: Connection, task: Task) -> None:
    """Keep the lease of a job that is still being worked on."""
    connection.execute(held(task).values(leased_until=now_ms() + LEASE_MS))


def finish(connection: Connection, task: Task, result: Any) -> None:
    """Store what the job returned."""
    values = {"state": "done", "progress": WHOLE, "result": json.dumps(result), "error": ""}
    end(connection, task, values)


def fail(connection: Connection, task: Task, error: Exception) -> None:
    """Try again later where that may help and has not been tried too often; else it has failed."""
    final = isinstance(error, JobFailed) or (isinstance(error, Refusal) and error.status < 500)
    message = kept_words(error)
    if final or task.attempts >= ATTEMPTS:
        end(connection, task, {"state": "failed", "error": message})
        return
    again_at = now_ms() + pause_ms(task.attempts)
    connection.execute(held(task).values(state="queued", lease=None, run_at=again_at, error=message))


def kept_words(error: Exception) -> str:
    """Why it failed, as it is kept: JSON of a key and its values, or the text of what nobody foresaw."""
    if not isinstance(error, JobFailed):
        return (str(error) or type(error).__name__)[:ERROR_MOST]
    values = {
        name: value[:SAID_MOST] if isinstance(value, str) else value for name, value in error.values.items()
    }
    return json.dumps({"key": error.key, "values": values}, ensure_ascii=False)


def shown_words(kept: str) -> str:
    """Why it failed, in the language spoken now."""
    if not kept.startswith('{"key": "'):
        return kept
    found = json.loads(kept)
    return t(found["key"], **found["values"])


def give_back(connection: Connection, task: Task) -> None:
    """Put the job back as if it had not been begun."""
    connection.execute(held(task).values(state="queued", lease=None, attempts=task.attempts - 1))


def pause_ms(attempts: int) -> int:
    """How long to wait after so many attempts: doubling, with jitter, at most an hour."""
    longest = min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << (attempts - 1))
    return longest // 2 + secrets.randbelow(longest // 2)


def end(connection: Connection, task: Task, values: dict[str, Any]) -> None:
    """Close the job, if its lease is still ours; of a schedule keep only failures, and set the next turn."""
    key = connection.execute(select(Job.dedupe_key).where(Job.id == task.id)).scalar() or ""
    closing = held(task).values(**values, finished_at=now_ms(), dedupe_key=None, lease=None)
    if connection.execute(closing).rowcount and key.startswith(SCHEDULE):
        connection.execute(delete(Job).where(Job.id == task.id, Job.state == "done"))
        schedule(connection, after_one_turn=True)


def schedule(connection: Connection, *, after_one_turn: bool = False) -> None:
    """See to it that the next turn of every recurring job is in the queue."""
    for name, every_ms in current_app.extensions[EXTENSION][1].items():
        run_at = now_ms() + (every_ms if after_one_turn else 0)
        enqueue(connection, name, {}, SCHEDULE + name, run_at)


def held(task: Task) -> Any:
    """An update of the job that takes effect only while the lease is the task's own."""
    return update(Job).where(Job.id == task.id, Job.lease == task.lease)
