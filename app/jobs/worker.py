"""The process that does the background work, one job after the other."""

import contextlib
import threading
from collections.abc import Iterator

from flask import Flask, current_app
from sqlalchemy import Connection
from structlog.contextvars import bound_contextvars

from app import jobs
from app.database import database, transaction
from app.web.errors import Refusal
from app.words import speaking

POLL_S = 0.5
RENEW_S = 15


def work_forever(app: Flask, stopping: threading.Event) -> None:
    """Do what is due until ``stopping`` is set; a locked database is waited for."""
    with app.app_context(), contextlib.suppress(Refusal), transaction() as connection:
        jobs.schedule(connection)
    while not stopping.is_set():
        if not turn(app, stopping):
            stopping.wait(POLL_S)


def turn(app: Flask, stopping: threading.Event) -> bool:
    """Do one job in a context of its own; False when none is due or the database cannot be used."""
    with app.app_context():
        try:
            return work_once(app, stopping)
        except Refusal as refusal:
            current_app.logger.warning("the worker cannot store anything: %s", refusal)
            return False


def work_once(app: Flask, stopping: threading.Event) -> bool:
    """Lease one job and do it; returns whether there was one."""
    with transaction() as connection:
        task = jobs.claim(connection)
    if task is None:
        return False
    task.is_stopping = stopping.is_set
    outcome = do(app, task)
    with transaction() as connection:
        outcome_recorded(connection, task, outcome)
    return True


def do(app: Flask, task: jobs.Task) -> object:
    """Run the job's function; returns its result, or the exception with which it ended."""
    work = jobs.known_jobs().get(task.name)
    if work is None:
        return jobs.JobFailed("jobs.no_such", name=task.name)
    if task.attempts > jobs.ATTEMPTS:
        return jobs.JobFailed("jobs.broken_off")
    with lease_kept(app, task), bound_contextvars(job=task.id, work=task.name), speaking(task.language):
        try:
            return work(task)
        except Exception as error:
            database.session.rollback()
            return error


def outcome_recorded(connection: Connection, task: jobs.Task, outcome: object) -> None:
    """Store how the job ended."""
    if isinstance(outcome, jobs.Interrupted):
        jobs.give_back(connection, task)
    elif isinstance(outcome, Exception):
        current_app.logger.error("job %s %s failed", task.name, task.id, exc_info=outcome)
        jobs.fail(connection, task, outcome)
    else:
        jobs.finish(connection, task, outcome)


@contextlib.contextmanager
def lease_kept(app: Flask, task: jobs.Task) -> Iterator[None]:
    """Renew the lease during the block, from a second thread."""
    done = threading.Event()
    keeper = threading.Thread(target=keep_lease, args=(app, task, done), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def keep_lease(app: Flask, task: jobs.Task, done: threading.Event) -> None:
    """Renew the lease again and again until the work is done."""
    while not done.wait(RENEW_S):
        with app.app_context(), contextlib.suppress(Refusal), transaction() as connection:
            jobs.renew(connection, task)
