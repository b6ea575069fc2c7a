"""Office pages of the quarantine: what waits, one entry verbatim and in words, release, amend, discard."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, render_template, request
from marshmallow import Schema
from sqlalchemy import Connection

from app.clock import now_ms
from app.database import reading, transaction
from app.lists.exports import asked_kind, download
from app.people.guard import current_user_id, require_role
from app.people.views.columns import as_seen
from app.people.views.saved_views import list_page
from app.stock.office.posted_note import posted_note
from app.stock.quarantine.amendment import amended_body, beside, can_amend, typed_from
from app.stock.quarantine.decisions import discard, may_confirm, propose_discard, withdraw_proposal
from app.stock.quarantine.desk import (
    REASONS,
    found_held,
    listing_asked,
    quarantine_page,
    second_persons,
    waiting_count,
)
from app.stock.quarantine.held_operations import entry_by_id, held_message, state_of, waiting_entry
from app.stock.quarantine.held_reading import body_of, captor_of, content_of, number_of, reading_of
from app.stock.quarantine.release import release
from app.stock.quarantine.tables_out import quarantine_table
from app.stock.typed_codes import lots_of
from app.values.fields import Line
from app.web.errors import Refusal
from app.web.forms import Problems, problems_of, read_form
from app.web.replies import once_more, to_page, told
from app.words import t
from sync.movement import REASONS as MOVE_REASONS

quarantine_pages = Blueprint("quarantine_pages", __name__, url_prefix="/quarantine")

ONE = "/<int(max=2147483647):number>"
ONE_PAGE = "quarantine_pages.one"
FORM_FIELDS = ("item", "lot", "from", "to", "location", "quantity", "serials", "expires_on", "reason")


class WhySchema(Schema):
    """Why an entry is discarded."""

    reason = Line(200, required=True)


@quarantine_pages.route("")
@require_role("manager")
@list_page
def quarantine() -> Response | str:
    """What waits for a decision, or what was decided."""
    listing = listing_asked(request.args)
    if kind := asked_kind():
        return download(as_seen(quarantine_table(found_held(listing))), kind)
    with reading() as connection:
        page = quarantine_page(connection, listing)
        readings = {row.id: reading_of(connection, row) for row in page.rows}
        waiting = waiting_count(connection)
    return render_template(
        "stock/quarantine.html",
        page=page,
        readings=readings,
        state_of=state_of,
        waiting=waiting,
        reasons=REASONS,
    )


@quarantine_pages.route(ONE)
@require_role("manager")
def one(number: int) -> str:
    """One entry: why it is held, what it says, what can be done."""
    with reading() as connection:
        entry = entry_by_id(connection, number)
        proposer = entry.proposed_by or current_user_id()
        return render_template(
            "stock/held.html",
            message=held_message(entry),
            entry=entry,
            said=reading_of(connection, entry),
            can_amend=can_amend(content_of(entry.raw)),
            others=second_persons(connection, entry, proposer),
            may_confirm=may_confirm(current_user_id(), captor_of(entry), entry.proposed_by),
        )


@quarantine_pages.route(f"{ONE}/release", methods=["POST"])
@require_role("manager")
def release_one(number: int) -> Response:
    """Post it as it came."""
    try:
        with transaction() as connection:
            posted = release(connection, number, None, current_user_id(), now_ms())
    except Refusal as refusal:
        return told(refusal, ONE_PAGE, number=number)
    flash(posted_note(t("stock.was_released"), posted), "green")
    return to_page(ONE_PAGE, number=number)


@quarantine_pages.route(f"{ONE}/amendment", methods=["GET", "POST"])
@require_role("manager")
def amend(number: int) -> Response | str:
    """Put right what it says, and post it."""
    with reading() as connection:
        entry = waiting_entry(connection, number)
        content, body = content_of(entry.raw), body_of(entry.raw)
        if not can_amend(content):
            raise Refusal(404, "not_found", t("book.cannot_release"))
        kind = content["kind"]
        begun = typed_from(connection, kind, body)
    if request.method == "GET":
        return _amend_form(number, kind, begun, {})
    typed = {name: request.form.get(name, "")[:40_000] for name in FORM_FIELDS}
    try:
        with transaction() as connection:
            amended = amended_body(connection, kind, body, typed)
            posted = release(connection, number, amended, current_user_id(), now_ms())
    except Refusal as refusal:
        if refusal.status == 409:
            return told(refusal, ONE_PAGE, number=number)
        return once_more(_amend_form(number, kind, typed, beside(refusal) or problems_of(refusal)))
    flash(posted_note(t("stock.was_amended"), posted), "green")
    return to_page(ONE_PAGE, number=number)


@quarantine_pages.route(f"{ONE}/proposal", methods=["POST"])
@require_role("manager")
def propose(number: int) -> Response:
    """Propose that it never counts."""
    return _discarding(number, propose_discard, "stock.was_proposed")


@quarantine_pages.route(f"{ONE}/withdrawal", methods=["POST"])
@require_role("manager")
def withdraw(number: int) -> Response:
    """Undo the proposal."""
    try:
        with transaction() as connection:
            withdraw_proposal(connection, number)
    except Refusal as refusal:
        return told(refusal, ONE_PAGE, number=number)
    flash(t("stock.was_withdrawn"), "green")
    return to_page(ONE_PAGE, number=number)


@quarantine_pages.route(f"{ONE}/discard", methods=["POST"])
@require_role("manager")
def confirm_discard(number: int) -> Response:
    """Confirm what another person proposed."""
    return _discarding(number, discard, "stock.was_discarded")


def _discarding(number: int, act: Callable[[Connection, int, int, str], None], words: str) -> Response:
    values, problems = read_form(WhySchema())
    if problems:
        flash(t("stock.say_why"), "red")
        return to_page(ONE_PAGE, number=number)
    try:
        with transaction() as connection:
            act(connection, number, current_user_id(), values["reason"])
    except Refusal as refusal:
        return told(refusal, ONE_PAGE, number=number)
    flash(t(words), "green")
    return to_page(ONE_PAGE, number=number)


def _amend_form(number: int, kind: str, typed: dict[str, str], problems: Problems) -> str:
    with reading() as connection:
        entry = entry_by_id(connection, number)
        lots = lots_of(connection, number_of(body_of(entry.raw).get("item")))
        said = reading_of(connection, entry)
    return render_template(
        "stock/amend.html",
        entry=entry,
        said=said,
        kind=kind,
        values=typed,
        problems=problems,
        lots=lots,
        reasons=MOVE_REASONS,
    )
