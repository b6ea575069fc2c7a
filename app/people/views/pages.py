"""Saving, changing and deleting the views of lists, choosing their columns; each leads back to its list."""

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for
from marshmallow import Schema

from app.database import transaction
from app.people.guard import current_user_id, may, require_role
from app.people.views.columns import hide_columns
from app.people.views.models import SavedView
from app.people.views.saved_views import (
    NAME_LIMIT,
    ViewDraft,
    address_of,
    change_view,
    drop_view,
    keep_view,
    keeps_views,
    kept_query,
    usable_view,
)
from app.values.fields import Line
from app.web.errors import Refusal
from app.web.forms import read_form
from app.words import t


class ViewSchema(Schema):
    """What a person calls a view."""

    name = Line(NAME_LIMIT, required=True)


view_pages = Blueprint("view_pages", __name__, url_prefix="/views")


@view_pages.route("", methods=["POST"])
@require_role("viewer")
def keep() -> Response:
    """Save what a list shows under a name."""
    page = request.form.get("page", "")
    if not keeps_views(page):
        raise Refusal(404, "not_found", t("lists.unknown"))
    query = kept_query(request.form.get("query", ""))
    try:
        draft = draft_from_form(page, query)
        with transaction() as connection:
            view_id = keep_view(connection, current_user_id(), draft)
    except Refusal as refusal:
        flash(refusal.message, "red")
        return to(page, query)
    flash(t("lists.was_saved", name=draft.name), "green")
    return to(page, f"{query}&view={view_id}")


@view_pages.route("/columns", methods=["POST"])
@require_role("viewer")
def columns() -> Response:
    """Choose which columns a list shows; ``known`` are those that can be put away."""
    page = request.form.get("page", "")
    if not keeps_views(page):
        raise Refusal(404, "not_found", t("lists.unknown"))
    shown = set(request.form.getlist("column"))
    away = [name for name in request.form.getlist("known") if name not in shown]
    with transaction() as connection:
        hide_columns(connection, current_user_id(), page, away)
    return to(page, request.form.get("query", "") or "view=0")


@view_pages.route("/<int:view_id>", methods=["POST"])
@require_role("viewer")
def change(view_id: int) -> Response:
    """Rename or share a view, or open the list with it."""
    view = usable_view(view_id)
    try:
        draft = draft_from_form(view.page, view.query)
        with transaction() as connection:
            change_view(connection, view, current_user_id(), draft)
    except Refusal as refusal:
        flash(refusal.message, "red")
        return back(view)
    flash(t("common.saved"), "green")
    return back(view)


@view_pages.route("/<int:view_id>/delete", methods=["POST"])
@require_role("viewer")
def delete(view_id: int) -> Response:
    """Delete a view; the list stays."""
    view = usable_view(view_id)
    page, name = view.page, view.name
    with transaction() as connection:
        drop_view(connection, view)
    flash(t("lists.was_deleted", name=name), "green")
    return to(page, "view=0")


def draft_from_form(page: str, query: str) -> ViewDraft:
    """The view as the form wants it; who may not share, does not. Raises Refusal 422."""
    values, problems = read_form(ViewSchema())
    if problems:
        raise Refusal(422, "invalid", problems["name"])
    shared = bool(request.form.get("shared")) and may("manager")
    return ViewDraft(page, values["name"], query, shared, bool(request.form.get("default")))


def back(view: SavedView) -> Response:
    """To the list as the view shows it."""
    return to(view.page, address_of(view))


def to(page: str, query: str) -> Response:
    """To a list; an address of our own, whatever was sent."""
    return make_response(redirect(f"{url_for(page)}?{query}", 303))
