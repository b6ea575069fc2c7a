"""Background work: leased, retried, scheduled, reported, and safe from a killed worker."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import jobs
from app.config import Settings
from app.database import database, reading, transaction
from app.jobs import Interrupted, JobFailed, Task, enqueue, register_jobs, shown_words
from app.jobs.models import Job
from app.jobs.worker import work_forever, work_once
from app.upkeep.job_desk import job_lines
from app.web.errors import Refusal
from app.words import speaking
from tests.app.visitor import Visitor

IDLE = threading.Event()


class Desk:
    """Records what the jobs did, and lets them fail on demand."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []
        self.trouble: list[Exception] = []

    def work(self, task: Task) -> dict[str, int]:
        self.seen.append(task.payload)
        task.report(1, 4, "a quarter")
        if self.trouble:
            raise self.trouble.pop(0)
        return {"done": len(self.seen)}


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    desk = Desk()
    register_jobs(app, {"work": desk.work})
    with app.app_context():
        yield desk


def put(payload: dict[str, Any] | None = None, **named: Any) -> str:
    with transaction() as connection:
        return enqueue(connection, "work", payload or {}, **named)


def row(job_id: str) -> Any:
    with reading() as connection:
        return connection.execute(select(Job).where(Job.id == job_id)).one()


def make_due(**values: Any) -> None:
    with transaction() as connection:
        connection.execute(update(Job).values(run_at=0, **values))


def test_a_job_is_done_with_what_it_was_given_and_keeps_its_result(app: Flask, desk: Desk) -> None:
    job_id = put({"file": "tea.csv"})
    assert work_once(app, IDLE)
    assert desk.seen == [{"file": "tea.csv"}]
    assert (row(job_id).state, row(job_id).result, row(job_id).progress) == ("done", '{"done": 1}', 1_000_000)
    assert not work_once(app, IDLE)


def test_a_job_of_a_transaction_that_fails_was_never_wanted(app: Flask, desk: Desk) -> None:
    with pytest.raises(ZeroDivisionError), transaction() as connection:
        enqueue(connection, "work", {})
        raise ZeroDivisionError
    assert not work_once(app, IDLE)


def test_a_name_that_means_no_function_is_refused(desk: Desk) -> None:
    with pytest.raises(LookupError, match="nothing"), transaction() as connection:
        enqueue(connection, "nothing", {})


def test_one_key_stands_once_in_the_queue_and_again_after_its_end(app: Flask, desk: Desk) -> None:
    first = put(dedupe_key="import 7")
    assert put(dedupe_key="import 7") == first
    assert put() != put()
    while work_once(app, IDLE):
        pass
    assert len(desk.seen) == 3
    assert put(dedupe_key="import 7") != first


def test_a_job_for_later_waits(app: Flask, desk: Desk) -> None:
    put(run_at=jobs.now_ms() + 60_000)
    assert not work_once(app, IDLE)
    make_due()
    assert work_once(app, IDLE)


def test_a_failure_is_tried_again_after_a_growing_pause_and_then_given_up(app: Flask, desk: Desk) -> None:
    job_id = put()
    for attempt in range(1, jobs.ATTEMPTS + 1):
        desk.trouble = [RuntimeError("no paper")]
        assert work_once(app, IDLE)
        found = row(job_id)
        assert (found.attempts, found.error) == (attempt, "no paper")
        if attempt < jobs.ATTEMPTS:
            assert found.state == "queued"
            assert found.run_at >= found.started_at + jobs.FIRST_PAUSE_MS * 2 ** (attempt - 2)
            assert not work_once(app, IDLE)
            make_due()
    assert row(job_id).state == "failed"


@pytest.mark.parametrize(
    "error", [JobFailed("jobs.bad_file", why="wrong file"), Refusal(422, "invalid", "wrong file")]
)
def test_what_cannot_succeed_is_not_tried_again(app: Flask, desk: Desk, error: Exception) -> None:
    job_id = put()
    desk.trouble = [error]
    work_once(app, IDLE)
    assert row(job_id).state == "failed" and shown_words(row(job_id).error).endswith("wrong file")


def test_everybody_reads_in_their_own_language_why_work_failed(app: Flask, desk: Desk) -> None:
    job_id = put()
    desk.trouble = [JobFailed("jobs.mail_refused", email="ana@tallyman.example", said="550 " + "x" * 900)]
    work_once(app, IDLE)
    for language, beginning in (("en", "The mail server does not"), ("de", "Der Mailserver nimmt")):
        with speaking(language):
            (line,) = job_lines(database.session.connection())
        assert line.id == job_id and line.text.startswith(beginning) and "ana@tallyman.example" in line.text


