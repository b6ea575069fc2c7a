"""Packs of items over JSON."""

from typing import Any

from flask import Response

from app.catalog.pack_changes import add_pack, archive_pack, change_pack, unarchive_pack
from app.catalog.pack_schemas import NewPackSchema, PackChangeSchema
from app.catalog.packs import PackDraft
from app.catalog.routes import shown
from app.catalog.schemas import ItemSchema
from app.database import transaction
from app.people.guard import require_role
from app.web.api import Blueprint
from app.web.versions import seen_version

packs = Blueprint(
    "packs",
    __name__,
    url_prefix="/api/items/<int:item_id>/packs",
    description="Cases, trays and pallets: units that hold several base units.",
)

ONE = "/<int:pack_id>"


@packs.route("", methods=["POST"])
@require_role("manager")
@packs.arguments(NewPackSchema)
@packs.response(201, ItemSchema)
def pack_added(given: dict[str, Any], item_id: int) -> Response:
    """Add a pack to an item

    Balances stay in the base unit. 409 `name_taken`, or `barcode_taken`, which names the item that has it.
    """
    with transaction() as connection:
        add_pack(connection, item_id, PackDraft(**given))
    return shown(item_id, 201)


@packs.route(ONE, methods=["PATCH"])
@require_role("manager")
@packs.arguments(PackChangeSchema(partial=True))
@packs.response(200, ItemSchema)
def pack_changed(given: dict[str, Any], item_id: int, pack_id: int) -> Response:
    """Change a pack

    Say which version of the item you saw, as `updated_at` or with `If-Match`. Another `factor` needs
    `factor_kind`. What stands in the book stays as it was posted; what phones captured with the former
    factor and send later is posted by the factor that held then, and shows `factor_changed` where both
    differ.
    """
    seen = seen_version(given.pop("updated_at", None))
    with transaction() as connection:
        change_pack(connection, (item_id, pack_id), given, seen)
    return shown(item_id)


@packs.route(f"{ONE}/archived", methods=["PUT"])
@require_role("manager")
@packs.response(200, ItemSchema)
def pack_archived(item_id: int, pack_id: int) -> Response:
    """Archive a pack

    It is offered no more. Its barcodes stay with it.
    """
    with transaction() as connection:
        archive_pack(connection, item_id, pack_id)
    return shown(item_id)


@packs.route(f"{ONE}/archived", methods=["DELETE"])
@require_role("manager")
@packs.response(200, ItemSchema)
def pack_unarchived(item_id: int, pack_id: int) -> Response:
    """Bring a pack back from the archive"""
    with transaction() as connection:
        unarchive_pack(connection, item_id, pack_id)
    return shown(item_id)
