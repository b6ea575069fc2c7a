"""Many rows in one statement, handed to the driver as they are: the quick way in for hot tables."""

import functools
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

MARKS = {"qmark": "?", "format": "%s", "pyformat": "%s"}


@functools.cache
def prepared(statement: str, width: int, paramstyle: str) -> str:
    """The statement with as many marks as a row has values, in the driver's style."""
    marks = ", ".join([MARKS[paramstyle]] * width)
    return statement.replace("{values}", f"({marks})")


def write_rows(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run ``statement``, in which ``{values}`` stands for one row's values, for every row; none is fine.

    Values go to the driver unchanged: whole numbers, texts, truth values, bytes and None only.
    """
    if rows:
        style = connection.dialect.paramstyle
        connection.exec_driver_sql(prepared(statement, len(rows[0]), style), list(rows))


def insert_into(table: str, *columns: str, then: str = "") -> str:
    """An INSERT for ``write_rows``; ``then`` is what follows the values, such as ON CONFLICT."""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {{values}} {then}".rstrip()


def upsert_into(table: str, key: Sequence[str], others: Sequence[str]) -> str:
    """An INSERT that changes ``others`` where the key is there already."""
    changed = ", ".join(f"{name} = excluded.{name}" for name in others)
    then = f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changed}"
    return insert_into(table, *key, *others, then=then)
