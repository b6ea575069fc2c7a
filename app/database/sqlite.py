"""SQLite that cooperates: waiting for the write lock happens in Python, where other requests can go on.

SQLite's own busy handler sleeps in C and freezes every green thread of the process, so it is switched
off. A writer takes the lock with BEGIN IMMEDIATE and tries again with jitter; a reader takes a snapshot
that never waits, and cannot write.
"""

import random
import sqlite3
import time

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from app.database import passing

SET_UP = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-32768",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA busy_timeout=0",
)
"""The last one comes last: until then the default wait protects the switch to WAL."""

PASSING = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_NOMEM", "SQLITE_CANTOPEN")
"""Beginnings of the error names that may be gone when the request is repeated."""


def cooperate(engine: Engine) -> None:
    """Set up every connection of the engine, and begin its transactions the cooperative way."""
    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", begin)


def set_up(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    """Prepare a new connection; transactions are begun by us alone."""
    connection.isolation_level = None
    for pragma in SET_UP:
        connection.execute(pragma)


def begin(connection: Connection) -> None:
    """Begin: a writer waits for the lock, a reader gets a snapshot and may not write."""
    driver: sqlite3.Connection | None = connection.connection.driver_connection
    assert driver is not None
    if connection.get_execution_options().get(passing.WRITING):
        driver.execute("PRAGMA query_only=OFF")
        take_lock(driver)
    else:
        driver.execute("PRAGMA query_only=ON")
        driver.execute("BEGIN")


def take_lock(driver: sqlite3.Connection, limit_s: float | None = None) -> None:
    """BEGIN IMMEDIATE, again and again with jitter. Raises Refusal 503 ``unavailable`` after ``limit_s``."""
    deadline = time.monotonic() + (passing.LOCK_WAIT_S if limit_s is None else limit_s)
    pause_s = 0.002
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if not is_passing(error):
                raise
            if time.monotonic() >= deadline:
                raise passing.unavailable() from error
        time.sleep(pause_s * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, not a secret
        pause_s = min(pause_s * 1.5, 0.05)


def is_passing(error: BaseException | None) -> bool:
    """Whether the failure is one that may pass: locked, disk full, an input or output error."""
    if isinstance(error, DBAPIError):
        error = error.orig
    name = getattr(error, "sqlite_errorname", "")
    return bool(name) and name.startswith(PASSING)
