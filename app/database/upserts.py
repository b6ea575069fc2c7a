"""An INSERT that knows what to do about a row that is there already, in the words of the database in use."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

Upsert = postgresql.Insert | sqlite.Insert
"""Has ``on_conflict_do_nothing``, ``on_conflict_do_update`` and ``excluded``, with the same arguments."""

INSERTS: Mapping[str, Callable[[Any], Upsert]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}


def insert(connection: Connection, table: Any) -> Upsert:
    """An INSERT into the table of a model that can be told what to do on a conflict.

    For many rows at once and for hot tables there is ``app.database.bulk``.
    """
    return INSERTS[connection.dialect.name](table)
