"""Pages of merging: choose the item that stays, see what it will do, do it; and take one apart again."""

from flask import Blueprint, Response, flash, render_template, request

from app.catalog.changes import known
from app.catalog.merge_preview import preview_merge, preview_parting
from app.catalog.merging import merge_item, unmerge_item
from app.catalog.schemas import SurvivorSchema
from app.catalog.survivor_choices import choices_for
from app.database import reading, transaction
from app.lists.listing import searched_for
from app.people.guard import require_role
from app.values.numbers import HIGHEST_ID, bounded_number
from app.web.errors import Refusal
from app.web.forms import Problems, problems_of, read_form
from app.web.replies import once_more, to_page
from app.words import t

merge_pages = Blueprint("merge_pages", __name__, url_prefix="/items/<int:item_id>")


@merge_pages.route("/merge", methods=["GET", "POST"])
@require_role("manager")
def merge(item_id: int) -> Response | str:
    """Choose the item that stays; with ``into`` see what will happen; merge this one into it."""
    if request.method == "GET":
        chosen = bounded_number(request.args.get("into", ""), 1, HIGHEST_ID)
        return choosing(item_id, {}) if chosen is None else shown(item_id, chosen)
    values, problems = read_form(SurvivorSchema())
    problems = problems or merged(item_id, values["survivor"])
    if problems:
        return once_more(choosing(item_id, problems))
    return done(item_id, "catalog.was_merged")


@merge_pages.route("/unmerge", methods=["GET", "POST"])
@require_role("manager")
def unmerge(item_id: int) -> Response | str:
    """See what taking the item apart will do; take it out of the one it was merged into."""
    if request.method == "GET":
        with reading() as connection:
            found = preview_parting(connection, item_id)
        if found is None:
            return to_page("item_pages.one", item_id=item_id)
        return render_template("catalog/merge_preview.html", found=found, parts=True)
    with transaction() as connection:
        unmerge_item(connection, item_id)
    return done(item_id, "catalog.was_unmerged")


def shown(item_id: int, survivor_id: int) -> str:
    """What merging into this one will do. Raises Refusal 404."""
    with reading() as connection:
        found = preview_merge(connection, item_id, survivor_id)
    return render_template("catalog/merge_preview.html", found=found, parts=False)


def merged(item_id: int, survivor_id: int) -> Problems:
    """Merge; why that cannot be, empty when it is done."""
    try:
        with transaction() as connection:
            merge_item(connection, item_id, survivor_id)
    except Refusal as refusal:
        return problems_of(refusal)
    return {}


def choosing(item_id: int, problems: Problems) -> str:
    """The items that may stay."""
    words = searched_for(request.args.get("q", ""))
    with reading() as connection:
        record = known(connection, item_id)
        choices = choices_for(connection, record, words)
    return render_template(
        "catalog/merge_item.html", item=record, choices=choices, words=words, problems=problems
    )


def done(item_id: int, words: str) -> Response:
    """To the item, with what was done."""
    with reading() as connection:
        name = known(connection, item_id).name
    flash(t(words, name=name), "green")
    return to_page("item_pages.one", item_id=item_id)
