"""People's pages: signing in and out, one's own account."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from app.database import transaction
from app.errors import Refusal
from app.forms import Problems, problems_of, read_form
from app.people.account import change_own_password, own_sign_ins
from app.people.entrance import admit, safe_target
from app.people.guard import (
    current_person,
    drop_cookie,
    keep_cookie,
    origin_of,
    person,
    require_role,
    session_days,
)
from app.people.schemas import OwnPasswordSchema
from app.people.sign_ins import revoke, revoke_all
from app.words import t

pages = Blueprint("people", __name__)


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response:
    """The door: a form, and back to where one was going."""
    target = safe_target(request.values.get("next"), "/")
    if request.method == "POST":
        return _try_to_admit(target)
    if person() is not None:
        return _redirect(target)
    return make_response(render_template("people/sign_in.html", target=target, email="", problem=""))


@pages.route("/sign-out", methods=["POST"])
@require_role("viewer")
def sign_out() -> Response:
    """End this session."""
    found = current_person()
    with transaction():
        revoke(found.id, found.session)
    answer = _redirect(url_for("people.sign_in"))
    drop_cookie(answer)
    return answer


@pages.route("/account")
@require_role("viewer")
def account() -> str:
    """One's own account."""
    return _account({})


@pages.route("/account/password", methods=["POST"])
@require_role("viewer")
def change_password() -> Response:
    """Exchange one's password; the other browsers are signed out."""
    values, problems = read_form(OwnPasswordSchema())
    if not problems:
        try:
            change_own_password(values["current"], values["password"])
        except Refusal as refusal:
            problems = problems_of(refusal)
    if problems:
        return make_response(_account(problems), 422)
    flash(t("people.password_changed"), "green")
    return _redirect(url_for("people.account"))


@pages.route("/account/sessions/<string(maxlength=64):session>", methods=["POST"])
@require_role("viewer")
def end_session(session: str) -> Response:
    """Sign one browser out."""
    with transaction():
        revoke(current_person().id, session)
    flash(t("people.session_ended"), "green")
    return _redirect(url_for("people.account"))


@pages.route("/account/sessions", methods=["POST"])
@require_role("viewer")
def end_other_sessions() -> Response:
    """Sign every other browser out."""
    found = current_person()
    with transaction():
        revoke_all(found.id, found.session)
    flash(t("people.others_ended"), "green")
    return _redirect(url_for("people.account"))


def _account(problems: Problems) -> str:
    return render_template("people/account.html", sessions=own_sign_ins(), problems=problems)


def _try_to_admit(target: str) -> Response:
    email = request.form.get("email", "")[:254]
    try:
        admission = admit(email, request.form.get("password", "")[:1000], origin_of(request), session_days())
    except Refusal as refusal:
        page = render_template("people/sign_in.html", target=target, email=email, problem=refusal.message)
        return make_response(page, refusal.status, _retry_header(refusal))
    answer = _redirect(target)
    keep_cookie(answer, admission.token)
    return answer


def _retry_header(refusal: Refusal) -> dict[str, str]:
    wait = refusal.fields.get("retry_after")
    return {"Retry-After": str(wait)} if wait else {}


def _redirect(target: str) -> Response:
    return make_response(redirect(target, 303))
