"""The history of imports: what was imported when, by whom, and what was wrong with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from app.imports.access import own_alone
from app.imports.files import read_problems
from app.imports.models import TableImport
from app.imports.problems import Problem
from app.lists.list_rows import Found, page_of_rows, sorted_by
from app.lists.listing import Listing, Page, Shape, matches
from app.people.models import User

STATES = ("uploaded", "checking", "checked", "importing", "done", "failed", "undoing", "undone")
LEVELS = ("error", "warning")


def history_shape(kinds: Sequence[str], people: Sequence[str] = ()) -> Shape:
    """What the history allows, for one who may import these kinds."""
    return Shape(
        columns={
            "created": TableImport.created_at,
            "file": TableImport.file_name,
            "rows": TableImport.rows_total,
        },
        searched=(TableImport.file_name,),
        sort="-created",
        tie=TableImport.id,
        filters={"kind": kinds, "state": STATES, "user": people},
    )


def seen_kinds(kinds: Sequence[str]) -> list[ColumnElement[bool]]:
    """Imports of these kinds, as far as the one who asks may see them."""
    of_kinds, owner = TableImport.kind.in_(kinds), own_alone()
    return [of_kinds] if owner is None else [of_kinds, TableImport.user_id == owner]


def import_page(connection: Connection, listing: Listing, kinds: Sequence[str]) -> Page[Mapping[str, Any]]:
    """One page of the imports of these kinds, with the names of who made and who undid them."""
    page = page_of_rows(connection, found_imports(listing, kinds), listing)
    return Page([dict(row._mapping) for row in page.rows], page.total, listing)


def found_imports(listing: Listing, kinds: Sequence[str]) -> Found:
    """What the history shows on all its pages."""
    conditions: list[ColumnElement[bool]] = [
        *seen_kinds(kinds),
        *matches(listing.search, (TableImport.file_name,)),
    ]
    if kind := listing.filters.get("kind"):
        conditions.append(TableImport.kind == kind)
    if state := listing.filters.get("state"):
        conditions.append(TableImport.state == state)
    if user := listing.filters.get("user"):
        conditions.append(TableImport.user_id == int(user))
    rows = (
        select(TableImport.__table__, User.name.label("user_name"))
        .outerjoin(User, User.id == TableImport.user_id)
        .where(*conditions)
    )
    asked = listing if listing.sort else replace(listing, sort="-created")
    order = sorted_by(asked, history_shape(kinds).columns, TableImport.id)
    return Found(rows, order, (TableImport.id,))


def importers(connection: Connection, kinds: Sequence[str]) -> list[tuple[str, str]]:
    """Who has imported any of these kinds: ids as text and names."""
    asked = select(User.id, User.name).join(TableImport, TableImport.user_id == User.id)
    people = asked.where(*seen_kinds(kinds)).distinct().order_by(User.name, User.id).limit(500)
    return [(str(number), name) for number, name in connection.execute(people)]


def name_of(connection: Connection, user_id: int | None) -> str:
    """The name of a person; empty for nobody."""
    return connection.scalar(select(User.name).where(User.id == user_id)) or ""


def problem_page(found: Mapping[str, Any], listing: Listing) -> Page[Problem]:
    """What is wrong with the rows, in their order; by level, by column, and by words in any of it."""
    errors, warnings = found["error_count"], found["warning_count"]
    level, column = listing.filters.get("level", ""), listing.filters.get("column", "")
    words = listing.search.casefold().split()
    wanted = (each for each in read_problems(found["id"]) if fits(each, level, column, words))
    start = (listing.page - 1) * listing.per_page
    rows = list(islice(wanted, start, start + listing.per_page))
    if not column and not words:
        total = {"error": errors, "warning": warnings}.get(level, errors + warnings)
    else:
        total = counted(read_problems(found["id"]), (level, column), words)
    return Page(rows, total, listing)


def counted(problems: Iterable[Problem], narrowed: tuple[str, str], words: Sequence[str]) -> int:
    """How many problems fit."""
    return sum(fits(each, *narrowed, words) for each in problems)


def fits(problem: Problem, level: str, column: str, words: Sequence[str]) -> bool:
    """Whether a problem is of a level and a column and holds every word."""
    if level and problem.is_warning != (level == "warning"):
        return False
    if column and problem.column != column:
        return False
    text = f"{problem.row} {problem.column} {problem.value} {problem.message}".casefold()
    return all(word in text for word in words)
