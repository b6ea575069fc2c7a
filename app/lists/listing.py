"""Lists: what part of one is asked for (words, order, filters, page), and the page that is the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from marshmallow import Schema, fields, validate
from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

from app.values.numbers import MOST_DIGITS
from app.web.errors import Refusal
from app.words import t

Row = TypeVar("Row")
Expression = ColumnElement[Any] | InstrumentedAttribute[Any]

PER_PAGE = 50
MOST_PER_PAGE = 200
PER_PAGE_CHOICES = (25, PER_PAGE, 100, MOST_PER_PAGE)
MOST_WORDS = 8
MOST_TYPED = 200
LAST_PAGE = 100_000


@dataclass(frozen=True)
class Shape:
    """What a list allows: columns to sort by, columns to search in, filters with their values."""

    columns: Mapping[str, Expression]
    searched: Sequence[Expression]
    sort: str
    """The order when none is asked for; a leading ``-`` means descending."""
    tie: Expression
    """Ends every order, so that pages never overlap."""
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Listing:
    """What is asked for."""

    search: str = ""
    sort: str = ""
    page: int = 1
    per_page: int = PER_PAGE
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def column(self) -> str:
        """The column that the list is sorted by."""
        return self.sort.removeprefix("-")

    @property
    def descending(self) -> bool:
        """Whether the order is turned round."""
        return self.sort.startswith("-")

    @property
    def is_narrowed(self) -> bool:
        """Whether words or filters hide some of the list."""
        return bool(self.search or any(self.filters.values()))

    def address(self, **changes: Any) -> dict[str, Any]:
        """The query of this listing with changes, for ``url_for``; a new order starts at page 1."""
        wanted: Any = replace(self, **({"page": 1} | changes))
        named = {"q": wanted.search, "sort": wanted.sort, **wanted.filters}
        page = {"page": wanted.page} if wanted.page > 1 else {}
        per_page = {"per": wanted.per_page} if wanted.per_page != PER_PAGE else {}
        return {name: value for name, value in named.items() if value} | per_page | page

    def turned(self, column: str) -> str:
        """The order that a click on a column's head asks for."""
        return f"-{column}" if self.sort == column else column


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list."""

    rows: Sequence[Row]
    total: int
    listing: Listing

    @property
    def first(self) -> int:
        """The number of the first row shown, from 1; 0 when there is none."""
        return (self.listing.page - 1) * self.listing.per_page + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return self.first + len(self.rows) - 1 if self.rows else 0

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.listing.per_page))


class PartQuery(Schema):
    """The query of a list that has an order of its own."""

    search = fields.String(load_default="", validate=validate.Length(max=MOST_TYPED))
    page = fields.Integer(load_default=1, validate=validate.Range(1, LAST_PAGE))
    per_page = fields.Integer(load_default=PER_PAGE, validate=validate.Range(1, MOST_PER_PAGE))


class ListQuery(PartQuery):
    """The query of every list over JSON that can be sorted; an area adds its filters."""

    sort = fields.String(metadata={"description": "A column; with a leading - descending."})


def listing_from(asked: Mapping[str, str], shape: Shape) -> Listing:
    """Read a page's address; what makes no sense falls back to the default."""
    sort = asked.get("sort", "")
    chosen = {name: asked.get(name, "") for name in shape.filters}
    return Listing(
        search=searched_for(asked.get("q", "")),
        sort=sort if sort.removeprefix("-") in shape.columns else shape.sort,
        page=page_from(asked.get("page", "")),
        per_page=per_page_from(asked.get("per", "")),
        filters={name: value for name, value in chosen.items() if value in shape.filters[name]},
    )


def page_from(asked: str) -> int:
    """The number of a page: the last that can be, for one beyond it; 1 where there is no sense in it."""
    digits = asked if asked.isascii() and asked.isdigit() else ""
    return min(max(int(digits[: MOST_DIGITS + 1] or 1), 1), LAST_PAGE)


def per_page_from(asked: str) -> int:
    """How many rows a page shows: one of the choices."""
    return next((choice for choice in PER_PAGE_CHOICES if asked == str(choice)), PER_PAGE)


def searched_for(typed: str) -> str:
    """What was typed into a search field, cut to what can be searched for: no database text holds a NUL."""
    return typed.replace("\0", " ").strip()[:MOST_TYPED]


def listing_of(given: Mapping[str, Any], shape: Shape) -> Listing:
    """Turn a validated ``ListQuery`` into a listing. Raises Refusal 422 for an unknown column."""
    sort = given.get("sort", shape.sort)
    if sort.removeprefix("-") not in shape.columns:
        problem = t("values.sort_one_of", choices=", ".join(shape.columns))
        raise Refusal(422, "invalid", t("error.invalid"), errors={"query": {"sort": [problem]}})
    return Listing(
        search=searched_for(given["search"]),
        sort=sort,
        page=given["page"],
        per_page=given["per_page"],
        filters={name: given[name] for name in shape.filters if given.get(name)},
    )


def matches(search: str, searched: Sequence[Expression]) -> list[ColumnElement[bool]]:
    """Every word must stand in one of the columns, in any order."""
    words = search.split()[:MOST_WORDS]
    return [or_(*(column.icontains(word, autoescape=True) for column in searched)) for word in words]


def page_body(page: Page[Any]) -> dict[str, Any]:
    """A page over JSON."""
    return {
        "rows": page.rows,
        "total": page.total,
        "page": page.listing.page,
        "per_page": page.listing.per_page,
    }


def page_schema(name: str, row: type[Schema], is_capped: bool = False) -> type[Schema]:
    """The schema of a page of these rows, called ``name`` in the document; a capped one counts to a limit."""
    told = {"description": "Whether there are more than total."}
    capped = {"more_than_total": fields.Boolean(required=True, metadata=told)} if is_capped else {}
    return Schema.from_dict(
        {
            "rows": fields.List(fields.Nested(row), required=True),
            "total": fields.Integer(required=True),
            **capped,
            "page": fields.Integer(required=True),
            "per_page": fields.Integer(required=True),
        },
        name=f"{name}Schema",
    )
