"""Office pages of the items: the list, one item, making and changing one."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, flash, make_response, render_template, request
from marshmallow import Schema
from sqlalchemy import Connection

from app.catalog.changes import (
    add_item,
    archive_item,
    change_item,
    known,
    unarchive_item,
)
from app.catalog.drafts import ItemDraft, draft_of
from app.catalog.item_fields import AddedField, added_fields
from app.catalog.item_list import categories, has_items, item_page, item_shape
from app.catalog.item_values import checked_values, values_of
from app.catalog.items import TRACKINGS, ItemRecord, items_by_id, merged_into, survivor_of
from app.catalog.photos import photos_of
from app.catalog.schemas import ItemChangeSchema, NewItemSchema
from app.catalog.shelf import shelf
from app.catalog.tables_out import items_table
from app.database import reading, transaction
from app.lists.exports import asked_kind, download
from app.lists.listing import Listing, listing_from
from app.people.guard import require_role
from app.people.views.columns import as_seen
from app.people.views.saved_views import list_page
from app.settings import in_force
from app.web.errors import Refusal
from app.web.forms import Problems, Values, differing, problems_of, read_form, typed_form
from app.web.replies import once_more, to_page
from app.words import t

item_pages = Blueprint("item_pages", __name__, url_prefix="/items")

ONE = "/<int:item_id>"
STANDING_LIMIT = 200
MOVEMENTS_LIMIT = 12


@item_pages.route("")
@require_role("viewer")
@list_page
def items() -> Response | str:
    """The list, searched as one types; with ``as`` the whole of it as a file."""
    with reading() as connection:
        known_categories = categories(connection)
        listing = listing_from(request.args, item_shape(known_categories))
        if not (kind := asked_kind()):
            return _listed(connection, listing, known_categories)
    return download(as_seen(items_table(listing)), kind)


def _listed(connection: Connection, listing: Listing, known_categories: Sequence[str]) -> str:
    page = item_page(connection, listing)
    ids = [row.id for row in page.rows]
    return render_template(
        "catalog/items.html",
        page=page,
        categories=known_categories,
        on_hand=shelf().on_hand(connection, ids),
        photos=photos_of(connection, ids),
        is_new=not page.rows and not has_items(connection),
    )


@item_pages.route("/new", methods=["GET", "POST"])
@require_role("manager")
def new() -> Response | str:
    """Add an item."""
    if request.method == "GET":
        return _new_form(asdict(ItemDraft("", "", unit=in_force().units[0])) | {"added": {}}, {})
    values, problems, added = _read_item(NewItemSchema())
    if problems:
        return once_more(_new_form(_typed(), problems))
    try:
        with transaction() as connection:
            item_id = add_item(connection, ItemDraft(**values), added)
    except Refusal as refusal:
        return once_more(_new_form(_typed(), problems_of(refusal)))
    flash(t("catalog.was_added", name=values["name"]), "green")
    return _to(item_id)


@item_pages.route(ONE)
@require_role("viewer")
def one(item_id: int) -> str:
    """One item: what it is, where it stands, what moved last."""
    with reading() as connection:
        record = known(connection, item_id)
        merged = merged_into(connection, item_id)
        family = [item_id, *merged]
        return render_template(
            "catalog/item.html",
            item=record,
            merged=list(items_by_id(connection, merged).values()),
            survivor=survivor_of(connection, record),
            total=sum(shelf().on_hand(connection, family).values()),
            standing=shelf().of_items(connection, family, STANDING_LIMIT),
            movements=shelf().latest_of(connection, family, MOVEMENTS_LIMIT),
            photo=photos_of(connection, [item_id]).get(item_id),
            added=_added_shown(connection, item_id),
        )


def _added_shown(connection: Connection, item_id: int) -> list[tuple[AddedField, str]]:
    """The added fields in use, with what the item holds in each."""
    held = values_of(connection, [item_id]).get(item_id, {})
    return [(field, held.get(field.id, "")) for field in added_fields(connection)]


@item_pages.route(f"{ONE}/edit", methods=["GET", "POST"])
@require_role("manager")
def edit(item_id: int) -> Response | str:
    """Change an item; a change that somebody else made meanwhile is shown beside."""
    with reading() as connection:
        record = known(connection, item_id)
    if request.method == "GET":
        return _edit_form(record, _values(record), {})
    values, problems, added = _read_item(ItemChangeSchema())
    if problems:
        return once_more(_edit_form(record, _typed(), problems))
    try:
        with transaction() as connection:
            change_item(connection, item_id, values, values.pop("updated_at", 0), added)
    except Refusal as refusal:
        if refusal.code == "edited_meanwhile":
            return _conflict(item_id)
        return once_more(_edit_form(record, _typed(), problems_of(refusal)))
    flash(t("common.saved"), "green")
    return _to(item_id)


@item_pages.route(f"{ONE}/archive", methods=["POST"])
@require_role("manager")
def archive(item_id: int) -> Response:
    """Put an item away."""
    with transaction() as connection:
        archive_item(connection, item_id)
    return _done(item_id, "catalog.was_archived")


@item_pages.route(f"{ONE}/unarchive", methods=["POST"])
@require_role("manager")
def unarchive(item_id: int) -> Response:
    """Bring an item back."""
    with transaction() as connection:
        unarchive_item(connection, item_id)
    return _done(item_id, "catalog.was_unarchived")


def _read_item(schema: Schema) -> tuple[Values, Problems, dict[int, str]]:
    """The form's own fields as the schema reads them, what is wrong, and what the added fields hold."""
    values, problems = read_form(schema)
    with reading() as connection:
        fields = added_fields(connection)
    added, more = checked_values(fields, _typed_added(fields))
    return values, problems | more, added


