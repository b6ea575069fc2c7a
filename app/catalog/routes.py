"""Items over JSON."""

from typing import Any

from flask import Response
from sqlalchemy import Connection

from app.catalog.changes import (
    add_item,
    archive_item,
    change_item,
    known,
    unarchive_item,
)
from app.catalog.drafts import ItemDraft
from app.catalog.item_list import COUNT_LIMIT, item_page, item_shape
from app.catalog.item_values import values_by_name, values_from_names
from app.catalog.items import ItemRecord, item_body
from app.catalog.look_up import item_named
from app.catalog.merging import merge_item, unmerge_item
from app.catalog.schemas import (
    ItemChangeSchema,
    ItemPageSchema,
    ItemSchema,
    ItemsFilterSchema,
    ItemsQuerySchema,
    LookUpSchema,
    NewItemSchema,
    SurvivorSchema,
)
from app.catalog.tables_out import items_table
from app.database import reading, transaction
from app.lists.exports import TYPES, download
from app.lists.listing import Listing, listing_of, page_body
from app.people.guard import require_role
from app.web.api import Blueprint, quick_json
from app.web.errors import Refusal
from app.web.versions import seen_version
from app.words import number, t

items = Blueprint("items", __name__, url_prefix="/api/items", description="What is kept in stock.")

ONE = "/<int:item_id>"


@items.route("", methods=["GET"])
@require_role("viewer")
@items.arguments(ItemsQuerySchema, location="query")
@items.response(200, ItemPageSchema)
def items_listed(given: dict[str, Any]) -> Response:
    """List items

    `search` holds words in any order, each the beginning of a word of name, code, category or barcode;
    an item named outright by its code or barcode stands first. Totals are counted up to 10,000.
    """
    listing = listing_of(given, item_shape(()))
    if (listing.page - 1) * listing.per_page >= COUNT_LIMIT:
        deep = t("catalog.too_deep", limit=number(COUNT_LIMIT))
        raise Refusal(422, "invalid", deep, errors={"query": {"page": [deep]}})
    with reading() as connection:
        page = item_page(connection, listing)
        added = values_by_name(connection, [row.id for row in page.rows])
    body = {
        **page_body(page),
        "rows": [item_body(row, added.get(row.id)) for row in page.rows],
        "more_than_total": page.is_capped,
    }
    return quick_json(body)


@items.route("", methods=["POST"])
@require_role("manager")
@items.arguments(NewItemSchema)
@items.response(201, ItemSchema)
def item_added(given: dict[str, Any]) -> Response:
    """Add an item

    409 `code_taken` or `barcode_taken` names the item that has it.
    """
    named = given.pop("added_fields", {})
    with transaction() as connection:
        added = values_from_names(connection, named, is_new=True)
        item_id = add_item(connection, ItemDraft(**given), added)
    return shown(item_id, 201)


@items.route("/table.csv", methods=["GET"])
@require_role("viewer")
@items.arguments(ItemsFilterSchema, location="query")
@items.response(200, content_type="text/csv")
def items_exported(given: dict[str, Any]) -> Response:
    """Export items as a CSV file

    All that the list finds, sorted by name; `table.xlsx` is the same as a workbook. Cells that a
    spreadsheet would take for a formula have an apostrophe in front; an import takes it off again.
    """
    return download(items_table(asked_for(given)), "csv")


@items.route("/table.xlsx", methods=["GET"])
@require_role("viewer")
@items.arguments(ItemsFilterSchema, location="query")
@items.response(200, content_type=TYPES["xlsx"])
def items_exported_as_workbook(given: dict[str, Any]) -> Response:
    """Export items as an XLSX workbook

    As `table.csv`; codes and barcodes are texts, so that no spreadsheet rounds them.
    """
    return download(items_table(asked_for(given)), "xlsx")


def asked_for(given: dict[str, Any]) -> Listing:
    """The items that a validated ``ItemsFilterSchema`` asks for, sorted by name."""
    filters = {name: given[name] for name in ("category", "tracking", "state") if given.get(name)}
    return Listing(search=given["search"], sort="name", filters=filters)


@items.route("/look-up", methods=["GET"])
@require_role("viewer")
@items.arguments(LookUpSchema, location="query")
@items.response(200, ItemSchema)
def item_looked_up(given: dict[str, Any]) -> Response:
    """Look an item up by its barcode or code

    A GTIN may come in any of its lengths. 404 when no item bears it.
    """
    with reading() as connection:
        record = item_named(connection, given["code"])
        if record is None:
            raise Refusal(404, "not_found", t("catalog.code_lookup_none"))
        return answer_of(connection, record)


@items.route(ONE, methods=["GET"])
@require_role("viewer")
@items.response(200, ItemSchema)
def item_shown(item_id: int) -> Response:
    """Show an item

    The header `ETag` holds its version for `If-Match`.
    """
    return shown(item_id)


@items.route(ONE, methods=["PATCH"])
@require_role("manager")
@items.arguments(ItemChangeSchema(partial=True))
@items.response(200, ItemSchema)
def item_changed(given: dict[str, Any], item_id: int) -> Response:
    """Change an item

    Say which version you saw, as `updated_at` or with `If-Match`; 409 `edited_meanwhile` shows the
    `current` item and `yours` when another change came first. Unit and tracking stay once stock has
    been booked.
    """
    seen = seen_version(given.pop("updated_at", None))
    named = given.pop("added_fields", {})
    with transaction() as connection:
        added = values_from_names(connection, named, is_new=False)
        change_item(connection, item_id, given, seen, added)
    return shown(item_id)


@items.route(f"{ONE}/archived", methods=["PUT"])
@require_role("manager")
@items.response(200, ItemSchema)
def item_archived(item_id: int) -> Response:
    """Archive an item

    It is offered no more; its stock and history stay.
    """
    with transaction() as connection:
        archive_item(connection, item_id)
    return shown(item_id)


@items.route(f"{ONE}/archived", methods=["DELETE"])
@require_role("manager")
@items.response(200, ItemSchema)
def item_unarchived(item_id: int) -> Response:
    """Bring an item back from the archive"""
    with transaction() as connection:
        unarchive_item(connection, item_id)
    return shown(item_id)


@items.route(f"{ONE}/survivor", methods=["PUT"])
@require_role("manager")
@items.arguments(SurvivorSchema)
@items.response(200, ItemSchema)
def item_merged(given: dict[str, Any], item_id: int) -> Response:
    """Merge an item into another

    For two entries of one thing. Nothing moves: sums show both under the survivor. 409 `cannot_merge`
    says why not.
    """
    with transaction() as connection:
        merge_item(connection, item_id, given["survivor"])
    return shown(item_id)


@items.route(f"{ONE}/survivor", methods=["DELETE"])
@require_role("manager")
@items.response(200, ItemSchema)
def item_unmerged(item_id: int) -> Response:
    """Take a merged item apart again"""
    with transaction() as connection:
        unmerge_item(connection, item_id)
    return shown(item_id)


def shown(item_id: int, status: int = 200) -> Response:
    """The item as it stands, with its version."""
    with reading() as connection:
        return answer_of(connection, known(connection, item_id), status)


def answer_of(connection: Connection, record: ItemRecord, status: int = 200) -> Response:
    """An item that has been read, with what it holds in added fields and its version."""
    added = values_by_name(connection, [record.id]).get(record.id)
    response = quick_json(item_body(record, added), status)
    response.set_etag(str(record.updated_at))
    return response
