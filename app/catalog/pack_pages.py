"""Office pages of an item's packs: adding and changing one, putting it away and bringing it back."""

from typing import Any

from flask import Blueprint, Response, flash, render_template, request

from app.catalog.changes import changeable, known
from app.catalog.items import ItemRecord
from app.catalog.pack_changes import add_pack, archive_pack, change_pack, known_pack, unarchive_pack
from app.catalog.pack_schemas import NewPackSchema, PackChangeSchema
from app.catalog.packs import FACTOR_KINDS, PackDraft, PackRecord
from app.database import reading, transaction
from app.people.guard import require_role
from app.web.errors import Refusal
from app.web.forms import Problems, problems_of, read_form, typed_form
from app.web.replies import once_more, to_page
from app.words import t
from sync.quantity import format_quantity

pack_pages = Blueprint("pack_pages", __name__, url_prefix="/items/<int:item_id>/packs")

ONE = "/<int:pack_id>"


@pack_pages.route("/new", methods=["GET", "POST"])
@require_role("manager")
def new(item_id: int) -> Response | str:
    """Add a pack to an item."""
    with reading() as connection:
        item = changeable(connection, item_id)
    if request.method == "GET":
        return form(item, {"name": "", "factor": "", "barcodes": []}, {})
    values, problems = read_form(NewPackSchema())
    if problems:
        return refused(item, problems)
    try:
        with transaction() as connection:
            add_pack(connection, item_id, PackDraft(**values))
    except Refusal as refusal:
        return refused(item, pack_problems(refusal))
    flash(t("catalog.pack_was_added", name=values["name"]), "green")
    return to_item(item_id)


@pack_pages.route(ONE, methods=["GET", "POST"])
@require_role("manager")
def one(item_id: int, pack_id: int) -> Response | str:
    """Change a pack. Another factor asks what it means."""
    with reading() as connection:
        item = changeable(connection, item_id)
        pack = known_pack(item, pack_id)
    if request.method == "GET":
        return form(item, values_of(item, pack), {}, pack)
    values, problems = read_form(PackChangeSchema())
    if problems:
        return refused(item, problems, pack)
    try:
        with transaction() as connection:
            change_pack(connection, (item_id, pack_id), values, values.pop("updated_at", 0))
    except Refusal as refusal:
        return refused(item, pack_problems(refusal), pack)
    flash(t("common.saved"), "green")
    return to_item(item_id)


@pack_pages.route(f"{ONE}/archive", methods=["POST"])
@require_role("manager")
def archive(item_id: int, pack_id: int) -> Response:
    """Put a pack away."""
    with transaction() as connection:
        archive_pack(connection, item_id, pack_id)
    return told(item_id, pack_id, "catalog.pack_was_archived")


@pack_pages.route(f"{ONE}/unarchive", methods=["POST"])
@require_role("manager")
def unarchive(item_id: int, pack_id: int) -> Response:
    """Bring a pack back."""
    try:
        with transaction() as connection:
            unarchive_pack(connection, item_id, pack_id)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        flash(next(iter(pack_problems(refusal).values())), "red")
        return to_item(item_id)
    return told(item_id, pack_id, "catalog.pack_was_unarchived")


def values_of(item: ItemRecord, pack: PackRecord) -> dict[str, Any]:
    """The fields of a pack as its form shows them."""
    return {
        "name": pack.name,
        "factor": format_quantity(pack.factor),
        "barcodes": pack.shown_barcodes,
        "updated_at": item.updated_at,
    }


def pack_problems(refusal: Refusal) -> Problems:
    """A refusal beside the fields of the form: what is wrong with the packs is wrong with this factor."""
    problems = problems_of(refusal)
    return {"factor" if name in ("packs", "tracking") else name: text for name, text in problems.items()}


def refused(item: ItemRecord, problems: Problems, pack: PackRecord | None = None) -> Response:
    """The form once more."""
    return once_more(form(item, typed_form(PackChangeSchema(), "barcodes"), problems, pack))


def form(item: ItemRecord, values: dict[str, Any], problems: Problems, pack: PackRecord | None = None) -> str:
    """The form of one pack."""
    kinds = [(kind, t(f"catalog.factor_{kind}"), t(f"catalog.factor_{kind}_text")) for kind in FACTOR_KINDS]
    return render_template(
        "catalog/pack.html", item=item, pack=pack, values=values, problems=problems, kinds=kinds
    )


def told(item_id: int, pack_id: int, words: str) -> Response:
    """Say what happened to a pack, on the page of its item."""
    with reading() as connection:
        name = known_pack(known(connection, item_id), pack_id).name
    flash(t(words, name=name), "green")
    return to_item(item_id)


def to_item(item_id: int) -> Response:
    """Back to the item."""
    return to_page("item_pages.one", item_id=item_id, _anchor="packs")
