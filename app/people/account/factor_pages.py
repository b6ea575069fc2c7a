"""Pages on which one sets up one's second factor, and takes it away."""

import segno
from flask import Blueprint, Response, flash, render_template
from markupsafe import Markup

from app.database import transaction
from app.people.access.owner import confirm_owner, is_fresh
from app.people.access.schemas import CodeSchema, CurrentPasswordSchema
from app.people.access.second_factor import confirm_factor, provisioning_uri, start_factor
from app.people.account.own_account import own_factor, remove_own_factor, renew_own_codes
from app.people.guard import current_person, require_role
from app.web.errors import Refusal
from app.web.forms import Problems, problems_of, read_form
from app.web.replies import once_more, to_page
from app.words import t

factor_pages = Blueprint("factor_pages", __name__, url_prefix="/account/second-factor")


@factor_pages.route("")
@require_role("viewer")
def show() -> str:
    """The code to scan, or what is set up already."""
    return _page({})


@factor_pages.route("", methods=["POST"])
@require_role("viewer")
def confirm() -> Response | str:
    """Take the first code of the app; the recovery codes are shown this once."""
    values, problems = read_form(CodeSchema())
    if not problems:
        try:
            confirm_owner(values["current"])
            with transaction() as connection:
                codes = confirm_factor(connection, current_person().id, values["code"])
            return render_template("people/codes.html", codes=codes)
        except Refusal as refusal:
            problems = problems_of(refusal)
    return once_more(_page(problems))


@factor_pages.route("/codes", methods=["POST"])
@require_role("viewer")
def renew() -> Response | str:
    """New recovery codes, against the password."""
    values, problems = read_form(CurrentPasswordSchema())
    if not problems:
        try:
            return render_template("people/codes.html", codes=renew_own_codes(values["current"]))
        except Refusal as refusal:
            problems = problems_of(refusal)
    return once_more(_page(problems))


@factor_pages.route("/removal", methods=["POST"])
@require_role("viewer")
def remove() -> Response:
    """Ask for no code any more, against the password."""
    values, problems = read_form(CurrentPasswordSchema())
    if not problems:
        try:
            remove_own_factor(values["current"])
        except Refusal as refusal:
            problems = problems_of(refusal)
    if problems:
        return once_more(_page(problems))
    flash(t("account.factor_removed"), "green")
    return to_page("people.account")


def _page(problems: Problems) -> str:
    factor, person = own_factor(), current_person()
    if factor["active"]:
        return render_template("people/factor.html", factor=factor, problems=problems)
    with transaction() as connection:
        secret = start_factor(connection, person.id)
    image = segno.make(provisioning_uri(secret, person.email), error="m")
    code = Markup(image.svg_inline(border=2, light="#fff", omitsize=True))  # noqa: S704
    spaced = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    shown = {"code": code, "secret": spaced, "fresh": is_fresh(person.session)}
    return render_template("people/factor_new.html", factor=factor, problems=problems, **shown)
