"""Office pages of the discrepancies: the list, one with its witnesses, what a person does about it."""

from typing import Any

from flask import Blueprint, Response, flash, render_template, request
from marshmallow import Schema

from app.clock import now_ms
from app.database import reading, transaction
from app.lists.exports import asked_kind, download
from app.people.guard import current_user_id, require_role
from app.people.views.columns import as_seen
from app.people.views.saved_views import list_page
from app.stock.book.watermark import shown_watermark
from app.stock.count_tasks.tasks import task_of
from app.stock.discrepancies.acceptance import accept, accept_all
from app.stock.discrepancies.desk import (
    ACCEPTED_TOGETHER,
    closer_name,
    counts,
    discrepancy_page,
    found_discrepancies,
    listing_asked,
    nearby,
    provisional,
    witnesses,
)
from app.stock.discrepancies.listing import discrepancy_by_id, standing_discrepancy
from app.stock.discrepancies.resolution import ACTS, DRAFTS, Resolution, acts_for, is_complete, resolve
from app.stock.discrepancies.states import state_of_row
from app.stock.discrepancies.tables_out import discrepancies_table
from app.stock.office.rehearsal import Rehearsal, rehearse
from app.stock.typed_codes import lots_of, named_item
from app.values.fields import Choice, Line
from app.values.numbers import whole_numbers
from app.web.errors import Refusal
from app.web.forms import Problems, Values, problems_of, read_form
from app.web.replies import once_more, to_page, told
from app.words import t
from sync.discrepancy import KINDS

discrepancy_pages = Blueprint("discrepancy_pages", __name__, url_prefix="/discrepancies")

ONE = "/<int(max=2147483647):number>"
ONE_PAGE = "discrepancy_pages.one"
TOGETHER_MOST = 500


class AcceptSchema(Schema):
    """Why a discrepancy is left as it is."""

    note = Line(200, required=True)


class ResolveSchema(Schema):
    """What a person does about a discrepancy, as the form has it: goods by code."""

    act = Choice(ACTS, required=True)
    item = Line(128, load_default="")
    lot = Line(64, load_default="")
    note = Line(200, load_default="")


@discrepancy_pages.route("")
@require_role("viewer")
@list_page
def discrepancies() -> Response | str:
    """What needs a person first, what may still settle below it; or what is closed."""
    listing = listing_asked(request.args)
    if kind := asked_kind():
        found = found_discrepancies(listing, listing.filters.get("state") or "firm")
        return download(as_seen(discrepancies_table(found)), kind)
    with reading() as connection:
        page = discrepancy_page(connection, listing)
        settling = None if listing.filters.get("state") else provisional(connection, listing)
        standing = counts(connection)
        mark = shown_watermark(connection, now_ms())
    return render_template(
        "stock/discrepancies.html",
        page=page,
        settling=settling,
        standing=standing,
        watermark=mark,
        kinds=KINDS,
        together=ACCEPTED_TOGETHER,
    )


@discrepancy_pages.route(ONE)
@require_role("viewer")
def one(number: int) -> str:
    """What happened, who was there, what can be done."""
    with reading() as connection:
        found = discrepancy_by_id(connection, number)
        return render_template(
            "stock/discrepancy.html",
            found=found,
            state_of=state_of_row,
            witnesses=witnesses(connection, found),
            nearby=nearby(connection, found),
            acts=acts_for(found),
            task=task_of(connection, number),
            closer=closer_name(connection, found.closed_by),
            watermark=shown_watermark(connection, now_ms()),
        )


@discrepancy_pages.route("/acceptance", methods=["POST"])
@require_role("manager")
def accept_chosen() -> Response:
    """Accept all that were ticked, with one reason."""
    chosen = whole_numbers(request.form.getlist("chosen"))
    values, problems = read_form(AcceptSchema())
    if problems or not chosen:
        flash(t("stock.tick_and_say_why"), "red")
        return to_page("discrepancy_pages.discrepancies")
    with transaction() as connection:
        count = accept_all(connection, chosen[:TOGETHER_MOST], current_user_id(), values["note"])
    flash(t("stock.were_accepted", count=count), "green")
    return to_page("discrepancy_pages.discrepancies")


@discrepancy_pages.route(f"{ONE}/acceptance", methods=["POST"])
@require_role("manager")
def accept_one(number: int) -> Response:
    """Let one be as it is, with a reason."""
    values, problems = read_form(AcceptSchema())
    if problems:
        flash(t("stock.say_why"), "red")
        return to_page(ONE_PAGE, number=number)
    try:
        with transaction() as connection:
            accept(connection, number, current_user_id(), values["note"])
    except Refusal as refusal:
        return told(refusal, ONE_PAGE, number=number)
    flash(t("stock.was_accepted"), "green")
    return to_page(ONE_PAGE, number=number)


@discrepancy_pages.route(f"{ONE}/resolution", methods=["GET", "POST"])
@require_role("manager")
def resolution(number: int) -> Response | str:
    """Show what would be posted; post it."""
    if request.method == "GET":
        return _resolve_form(number, dict(request.args), {})
    values, problems = read_form(ResolveSchema())
    if problems:
        return once_more(_resolve_form(number, dict(request.form), problems))
    try:
        with transaction() as connection:
            how = how_of(connection, values)
            resolve(connection, number, how, current_user_id(), now_ms())
            found = discrepancy_by_id(connection, number)
    except Refusal as refusal:
        if refusal.status == 409:
            return told(refusal, ONE_PAGE, number=number)
        return once_more(_resolve_form(number, dict(request.form), problems_of(refusal)))
    settled = found.closed_at is not None
    flash(t("stock.was_resolved") if settled else t("stock.was_posted_open"), "green" if settled else "amber")
    return to_page(ONE_PAGE, number=number)


def how_of(connection: Any, values: Values) -> Resolution:
    """The act with the item that its code names. Raises Refusal 422 beside the field."""
    item = named_item(connection, values["item"]).id if values["act"] == "identify" else None
    return Resolution(values["act"], item, values["lot"], values["note"])


def _resolve_form(number: int, typed: Values, problems: Problems) -> str:
    act = typed.get("act", "")
    with reading() as connection:
        found = standing_discrepancy(connection, number)
        if act not in acts_for(found) or act == "accept":
            raise Refusal(404, "not_found", t("book.cannot_resolve"))
    rehearsal: Rehearsal | None = None
    if not problems and is_complete(act, typed):
        rehearsal, problems = _rehearsed(found, typed)
    with reading() as connection:
        lots = lots_of(connection, found.item_id) if act == "relabel" else []
    return render_template(
        "stock/resolve.html",
        found=found,
        act=act,
        values=typed,
        problems=problems,
        rehearsal=rehearsal,
        lots=lots,
    )


def _rehearsed(found: Any, typed: Values) -> tuple[Rehearsal | None, Problems]:
    """What would be posted, or why that cannot be."""
    values = {"lot": "", "note": "", "item": "", **typed}
    try:
        return rehearse(
            lambda connection: DRAFTS[values["act"]](connection, found, how_of(connection, values)),
            current_user_id(),
            now_ms(),
        ), {}
    except Refusal as refusal:
        return None, problems_of(refusal)
