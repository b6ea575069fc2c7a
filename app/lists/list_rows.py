"""Lists of rows that several tables make up: one page of them, or every row in parts as a file takes them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select, tuple_

from app.database import reading
from app.database.keys import chunks
from app.lists.listing import Expression, Listing, Page


@dataclass(frozen=True)
class Found:
    """What a list found: the rows that fit, their order, and the columns that name one of them."""

    query: Select[*tuple[Any, ...]]
    order: Sequence[ColumnElement[Any] | Expression]
    keys: Sequence[Expression]


def sorted_by(listing: Listing, columns: Any, *ties: Any) -> tuple[Any, ...]:
    """The order that a listing asks for among these columns; ``ties`` end it, so that pages never overlap."""
    key = columns[listing.column]
    return (key.desc() if listing.descending else key.asc(), *ties)


def page_of_rows(connection: Connection, found: Found, listing: Listing) -> Page[Any]:
    """The page that is asked for, of a list that is counted whole."""
    counted = found.query.with_only_columns(*found.keys).order_by(None).subquery()
    total = int(connection.scalar(select(func.count()).select_from(counted)) or 0)
    start = (listing.page - 1) * listing.per_page
    part = found.query.order_by(*found.order).limit(listing.per_page).offset(start)
    return Page(connection.execute(part).all(), total, listing)


def every_row(found: Found) -> Iterator[list[Any]]:
    """All rows in their order, in parts.

    Which rows they are is settled at the start; no read is held open between two parts, however slowly
    they are taken.
    """
    with reading() as connection:
        named = found.query.with_only_columns(*found.keys).order_by(*found.order)
        keys = [tuple(row) for row in connection.execute(named)]
    for part in chunks(keys):
        with reading() as connection:
            rows = rows_of(connection, found, part)
        yield [rows[key] for key in part if key in rows]


def rows_of(connection: Connection, found: Found, keys: Sequence[tuple[Any, ...]]) -> dict[Any, Any]:
    """The rows that these keys name, by key."""
    labels = [key.label(f"list_key_{number}") for number, key in enumerate(found.keys)]
    named = found.query.add_columns(*labels).where(tuple_(*found.keys).in_(keys))
    return {tuple(row[-len(labels) :]): row for row in connection.execute(named)}
