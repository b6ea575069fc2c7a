"""Background work as an administrator sees it: what waits, runs and failed, and what can be done."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, case, delete, select, update

from app.clock import now_ms
from app.jobs import WHOLE, shown_words
from app.jobs.models import Job
from app.web.errors import Refusal
from app.words import catalogue, t

SHOWN = 50


@dataclass(frozen=True)
class JobLine:
    """One job. Times are milliseconds."""

    id: str
    title: str
    state: str
    at: int
    """When it failed, began, or is due."""
    attempts: int
    percent: int
    text: str
    """What it is doing, or why it failed."""


def job_lines(connection: Connection, limit: int = SHOWN) -> list[JobLine]:
    """Failed work first, then what runs, then what waits in its order."""
    order = case({"failed": 0, "running": 1}, value=Job.state, else_=2)
    query = select(Job.__table__).where(Job.state != "done").order_by(order, Job.run_at, Job.id).limit(limit)
    return [line_of(row) for row in connection.execute(query).mappings()]


def line_of(row: object) -> JobLine:
    """A row as it is shown."""
    job = dict(row)  # type: ignore[call-overload]
    moments: Sequence[int | None] = {
        "failed": (job["finished_at"], job["run_at"]),
        "running": (job["started_at"], job["run_at"]),
    }.get(job["state"], (job["run_at"],))
    return JobLine(
        id=job["id"],
        title=title_of(job["name"]),
        state=job["state"],
        at=next(moment for moment in moments if moment is not None),
        attempts=job["attempts"],
        percent=job["progress"] * 100 // WHOLE,
        text=shown_words(job["error"]) or job["message"],
    )


def title_of(name: str) -> str:
    """What a job is called; one that has no words of its own is called by its name."""
    key = "upkeep.job_" + re.sub(r"\W", "_", name)
    return t(key) if key in catalogue() else name


def retry(connection: Connection, job_id: str) -> None:
    """Put failed work back into the queue, as if it had never been tried. Raises Refusal 404."""
    values = {"state": "queued", "attempts": 0, "run_at": now_ms(), "finished_at": None, "error": ""}
    changed = connection.execute(update(Job).where(Job.id == job_id, Job.state == "failed").values(**values))
    refuse_unknown(changed.rowcount)


def dismiss(connection: Connection, job_id: str) -> None:
    """Forget failed work. Raises Refusal 404."""
    refuse_unknown(connection.execute(delete(Job).where(Job.id == job_id, Job.state == "failed")).rowcount)


def refuse_unknown(changed: int) -> None:
    """Raises Refusal 404 where no such work failed, or somebody was quicker."""
    if not changed:
        raise Refusal(404, "not_found", t("upkeep.job_gone"))
