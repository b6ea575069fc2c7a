"""Many rows in one statement, handed to the driver as they are: the quick way in for hot tables.

SQLite takes the rows one by one out of C; PostgreSQL takes them all as one JSON parameter, which costs a
third of what row after row does.
"""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection

from app.database.driver import run


@dataclass(frozen=True)
class Insert:
    """An INSERT for ``write_rows``: the table, its columns, and what follows the values."""

    table: str
    columns: tuple[str, ...]
    then: str = ""


def write_rows(connection: Connection, statement: Insert, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run ``statement`` for every row; none is fine. An upsert meets each key once.

    Values go to the driver unchanged: whole numbers, texts, truth values, bytes and None only.
    """
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        written = msgspec.json.encode([*objects(statement.columns, rows)]).decode()
        run(connection, from_json(statement), (written,))
    else:
        run(connection, from_marks(statement), list(rows))


def objects(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    """Each row with the names of its columns; bytes in PostgreSQL's spelling."""
    for row in rows:
        yield {
            name: f"\\x{value.hex()}" if isinstance(value, bytes) else value
            for name, value in zip(columns, row, strict=True)
        }


@functools.cache
def from_marks(statement: Insert) -> str:
    """The statement with a mark for each value of a row."""
    marks = ", ".join("?" * len(statement.columns))
    return f"{beginning(statement)} VALUES ({marks}) {statement.then}"


@functools.cache
def from_json(statement: Insert) -> str:
    """The statement whose one parameter is a JSON list of rows; the table says of what types they are."""
    source = f'json_populate_recordset(NULL::"{statement.table}", %s)'
    return f"{beginning(statement)} SELECT {quoted(statement.columns)} FROM {source} {statement.then}"


def beginning(statement: Insert) -> str:
    """Where to insert."""
    return f'INSERT INTO "{statement.table}" ({quoted(statement.columns)})'


def quoted(names: Sequence[str]) -> str:
    """The names in a row, none of them taken for a word of SQL."""
    return ", ".join(f'"{name}"' for name in names)


def insert_into(table: str, *columns: str, then: str = "") -> Insert:
    """An INSERT for ``write_rows``; ``then`` is what follows the values, such as ON CONFLICT."""
    return Insert(table, columns, then)


def upsert_into(table: str, key: Sequence[str], others: Sequence[str]) -> Insert:
    """An INSERT that changes ``others`` where the key is there already."""
    changed = ", ".join(f"{name} = excluded.{name}" for name in others)
    then = f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changed}"
    return insert_into(table, *key, *others, then=then)
