"""The page on which one sets the PIN for shared devices."""

from flask import Blueprint, Response, flash, render_template, request

from app.database import transaction
from app.people.access.owner import confirm_owner, is_fresh
from app.people.devices.pins import clear_pin, has_pin, new_proof, set_pin
from app.people.devices.schemas import PinSchema
from app.people.guard import current_person, current_user_id, require_role
from app.web.errors import Refusal
from app.web.forms import Problems, problems_of, read_form
from app.web.replies import once_more, to_page
from app.words import t

pin_pages = Blueprint("pin_pages", __name__, url_prefix="/account/pin")


@pin_pages.route("", methods=["GET", "POST"])
@require_role("viewer")
def pin() -> Response | str:
    """Set or change one's PIN."""
    if request.method == "GET":
        return _page({})
    values, problems = read_form(PinSchema())
    if not problems and values["pin"] != request.form.get("again", ""):
        problems = {"again": t("devices.pin_differs")}
    if not problems:
        problems = _changed(values["pin"], values["current"])
    if problems:
        return once_more(_page(problems))
    flash(t("devices.pin_was_set"), "green")
    return to_page("pin_pages.pin")


@pin_pages.route("/removal", methods=["POST"])
@require_role("viewer")
def removal() -> Response:
    """Take one's PIN away."""
    with transaction() as connection:
        clear_pin(connection, current_user_id())
    flash(t("devices.pin_was_removed"), "green")
    return to_page("pin_pages.pin")


def _changed(digits: str, password: str) -> Problems:
    """Set the PIN; what is wrong, by field."""
    try:
        confirm_owner(password)
        proof = new_proof(digits)
        with transaction() as connection:
            set_pin(connection, current_user_id(), proof)
    except Refusal as refusal:
        return problems_of(refusal)
    return {}


def _page(problems: Problems) -> str:
    shown = {"is_set": has_pin(current_user_id()), "fresh": is_fresh(current_person().session)}
    return render_template("people/pin.html", problems=problems, **shown)
