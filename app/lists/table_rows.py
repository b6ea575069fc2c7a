"""Lists of the rows of one table, as objects: a page of them, or every row in parts as a file takes them."""

from collections.abc import Iterator
from typing import TypeVar

from sqlalchemy import Select, func, select

from app.database import database
from app.database.keys import chunks
from app.lists.list_rows import sorted_by
from app.lists.listing import Listing, Page, Shape, matches

Row = TypeVar("Row")


def page_of(statement: Select[Row], listing: Listing, shape: Shape) -> Page[Row]:
    """Search, count, sort and cut a statement that the filters were already applied to."""
    narrowed = statement.where(*matches(listing.search, shape.searched))
    counted = select(func.count()).select_from(narrowed.order_by(None).subquery())
    total = int(database.session.scalar(counted) or 0)
    start = (listing.page - 1) * listing.per_page
    ordered = narrowed.order_by(*sorted_by(listing, shape.columns, shape.tie))
    rows = database.session.scalars(ordered.limit(listing.per_page).offset(start)).all()
    return Page(rows, total, listing)


def every_part(statement: Select[Row], listing: Listing, shape: Shape) -> Iterator[list[Row]]:
    """Every row that the list would show on all its pages, in its order, in parts.

    Which rows they are is settled at the start; no read is held open between two parts, however slowly
    they are taken. ``shape.tie`` must be unique among the rows.
    """
    narrowed = statement.where(*matches(listing.search, shape.searched))
    order = sorted_by(listing, shape.columns, shape.tie)
    keys = list(database.session.scalars(narrowed.with_only_columns(shape.tie).order_by(*order)))
    for part in chunks(keys):
        named = statement.add_columns(shape.tie.label("list_key")).where(shape.tie.in_(part))
        rows = {row.list_key: row[0] for row in database.session.execute(named)}
        yield [rows[key] for key in part if key in rows]
