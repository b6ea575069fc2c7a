"""Office pages that post: adjust what stands on a shelf, move goods from one place to another."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, flash, make_response, render_template, request
from marshmallow import Schema, ValidationError
from sqlalchemy import Connection

from app.clock import now_ms
from app.database import reading, transaction
from app.people.guard import current_user_id, require_role
from app.stock.office.goods_forms import ACTS, ADJUST_FORM, MOVE_FORM, adjustment, movement, post_one
from app.stock.office.posted_note import posted_note
from app.stock.office.posting import Draft, uuid7
from app.stock.office.rehearsal import Rehearsal, rehearse
from app.stock.quarantine.amendment import beside
from app.stock.typed_codes import item_code, lots_of, named_item, place_code
from app.values.numbers import whole_number
from app.web.errors import Refusal
from app.web.forms import Problems, Values, problems_of, read_form
from app.web.replies import to_page
from app.words import t
from sync.movement import REASONS

posting_pages = Blueprint("posting_pages", __name__, url_prefix="/stock")

Maker = Callable[[Connection, Mapping[str, Any]], Draft]
UNSAID = "…"
"""Stands for a reason that is not given yet."""
ASKED = ("item", "location", "from", "to")


@posting_pages.route("/adjust", methods=["GET", "POST"])
@require_role("manager")
def adjust() -> Response | str:
    """Say what really stands on a shelf, or what came to light or is missing."""
    return _posting("stock/adjust.html", ADJUST_FORM(), adjustment)


@posting_pages.route("/move", methods=["GET", "POST"])
@require_role("manager")
def move() -> Response | str:
    """Move goods on the books."""
    return _posting("stock/move.html", MOVE_FORM(), movement)


def _posting(template: str, schema: Schema, maker: Maker) -> Response | str:
    if request.method == "GET":
        return _form(template, _asked_for(), {}, None)
    looking = bool(request.form.get("look"))
    values, problems = _tried(schema) if looking else read_form(schema)
    typed = {name: request.form.get(name, "") for name in schema.fields}
    if problems:
        return _answer(_form(template, typed, {} if looking else problems, None), looking)
    try:
        if looking:
            found = rehearse(lambda connection: [maker(connection, values)], current_user_id(), now_ms())
            return _form(template, typed, {}, found)
        with transaction() as connection:
            draft = maker(connection, values)
            posted = post_one(connection, draft, values["note"], (current_user_id(), now_ms()))
    except Refusal as refusal:
        found_problems = beside(refusal) or problems_of(refusal)
        return _answer(_form(template, typed, found_problems, None), looking)
    flash(posted_note(t("stock.was_posted"), posted), "green")
    return to_page("movement_pages.one", operation_id=posted)


def _tried(schema: Schema) -> tuple[Values, Problems]:
    """The form as far as it goes: what it would do can be shown before a reason is given."""
    typed = {name: request.form[name] for name in schema.fields if request.form.get(name)}
    try:
        return schema.load({"note": UNSAID, **typed}), {}
    except ValidationError:
        return typed, {"": ""}


def _asked_for() -> dict[str, str]:
    """What the address names: an item and a place by number, a lot; with an id to post under."""
    asked = {name: whole_number(request.args.get(name, "")) for name in ASKED}
    numbers = {name: number for name, number in asked.items() if number is not None}
    with reading() as connection:
        item = item_code(connection, numbers.pop("item", None))
        places = {name: place_code(connection, number) for name, number in numbers.items()}
    lot = request.args.get("lot", "")[:64]
    return {"id": uuid7(now_ms()), "act": "set", "reason": "transfer", "item": item, "lot": lot, **places}


def _form(template: str, typed: dict[str, str], problems: Problems, rehearsal: Rehearsal | None) -> str:
    with reading() as connection:
        try:
            item = named_item(connection, typed["item"]) if typed.get("item") else None
        except Refusal:
            item = None
        lots = lots_of(connection, item.id if item else None)
    return render_template(
        template,
        values=typed,
        problems=problems,
        rehearsal=rehearsal,
        item=item,
        lots=lots,
        acts=[(name, t(f"stock.adjust_{name}"), t(f"stock.adjust_{name}_text")) for name in ACTS],
        reasons=REASONS,
    )


def _answer(page: str, looking: bool) -> Response:
    """The form again; what is not finished while one types is no failure."""
    return make_response(page, 200 if looking else 422)
