"""Which columns of a list a person wants to see; a file that leaves the list holds the same ones.

What is kept are the columns put away, so that a column which a later version adds is seen at first.
"""

import functools
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from flask import g, request
from sqlalchemy import Connection, Select, bindparam, delete, insert, select

from app.database import database
from app.database.driver import quick_rows
from app.lists.exports import Table
from app.people.guard import person
from app.people.views.models import HiddenColumns

Row = TypeVar("Row")

COLUMNS_LIMIT = 40
NAME = re.compile(r"[a-z_]{1,24}")


def hidden_columns(page: str) -> frozenset[str]:
    """The columns of a list that the one who asks has put away; read once in a request."""
    asking = person()
    if asking is None:
        return frozenset()
    kept: dict[str, frozenset[str]] = g.setdefault("hidden_columns", {})
    if page not in kept:
        mine = {"user": asking.id, "page": page}
        found = quick_rows(database.session.connection(), hidden_query(), mine)
        kept[page] = frozenset(found[0].names.split() if found else ())
    return kept[page]


@functools.cache
def hidden_query() -> Select[str]:
    """The columns of a list that a person has put away."""
    mine = (HiddenColumns.user_id == bindparam("user"), HiddenColumns.page == bindparam("page"))
    return select(HiddenColumns.names).where(*mine)


def hide_columns(connection: Connection, user_id: int, page: str, names: Iterable[str]) -> None:
    """Put these columns of a list away, and no others; what is no name of a column is passed over."""
    mine = (HiddenColumns.user_id == user_id, HiddenColumns.page == page)
    connection.execute(delete(HiddenColumns).where(*mine))
    kept = [name for name in dict.fromkeys(names) if NAME.fullmatch(name)][:COLUMNS_LIMIT]
    if kept:
        row = {"user_id": user_id, "page": page, "names": " ".join(kept)}
        connection.execute(insert(HiddenColumns).values(row))


def as_seen(table: Table[Row]) -> Table[Row]:
    """The table without the columns that its reader has put away in the list that is asked."""
    away = hidden_columns(str(request.endpoint))
    return replace(table, columns=[column for column in table.columns if column.part not in away])