def _typed_added(fields: Sequence[AddedField]) -> dict[int, str]:
    """What was typed into the added fields."""
    return {field.id: request.form.get(field.key, "") for field in fields}


def tracking_choices() -> list[tuple[str, str, str]]:
    """The ways of tracking: value, words, a sentence."""
    return [(name, t(f"catalog.tracking_{name}"), t(f"catalog.tracking_{name}_text")) for name in TRACKINGS]


def _new_form(values: Mapping[str, Any], problems: Problems) -> str:
    with reading() as connection:
        known_categories, fields = categories(connection), added_fields(connection)
    return render_template(
        "catalog/new_item.html",
        fields=fields,
        values=values,
        problems=problems,
        categories=known_categories,
        trackings=tracking_choices(),
    )


def _edit_form(
    record: ItemRecord, values: Mapping[str, Any], problems: Problems, theirs: Values | None = None
) -> str:
    with reading() as connection:
        known_categories, fields = categories(connection), added_fields(connection)
        has_moved = bool(shelf().moved_among(connection, [record.id]))
    fixed = {"tracking": record.tracking} if has_moved else {}
    return render_template(
        "catalog/edit_item.html",
        fields=fields,
        item=record,
        values={**values, **fixed},
        problems=problems,
        theirs=theirs,
        has_moved=has_moved,
        categories=known_categories,
        trackings=tracking_choices(),
    )


def _conflict(item_id: int) -> Response:
    """The form once more, with what somebody else saved meanwhile beside it."""
    with reading() as connection:
        record = known(connection, item_id)
    typed = _typed()
    current = {name: value for name, value in _values(record).items() if name != "added"}
    return make_response(_edit_form(record, typed, {}, differing(current, typed)), 409)


def _values(record: ItemRecord) -> Values:
    """The fields of an item as its form shows them."""
    with reading() as connection:
        held = values_of(connection, [record.id]).get(record.id, {})
    values = asdict(draft_of(record)) | {"barcodes": record.shown_barcodes, "added": held}
    return {name: value for name, value in values.items() if name != "packs"}


def _typed() -> Values:
    """The form as it was typed: nothing is lost when it is refused."""
    with reading() as connection:
        added = _typed_added(added_fields(connection))
    return typed_form(NewItemSchema(), "barcodes") | {"added": added}


def _done(item_id: int, words: str) -> Response:
    with reading() as connection:
        name = known(connection, item_id).name
    flash(t(words, name=name), "green")
    return _to(item_id)


def _to(item_id: int) -> Response:
    return to_page("item_pages.one", item_id=item_id)
