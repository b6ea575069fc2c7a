"""Pages of the categories: the list with what they hold, and renaming one, which may merge two."""

from flask import Blueprint, Response, flash, make_response, render_template, request
from marshmallow import Schema

from app.catalog.categories import (
    categories_asked,
    categories_table,
    category_page,
    found_categories,
    items_in,
    rename_category,
)
from app.catalog.drafts import CATEGORY_LIMIT
from app.catalog.item_list import categories
from app.database import reading, transaction
from app.lists.exports import asked_kind, download
from app.people.guard import require_role
from app.people.views.columns import as_seen
from app.people.views.saved_views import list_page
from app.values.fields import Line
from app.web.errors import Refusal
from app.web.forms import Problems, problems_of, read_form
from app.web.replies import once_more, to_page
from app.words import t

category_pages = Blueprint("category_pages", __name__, url_prefix="/items/categories")


class RenameSchema(Schema):
    """What a category shall be called."""

    to = Line(CATEGORY_LIMIT, required=True)


@category_pages.route("")
@require_role("viewer")
@list_page
def listed() -> Response | str:
    """Every category, with how many items it has."""
    listing = categories_asked(request.args)
    if kind := asked_kind():
        return download(as_seen(categories_table(found_categories(listing))), kind)
    with reading() as connection:
        page = category_page(connection, listing)
    return render_template("catalog/categories.html", page=page)


@category_pages.route("/rename", methods=["GET", "POST"])
@require_role("manager")
def rename() -> Response | str:
    """Give a category another name; where that is another one's, ask whether both shall be one."""
    name = request.args.get("name", "")[:CATEGORY_LIMIT]
    if request.method == "GET":
        return form(name, name, {})
    values, problems = read_form(RenameSchema())
    if problems:
        return once_more(form(name, request.form.get("to", ""), problems))
    try:
        with transaction() as connection:
            count = rename_category(connection, name, values["to"], request.form.get("merge") == values["to"])
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        asks = refusal.code == "category_exists"
        return make_response(form(name, values["to"], problems_of(refusal), asks), refusal.status)
    flash(t("catalog.category_was_renamed", count=count, name=values["to"]), "green")
    return to_page(".listed", view=0)


def form(name: str, typed: str, problems: Problems, asks: bool = False) -> str:
    """The form; ``asks`` where the new name is that of another category. Raises Refusal 404."""
    with reading() as connection:
        count, known = items_in(connection, name), categories(connection)
    if not count or not name:
        raise Refusal(404, "not_found", t("catalog.category_unknown"))
    shown = {"name": name, "typed": typed, "problems": problems, "asks": asks}
    return render_template("catalog/rename_category.html", **shown, count=count, known=known)
