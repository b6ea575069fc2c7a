"""PostgreSQL that behaves as SQLite does: one writer after the other, readers on a snapshot of their own.

A writer's first statement takes the lock of the book; who waits for it gets it in the order of arrival.
From then on each statement sees all that was committed before (READ COMMITTED), and nobody else can change
what was read until the writer is done: a rule that reads before it writes needs no second form. The level
REPEATABLE READ would fix the writer's snapshot before it has the lock. A reader gets just that, one
snapshot; it waits for nobody and cannot write.
"""

import sys
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Engine, String, Table, Text, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import Column

from app.database import passing

WRITE_LOCK = 7_305_809_355
"""The advisory lock that every writer holds: any number that nobody else uses."""

BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
BEGIN_WRITING = (
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"
    " SET LOCAL lock_timeout = {wait_ms}; SELECT pg_advisory_xact_lock({lock})"
)

SET_UP = "SET statement_timeout = '300s'; SET idle_in_transaction_session_timeout = '300s'; SET jit = off"
"""Limits for what hangs, far above what works; the compiler of queries costs more than ours do."""

ENGINE_OPTIONS: dict[str, Any] = {
    "pool_size": 10,
    "max_overflow": 15,
    "pool_timeout": 10,
    "pool_use_lifo": True,
    "pool_pre_ping": True,
    "connect_args": {"connect_timeout": 5, "application_name": "tallyman", "keepalives_idle": 30},
}
"""At most 25 connections a process, of the 100 that a server usually allows; more requests than that wait
for one. A connection is tried before use, so that a restart of the server is noticed by nobody."""

PASSING_CLASSES = ("08", "53", "57", "58")
"""Beginnings of SQLSTATE: connection, resources (disk full, too many), operator, system."""

PASSING_STATES = ("40001", "40P01", "55P03", "25P03", "25P04")
"""Serialization failure, deadlock, lock not available, sat idle for too long."""


def normalised(url: str) -> str:
    """The address with the driver that we use, however it names PostgreSQL."""
    for beginning in ("postgres://", "postgresql://", "postgresql+psycopg://"):
        if url.startswith(beginning):
            return f"postgresql+psycopg://{url.removeprefix(beginning)}"
    return url


def cooperate(engine: Engine) -> None:
    """Set up every connection of the engine, and begin its transactions our way."""
    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", begin)


def set_up(connection: Any, _entry: object) -> None:
    """Prepare a new connection; transactions are begun by us alone, in one message."""
    connection.autocommit = True
    connection.execute(SET_UP, prepare=False)


def begin(connection: Connection) -> None:
    """Begin: a writer waits for its turn, a reader gets a snapshot and may not write.

    Raises Refusal 503 ``unavailable`` where the turn does not come or no connection is left.
    """
    driver: Any = connection.connection.driver_connection
    is_writing = connection.get_execution_options().get(passing.WRITING)
    wait_ms = max(1, int(passing.LOCK_WAIT_S * 1000))
    statement = BEGIN_WRITING.format(wait_ms=wait_ms, lock=WRITE_LOCK) if is_writing else BEGIN_READING
    try:
        driver.execute(statement, prepare=False)
    except Exception as error:
        if not is_passing(error):
            raise
        if not driver.closed:
            driver.rollback()
        raise passing.unavailable() from error


def is_passing(error: BaseException | None) -> bool:
    """Whether the failure is one that may pass: no connection, no space, no turn, a deadlock."""
    if isinstance(error, DBAPIError):
        error = error.orig
    psycopg = sys.modules.get("psycopg")
    if psycopg is None or not isinstance(error, psycopg.Error):
        return False
    state = error.sqlstate
    if state is None:
        return isinstance(error, psycopg.OperationalError)
    return state in PASSING_STATES or state.startswith(PASSING_CLASSES)


@compiles(String, "postgresql")
@compiles(Text, "postgresql")
def compile_text(type_: String, compiler: Any, **options: Any) -> str:
    """Columns of text compare and sort by code point, as on SQLite, whatever the database's language is."""
    spelled: str = getattr(compiler, f"visit_{type_.__visit_name__}")(type_, **options)
    is_column = isinstance(options.get("type_expression"), Column)
    return f'{spelled} COLLATE "C"' if is_column and "COLLATE" not in spelled else spelled


def follow_ids(connection: Connection, tables: Iterable[Table]) -> None:
    """Let the numbers that PostgreSQL gives go on behind those that were written as they are.

    On SQLite the next number always follows the highest.
    """
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        column = table.autoincrement_column
        if column is not None:
            top = f'(SELECT max("{column.name}") FROM "{table.name}")'
            name = f"pg_get_serial_sequence('\"{table.name}\"', '{column.name}')"
            connection.exec_driver_sql(f"SELECT setval({name}, coalesce({top}, 1), {top} IS NOT NULL)")
