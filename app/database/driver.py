"""Hot statements, handed to the driver as they are: SQLAlchemy's cursors cost more than a small one does.

Where somebody listens to an engine's statements they go the long way, so that nothing is missed.
"""

import functools
import json
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Select
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.exc import DBAPIError

Parameters = Mapping[str, Any] | tuple[Any, ...]


def rows_of(connection: Connection, statement: str, parameters: Parameters) -> Sequence[Any]:
    """What a statement in the driver's own words finds: rows whose columns have their names.

    Raises DBAPIError, as the connection itself does.
    """
    if is_watched(connection):
        return connection.exec_driver_sql(statement, parameters).all()
    with failures_named(connection, statement):
        cursor = connection.connection.cursor()
        try:
            cursor.execute(statement, parameters)
            found = cursor.fetchall()
            return list(map(maker(tuple(column[0] for column in cursor.description)), found))
        finally:
            cursor.close()


def quick_rows(
    connection: Connection, query: Select[*tuple[Any, ...]], parameters: Mapping[str, Any]
) -> Sequence[Any]:
    """What a query finds that is made once and asked often, its values as the driver gives them: SQLite's
    truth values are 0 and 1. A parameter of many keys is a list. Raises DBAPIError."""
    statement, constants = spoken(connection.dialect.name, query)
    given = {**constants, **parameters}
    if connection.dialect.name == "sqlite":
        given |= {name: json.dumps(keys) for name, keys in given.items() if isinstance(keys, list)}
    return rows_of(connection, statement, given)


@functools.cache
def spoken(dialect: str, query: Select[*tuple[Any, ...]]) -> tuple[str, Mapping[str, Any]]:
    """The query in the words of a driver, its parameters by their names, and the values it brings itself."""
    speaker: Any = psycopg.PGDialect_psycopg()  # type: ignore[no-untyped-call]
    if dialect == "sqlite":
        speaker = pysqlite.SQLiteDialect_pysqlite(paramstyle="named")
    compiled = query.compile(dialect=speaker)
    return str(compiled), compiled.params


def run(connection: Connection, statement: str, parameters: Parameters | list[tuple[Any, ...]]) -> None:
    """Run a statement in the driver's own words, for each row of a list. Raises DBAPIError."""
    if is_watched(connection):
        connection.exec_driver_sql(statement, parameters)
        return
    with failures_named(connection, statement):
        cursor = connection.connection.cursor()
        try:
            if isinstance(parameters, list):
                cursor.executemany(statement, parameters)
            else:
                cursor.execute(statement, parameters)
        finally:
            cursor.close()


@contextmanager
def in_one_message(connection: Connection) -> Iterator[None]:
    """Statements of the block go to PostgreSQL without waiting for each other's answers, where nothing is
    read in between; their failures come at the end of the block at the latest. SQLite answers at once."""
    if connection.dialect.name != "postgresql" or is_watched(connection):
        yield
        return
    driver: Any = connection.connection.driver_connection
    with failures_named(connection, "several statements"), driver.pipeline():
        yield


def is_watched(connection: Connection) -> bool:
    """Whether anybody listens to the statements of this engine."""
    return bool(connection.engine.dispatch.before_cursor_execute)


@functools.cache
def maker(columns: tuple[str, ...]) -> Callable[[Sequence[Any]], Any]:
    """What makes a row of these columns out of its values."""
    kind: Any = namedtuple("Row", columns, rename=True)  # type: ignore[misc]
    make: Callable[[Sequence[Any]], Any] = kind._make
    return make


@contextmanager
def failures_named(connection: Connection, statement: str) -> Iterator[None]:
    """Give the driver's errors the class that SQLAlchemy gives them; a connection that is gone is let go."""
    driver: Any = connection.dialect.loaded_dbapi
    try:
        yield
    except driver.Error as error:
        is_gone = connection.dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
        named = DBAPIError.instance(
            statement, None, error, driver.Error, connection_invalidated=is_gone, dialect=connection.dialect
        )
        if is_gone:
            connection.invalidate(error)
        raise named from error