def test_a_worker_that_is_stopped_gives_its_job_back(app: Flask, desk: Desk) -> None:
    job_id = put()
    stopping = threading.Event()
    stopping.set()
    work_once(app, stopping)
    assert (row(job_id).state, row(job_id).attempts) == ("queued", 0)
    assert work_once(app, IDLE)
    assert row(job_id).state == "done"


def test_a_lease_that_ran_out_passes_to_another_worker_and_the_first_ones_answer_is_ignored(
    app: Flask, desk: Desk
) -> None:
    job_id = put()
    with transaction() as connection:
        lost = jobs.claim(connection)
    assert lost is not None
    assert not work_once(app, IDLE)
    make_due(leased_until=0)
    assert work_once(app, IDLE)
    with transaction() as connection:
        jobs.finish(connection, lost, "too late")
    assert row(job_id).result == '{"done": 1}'


def test_a_job_that_is_broken_off_again_and_again_is_given_up(app: Flask, desk: Desk) -> None:
    job_id = put()
    make_due(attempts=jobs.ATTEMPTS, state="running", leased_until=0)
    work_once(app, IDLE)
    assert row(job_id).state == "failed"
    assert desk.seen == []


def test_a_recurring_job_is_set_again_when_it_ends(app: Flask, desk: Desk) -> None:
    register_jobs(app, {"work": desk.work}, {"work": 3_600_000})
    with transaction() as connection:
        jobs.schedule(connection)
        jobs.schedule(connection)
    assert work_once(app, IDLE)
    assert not work_once(app, IDLE)
    with reading() as connection:
        [left] = connection.execute(select(Job)).all()
    assert left.state == "queued"
    assert left.run_at > jobs.now_ms() + 3_500_000


def test_progress_is_shown_to_people_who_are_signed_in(
    app: Flask, signed_in: Callable[[str], Visitor], visitor: Visitor
) -> None:
    desk = Desk()
    desk.trouble = [RuntimeError("no paper")]
    register_jobs(app, {"work": desk.work})
    with app.app_context():
        job_id = put({"secret": "x"})
        work_once(app, IDLE)
    assert visitor.ask("GET", f"/api/jobs/{job_id}").status_code == 401
    viewer = signed_in("viewer")
    shown = viewer.ask("GET", f"/api/jobs/{job_id}").json
    assert {key: shown[key] for key in ("state", "progress", "message", "result", "error")} == {
        "state": "queued",
        "progress": 0.25,
        "message": "a quarter",
        "result": None,
        "error": "no paper",
    }
    assert "secret" not in str(shown)
    assert viewer.ask("GET", "/api/jobs/none").json["code"] == "not_found"


def test_reports_are_not_written_more_often_than_people_can_read(desk: Desk) -> None:
    task = Task(put(), "work", {}, "", 1)
    started = time.monotonic()
    for number in range(20_000):
        task.report(number, 20_000, "counting")
    assert time.monotonic() - started < 5


def test_the_worker_goes_on_until_it_is_told_to_stop(app: Flask, desk: Desk) -> None:
    stopping = threading.Event()
    worker = threading.Thread(target=work_forever, args=(app, stopping))
    worker.start()
    job_id = put()
    deadline = time.monotonic() + 60
    while row(job_id).state != "done" and time.monotonic() < deadline:
        time.sleep(0.02)
    stopping.set()
    worker.join(60)
    assert not worker.is_alive()
    assert row(job_id).state == "done"


KILLED = """
import os, signal, sys, threading
from pathlib import Path
from app import create_app
from app.config import Settings
from app.jobs import register_jobs
from app.jobs.worker import work_once
home = Path(sys.argv[1])
app = create_app(Settings(home, sys.argv[2], "only for tests"))
register_jobs(app, {"work": lambda task: os.kill(os.getpid(), signal.SIGKILL)})
with app.app_context():
    work_once(app, threading.Event())
"""


def test_a_job_survives_the_killing_of_its_worker(app: Flask, desk: Desk) -> None:
    job_id = put({"file": "tea.csv"})
    settings: Settings = app.config["TALLYMAN"]
    command = [sys.executable, "-c", KILLED, str(settings.home), settings.database_url]
    ended = subprocess.run(command, timeout=60, env={**os.environ})
    assert ended.returncode == -signal.SIGKILL
    assert (row(job_id).state, row(job_id).attempts) == ("running", 1)
    make_due(leased_until=0)
    assert work_once(app, IDLE)
    assert (row(job_id).state, desk.seen) == ("done", [{"file": "tea.csv"}])


def test_an_interruption_is_no_failure() -> None:
    assert not issubclass(Interrupted, JobFailed)
