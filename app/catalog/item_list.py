"""The list of items: searched, filtered, sorted, in pages, and quick whatever is asked for.

Two ways lead to a page. Where an index names few rows, they are gathered and sorted. Where many fit, the
index of the asked order is walked until the page is full; with many that fit it is full soon. Totals
are counted up to a limit, beyond which nobody reads the number.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    exists,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute

from app.catalog.items import COLUMNS, TRACKINGS, ItemRecord, items_query, with_barcodes
from app.catalog.look_up import exact_ids
from app.catalog.models import Item
from app.catalog.search import INDEXES, Wanted, wanted_from
from app.database.driver import quick_rows
from app.database.unindexed import Unindexed
from app.lists.listing import Listing, Page, Shape
from sync.movement import UNIDENTIFIED

COUNT_LIMIT = 10_000
"""Totals above it are told as "more than"."""

GATHER_LIMIT = 2_000
"""Up to so many rows are gathered and sorted; above, the index of the order is walked."""

CATEGORIES_LIMIT = 500
"""Categories offered as a filter."""

STATES = ("active", "archived", "merged", "all")

SORTS = {"name": Item.sort_name, "code": Item.code, "changed": Item.updated_at}

Condition = ColumnElement[bool]
Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True)
class ItemPage(Page[ItemRecord]):
    """One page of items; ``total`` counts no further than ``COUNT_LIMIT``."""

    is_capped: bool = False


@dataclass(frozen=True)
class Question:
    """What the list of items is asked, apart from order and page."""

    filters: Mapping[str, str]
    wanted: Wanted | None = None
    """The searched words; None where nothing is searched for."""

    @property
    def is_hopeless(self) -> bool:
        """Whether something is searched for that holds no word at all."""
        return self.wanted is not None and not self.wanted.words

    def is_indexed_by(self, column: str) -> bool:
        """Whether an index holds just what fits in the order of this column: active items of a category."""
        names = {name for name, value in self.filters.items() if (name, value) != ("state", "active")}
        return column == "name" and names == {"category"}

    @property
    def has_narrow_columns(self) -> bool:
        """Whether a filter may leave few items: nearly all of them are active."""
        state = self.filters.get("state", "active")
        return bool(self.filters.keys() - {"state"}) or state in ("archived", "merged")

    def columns(self, hidden: bool = False) -> list[Condition]:
        """The filters as conditions; ``hidden`` keeps the planner from choosing their index."""
        conditions: list[Condition] = [seen(Item.id, hidden) != UNIDENTIFIED]
        for name in ("category", "tracking"):
            if name in self.filters:
                conditions.append(seen(getattr(Item, name), hidden) == self.filters[name])
        return [*conditions, *state_conditions(self.filters.get("state", "active"), hidden)]

    def text(self) -> list[Condition]:
        """The search as a condition on the item's own text."""
        return [self.wanted.in_text()] if self.wanted else []


@dataclass(frozen=True)
class Way:
    """How fitting rows are gathered: which table's index names them, and what else must hold."""

    table: FromClause
    item: ColumnElement[int]
    named: Sequence[Condition]
    others: Sequence[Condition] = ()
    is_by_word: bool = False

    @property
    def source(self) -> FromClause:
        """The table, with the items beside it where it is not theirs."""
        items = Item.__table__
        return items if self.table is items else self.table.join(items, Item.id == self.item)


def seen(of_item: InstrumentedAttribute[Any], hidden: bool) -> ColumnElement[Any]:
    """The column, or an expression of the same value that SQLite looks up in no index."""
    return Unindexed(of_item.expression) if hidden else of_item.expression


def state_conditions(state: str, hidden: bool) -> Sequence[Condition]:
    """The conditions that make an item active, archived or merged."""
    archived, survivor = seen(Item.archived_at, hidden), seen(Item.survivor_id, hidden)
    conditions: dict[str, Sequence[Condition]] = {
        "active": [archived.is_(None), survivor.is_(None)],
        "archived": [archived > 0, seen(Item.survivor_id, True).is_(None)],
        "merged": [survivor > 0],
        "all": [],
    }
    return conditions[state]


def item_shape(categories: Sequence[str]) -> Shape:
    """What the list of items allows."""
    return Shape(
        columns=SORTS,
        searched=(),
        sort="name",
        tie=Item.id,
        filters={"category": categories, "tracking": TRACKINGS, "state": STATES},
    )


def item_page(connection: Connection, listing: Listing) -> ItemPage:
    """The page of the list that is asked for; items that the search names outright come first."""
    question = question_of(listing)
    named = named_outright(connection, listing.search, question)
    start = (listing.page - 1) * listing.per_page
    way, total = measured(connection, question)
    rows: Sequence[Any] = []
    if way or question.is_hopeless:
        few = gathered(connection, way, listing) if way else []
        found = [*named, *(item for item in few if item not in named)]
        total, rows = len(found), rows_by_id(connection, found[start : start + listing.per_page])
    elif start < COUNT_LIMIT:
        rows = walked(connection, question, listing, named)
    shown = with_barcodes(connection, rows)
    return ItemPage(shown, min(total, COUNT_LIMIT), listing, is_capped=total > COUNT_LIMIT)


