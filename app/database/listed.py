"""Many keys in one statement: a list as a JSON parameter, read as a table by SQLite and PostgreSQL alike."""

import functools
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from app.database.driver import rows_of, run

READERS = {
    "sqlite": ("json_extract(value, '$[{index}]')", "json_each(:wanted)"),
    "postgresql": ("(value ->> {index})::{type}", "jsonb_array_elements(CAST(%(wanted)s AS jsonb))"),
}
TYPES = dict.fromkeys(("item_id", "location_id", "number", "since", "person", "pack", "seq"), "bigint")
"""Columns that are numbers; all others are text."""


FEW = 10
"""Up to so many keys PostgreSQL is told that they are few. It guesses at 100 otherwise, and reads a whole
table of some thousand rows where a look into an index would do."""


@functools.cache
def statement(dialect: str, columns: tuple[str, ...], sql: str, few: bool = False) -> str:
    """The statement in the driver's own words, with ``{wanted}`` standing for the list of keys."""
    reader, source = READERS[dialect]
    source += f" LIMIT {FEW}" if few and dialect == "postgresql" else ""
    parts = (
        f"{reader.format(index=index, type=TYPES.get(column, 'text'))} AS {column}"
        for index, column in enumerate(columns)
    )
    return sql.replace("{wanted}", f"(SELECT {', '.join(parts)} FROM {source}) AS wanted")


def listed(
    connection: Connection, columns: tuple[str, ...], keys: Iterable[Sequence[Any]], sql: str
) -> Sequence[Any]:
    """The rows that ``sql`` finds for the keys, each a value per column. No keys, no statement.

    ``sql`` holds no parameter of its own: everything that varies is in the keys.
    """
    named = list(keys)
    return rows_of(connection, *asked(connection, columns, named, sql)) if named else []


def written_for(
    connection: Connection, columns: tuple[str, ...], keys: Iterable[Sequence[Any]], sql: str
) -> None:
    """Run ``sql``, which finds nothing, for the keys. No keys, no statement."""
    named = list(keys)
    if named:
        run(connection, *asked(connection, columns, named, sql))


def asked(
    connection: Connection, columns: tuple[str, ...], named: list[Sequence[Any]], sql: str
) -> tuple[str, dict[str, str]]:
    """The statement in the driver's words, and its one parameter."""
    prepared = statement(connection.dialect.name, columns, sql, len(named) <= FEW)
    return prepared, {"wanted": msgspec.json.encode(named).decode()}
