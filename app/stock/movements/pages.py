"""Office pages of the movements: the list, one operation with its whole story, taking one back."""

from flask import Blueprint, Response, flash, render_template, request
from marshmallow import Schema

from app.clock import now_ms
from app.database import reading, transaction
from app.lists.exports import asked_kind, download
from app.people.guard import current_user_id, require_role
from app.people.views.columns import as_seen
from app.people.views.saved_views import list_page
from app.stock.book.reasons import reason_of
from app.stock.discrepancies.states import state_of_row
from app.stock.movements.desk import choices, listing_asked, movement_desk, named_filters, wanted_of
from app.stock.movements.listing import ROLES
from app.stock.movements.operation_story import caused, office_note, operation_story, taken_back_by
from app.stock.movements.tables_out import movements_table
from app.stock.office.posted_note import posted_note
from app.stock.office.posting import post_office
from app.stock.office.rehearsal import Rehearsal, rehearse
from app.stock.office.reversal import reversal_of, stands
from app.values.fields import Line
from app.values.numbers import whole_number
from app.web.errors import Refusal
from app.web.forms import Problems, problems_of, read_form
from app.web.replies import once_more, to_page, told
from app.words import t
from sync.movement import REASONS

movement_pages = Blueprint("movement_pages", __name__, url_prefix="/movements")

ONE = "/<string:operation_id>"


class TakeBackSchema(Schema):
    """Why an operation is taken back."""

    reason = Line(200, required=True)


@movement_pages.route("")
@require_role("viewer")
@list_page
def movements() -> Response | str:
    """The list, the newest first; with ``as`` all of it as a file."""
    with reading() as connection:
        known = choices(connection)
        listing = listing_asked(request.args, known)
        if kind := asked_kind():
            table = movements_table(wanted_of(connection, listing), listing.descending)
            return download(as_seen(table), kind)
        page = movement_desk(connection, listing, _place("before"), _place("after"))
        named = named_filters(connection, listing)
    return render_template(
        "stock/movements.html", page=page, known=known, named=named, roles=ROLES, reasons=REASONS
    )


@movement_pages.route(ONE)
@require_role("viewer")
def one(operation_id: str) -> str:
    """One operation: who, where, when, the verdict, what it moved, what came of it."""
    with reading() as connection:
        story = operation_story(connection, operation_id)
        operation = story["operation"]
        body = operation["body"].get("body", {}) if operation else {}
        return render_template(
            "stock/movement.html",
            story=story,
            operation=operation,
            body=body,
            state_of=state_of_row,
            can_take_back=stands(operation["kind"], operation["reversed_by_id"]) if operation else False,
            reason=reason_of(body),
            note=office_note(connection, operation_id),
            caused=caused(connection, operation_id, story["movements"]),
            taker=taken_back_by(connection, operation["reversed_by_id"] if operation else None),
        )


@movement_pages.route(f"{ONE}/reversal", methods=["GET", "POST"])
@require_role("manager")
def take_back(operation_id: str) -> Response | str:
    """Show what the counter-entry would do; post it."""
    if request.method == "GET":
        return _take_back_form(operation_id, "", {})
    values, problems = read_form(TakeBackSchema())
    if problems:
        return once_more(_take_back_form(operation_id, request.form.get("reason", ""), problems))
    try:
        with transaction() as connection:
            draft = reversal_of(connection, operation_id, values["reason"])
            (verdict,) = post_office(connection, current_user_id(), [draft], now_ms()).verdicts
    except Refusal as refusal:
        return told(refusal, "movement_pages.one", operation_id=operation_id)
    flash(posted_note(t("stock.was_taken_back"), verdict.id, undo=False), "green")
    return _to(operation_id)


def _take_back_form(operation_id: str, reason: str, problems: Problems) -> str:
    rehearsal = Rehearsal()
    try:
        rehearsal = rehearse(
            lambda connection: [reversal_of(connection, operation_id, reason)], current_user_id(), now_ms()
        )
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        problems = problems_of(refusal) | problems
    with reading() as connection:
        story = operation_story(connection, operation_id)
    return render_template(
        "stock/take_back.html", story=story, reason=reason, problems=problems, rehearsal=rehearsal
    )


def _place(name: str) -> int | None:
    """A place in the list that the address names."""
    return whole_number(request.args.get(name, ""))


def _to(operation_id: str) -> Response:
    return to_page("movement_pages.one", operation_id=operation_id)