def every_id(connection: Connection, listing: Listing) -> list[int]:
    """The ids of all that fits, in the asked order."""
    question = question_of(listing)
    if question.is_hopeless:
        return []
    way, _total = measured(connection, question)
    if way:
        return gathered(connection, way, listing)
    rows = select(Item.id).where(*question.columns(hidden=True), *question.text())
    return list(connection.scalars(in_order(rows, listing)))


def question_of(listing: Listing) -> Question:
    """Read the filters and what is searched for."""
    filters = {name: value for name, value in listing.filters.items() if value}
    if not listing.search:
        return Question(filters)
    return Question(filters, wanted_from(listing.search, filters.get("state", "active")))


def named_outright(connection: Connection, search: str, question: Question) -> list[int]:
    """The items that the search names by code or barcode and that pass the filters."""
    named = exact_ids(connection, search)
    if not named:
        return []
    passing = select(Item.id).where(Item.id.in_(named), *question.columns(hidden=True))
    kept = set(connection.scalars(passing))
    return [item for item in named if item in kept]


def measured(connection: Connection, question: Question) -> tuple[Way | None, int]:
    """The way to gather all that fits, where an index names few; else how many fit, up to a limit."""
    if question.is_hopeless:
        return None, 0
    if question.wanted is None:
        [way] = ways(connection, question)
        total = capped_count(connection, way.table, way.named, COUNT_LIMIT)
        return (way if total <= GATHER_LIMIT else None), total
    for way in ways(connection, question):
        if capped_count(connection, way.table, way.named, GATHER_LIMIT) <= GATHER_LIMIT:
            return way, 0
    return None, counted(connection, question)


def gathered(connection: Connection, way: Way, listing: Listing) -> list[int]:
    """The ids of all that fits, in order, by a way that names few."""
    rows = select(Item.id).select_from(way.source).where(*way.named, *way.others)
    return list(connection.scalars(in_order(rows, listing, hidden=True)))


def ways(connection: Connection, question: Question) -> list[Way]:
    """The ways to gather what fits, the better one first."""
    by_column = Way(Item.__table__, Item.__table__.c.id, question.columns(), question.text())
    if question.wanted is None:
        return [by_column]
    dialect = connection.dialect.name
    index, named = INDEXES[dialect], [question.wanted.in_index(dialect)]
    by_word = Way(index.table, index.item, named, question.columns(hidden=True), is_by_word=True)
    return [by_word, by_column] if question.has_narrow_columns else [by_word]


def counted(connection: Connection, question: Question) -> int:
    """How many items fit; stops one above ``COUNT_LIMIT``. The index of words knows their state itself."""
    way = ways(connection, question)[0]
    if way.is_by_word and not question.filters.keys() - {"state"}:
        return capped_count(connection, way.table, way.named, COUNT_LIMIT)
    return capped_count(connection, way.source, [*way.named, *way.others], COUNT_LIMIT)


def capped_count(
    connection: Connection, source: FromClause, conditions: Sequence[Condition], limit: int
) -> int:
    """How many rows there are; stops one above the limit."""
    some: Select[int] = (
        select(literal_column("1", Integer)).select_from(source).where(*conditions).limit(limit + 1)
    )
    return connection.execute(select(func.count()).select_from(some.subquery())).scalar_one()


def walked(connection: Connection, question: Question, listing: Listing, named: list[int]) -> Sequence[Any]:
    """The rows of the page behind those that were named outright, found by walking the order."""
    start = (listing.page - 1) * listing.per_page
    first = named[start : start + listing.per_page]
    others = [Item.id.notin_(named)] if named else []
    hidden = not question.is_indexed_by(listing.column)
    rows = select(*COLUMNS).where(*question.columns(hidden), *question.text(), *others)
    part = in_order(rows, listing).limit(listing.per_page - len(first)).offset(max(0, start - len(named)))
    return [*rows_by_id(connection, first), *connection.execute(part).all()]


def in_order(statement: Query, listing: Listing, hidden: bool = False) -> Query:
    """The statement in the asked order; the id ends it, so that pages never overlap."""
    keys = (seen(SORTS[listing.column], hidden), Item.id)
    return statement.order_by(*(key.desc() if listing.descending else key.asc() for key in keys))


def rows_by_id(connection: Connection, ids: Sequence[int]) -> list[Any]:
    """The rows of these items, in this order."""
    if not ids:
        return []
    found = {row.id: row for row in quick_rows(connection, items_query(), {"ids": list(ids)})}
    return [found[item] for item in ids]


def categories(connection: Connection) -> list[str]:
    """Every category in use, sorted."""
    return [row.name for row in quick_rows(connection, categories_query(), {})]


@functools.cache
def categories_query() -> Select[str]:
    """The categories, found by jumping through the index from one to the next."""
    least = select(func.min(Item.category).label("name")).where(Item.category > "")
    chain = least.cte("chain", recursive=True)
    following = select(func.min(Item.category)).where(Item.category > chain.c.name).scalar_subquery()
    chain = chain.union_all(select(following).where(chain.c.name.is_not(None)))
    return select(chain.c.name).where(chain.c.name.is_not(None)).limit(CATEGORIES_LIMIT)


def has_items(connection: Connection) -> bool:
    """Whether there is any item beside the reserved one."""
    return bool(connection.scalar(select(exists().where(Item.id != UNIDENTIFIED))))
