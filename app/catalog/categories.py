"""Categories: a word that items share. Renaming one changes its items; two of one name are one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, func, select

from app.catalog.changes import refuse, tell
from app.catalog.drafts import draft_of
from app.catalog.items import items_by_id
from app.catalog.models import Item
from app.catalog.register import write_changed
from app.clock import now_ms
from app.database.keys import chunks
from app.lists.exports import Column, Table, moment
from app.lists.list_rows import Found, every_row, page_of_rows, sorted_by
from app.lists.listing import Listing, Page, Shape, listing_from, matches
from app.people.audit.trail import record as write_down
from app.web.errors import Refusal, refused_field
from app.words import t
from sync.movement import UNIDENTIFIED

ITEMS_MOST = 20_000
"""Items that one renaming may change: others wait for it while it writes."""
STATES = ("all",)
"""Beside the first view, which counts what is in use: items put away or merged as well."""
SORTS: dict[str, Any] = {
    "name": func.lower(Item.category),
    "items": func.count(),
    "changed": func.max(Item.updated_at),
}
SHAPE = Shape(SORTS, (Item.category,), "name", Item.category, {"state": STATES})


def categories_asked(asked: Mapping[str, str]) -> Listing:
    """Read the address of the list."""
    return listing_from(asked, SHAPE)


def category_page(connection: Connection, listing: Listing) -> Page[Any]:
    """One page of categories: of each how many items it has, and when one last changed."""
    return page_of_rows(connection, found_categories(listing), listing)


def found_categories(listing: Listing) -> Found:
    """What the list shows on all its pages."""
    conditions = [Item.category > "", Item.id != UNIDENTIFIED, *matches(listing.search, SHAPE.searched)]
    if not listing.filters.get("state"):
        conditions += [Item.archived_at.is_(None), Item.survivor_id.is_(None)]
    counted = (func.count().label("items"), func.max(Item.updated_at).label("changed_at"))
    query = select(Item.category, *counted).where(*conditions).group_by(Item.category)
    return Found(query, sorted_by(listing, SORTS, Item.category), (Item.category,))


def categories_table(found: Found) -> Table[Any]:
    """Every category that the list would show, in its order."""
    return Table("categories", COLUMNS, every_row(found))


COLUMNS: tuple[Column[Any], ...] = (
    Column("category", lambda row: row.category),
    Column("items", lambda row: row.items, "items"),
    Column("changed (UTC)", lambda row: moment(row.changed_at), "changed"),
)


def items_in(connection: Connection, name: str) -> int:
    """How many items a category has, those put away included."""
    return connection.scalar(select(func.count()).select_from(Item).where(Item.category == name)) or 0


def rename_category(connection: Connection, name: str, new_name: str, merges: bool = False) -> int:
    """Give a category another name; how many items that changed.

    Where the new name is that of another category, both become one, which only ``merges`` allows: nothing
    tells their items apart afterwards. Raises Refusal 404, 422, and 409 ``category_exists`` or ``too_many``.
    """
    count = items_in(connection, name) if name else 0
    if not count:
        raise Refusal(404, "not_found", t("catalog.category_unknown"))
    refuse({"to": t("catalog.category_same")} if new_name == name else {})
    there = items_in(connection, new_name)
    if there and not merges:
        message = t("catalog.category_exists", name=new_name, count=there)
        raise refused_field("to", message, 409, "category_exists")
    if count > ITEMS_MOST:
        raise Refusal(409, "too_many", t("catalog.category_large", most=ITEMS_MOST))
    move_items(connection, name, new_name)
    act = "merged" if there else "renamed"
    write_down(connection, act, ("category", new_name, new_name), {"name": name}, {"name": new_name})
    return count


def move_items(connection: Connection, name: str, new_name: str) -> None:
    """Write the new name into every item of the category, and tell of them."""
    ids = list(connection.scalars(select(Item.id).where(Item.category == name).order_by(Item.id)))
    now = now_ms()
    for part in chunks(ids):
        records = items_by_id(connection, part).values()
        changes = [(record, replace(draft_of(record), category=new_name)) for record in records]
        write_changed(connection, changes, now)
    tell(connection, ids)
