"""People's pages: signing in and out, one's own account."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request

from app.clock import now_ms
from app.database import transaction
from app.people.access.credentials import (
    drop_cookie,
    end_former_session,
    keep_cookie,
    origin_of,
    session_days,
)
from app.people.access.entrance import Admission, Attempt, admit, admit_by_code, half_open, safe_target
from app.people.access.personal_tokens import count_tokens, open_tokens
from app.people.access.sign_ins import revoke, revoke_all
from app.people.account.own_account import change_own_password, own_factor, own_sign_ins
from app.people.devices.register import count_devices
from app.people.guard import current_person, person, require_role
from app.people.schemas import OwnPasswordSchema
from app.people.users import shortest_password
from app.web.errors import Refusal
from app.web.forms import Problems, problems_of, read_form
from app.web.replies import once_more, to_page
from app.words import t

pages = Blueprint("people", __name__)

CLEARED = '"cache"'
"""Pictures and parts of snapshots, which a browser may keep; its store is the floor app's and stays."""


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response:
    """The door: a form, and back to where one was going."""
    target = safe_target(request.values.get("next"), "/")
    if request.method == "POST":
        return _try_to_admit(target)
    if person() is not None:
        return _redirect(target)
    return make_response(render_template("people/sign_in.html", target=target, email="", problem=""))


@pages.route("/sign-in/code", methods=["POST"])
def second_step() -> Response:
    """The second step at the door: a code of the person's own app, or a recovery code."""
    target = safe_target(request.form.get("next"), "/")
    half, code = request.form.get("half", "")[:1000], request.form.get("code", "")[:40]
    try:
        admission = admit_by_code(half, code, origin_of(request), session_days())
    except Refusal as refusal:
        if refusal.code in {"wrong_code", "retry_after"}:
            return _ask_for_code(target, half, refusal)
        page = render_template("people/sign_in.html", target=target, email="", problem=refusal.message)
        return make_response(page, refusal.status)
    return _admitted(admission, target)


@pages.route("/sign-out", methods=["POST"])
@require_role("viewer")
def sign_out() -> Response:
    """End this session."""
    found = current_person()
    with transaction():
        revoke(found.id, found.session)
    answer = to_page("people.sign_in")
    drop_cookie(answer)
    answer.headers["Clear-Site-Data"] = CLEARED
    return answer


@pages.route("/account")
@require_role("viewer")
def account() -> str:
    """One's own account."""
    return _account({})


@pages.route("/account/password", methods=["POST"])
@require_role("viewer")
def change_password() -> Response:
    """Exchange one's password; the other browsers are signed out, tokens and devices as one chooses."""
    values, problems = read_form(OwnPasswordSchema())
    if not problems:
        try:
            change_own_password(**values)
        except Refusal as refusal:
            problems = problems_of(refusal)
    if problems:
        return once_more(_account(problems))
    flash(t("people.password_changed"), "green")
    return to_page("people.account")


@pages.route("/account/sessions/<string(maxlength=64):session>", methods=["POST"])
@require_role("viewer")
def end_session(session: str) -> Response:
    """Sign one browser out."""
    with transaction():
        revoke(current_person().id, session)
    flash(t("people.session_ended"), "green")
    return to_page("people.account")


@pages.route("/account/sessions", methods=["POST"])
@require_role("viewer")
def end_other_sessions() -> Response:
    """Sign every other browser out."""
    found = current_person()
    with transaction():
        revoke_all(found.id, found.session)
    flash(t("people.others_ended"), "green")
    return to_page("people.account")


def _account(problems: Problems) -> str:
    found = current_person()
    shown = {"sessions": own_sign_ins(), "factor": own_factor(), "tokens": open_tokens(found.id)}
    counted = {"open_tokens": count_tokens(found.id), "open_devices": count_devices(found.id)}
    measures = {"shortest": shortest_password(), "now": now_ms(), **counted}
    return render_template("people/account.html", **shown, **measures, problems=problems)


def _try_to_admit(target: str) -> Response:
    email = request.form.get("email", "")[:254]
    attempt = Attempt(email, request.form.get("password", "")[:1000])
    try:
        admission = admit(attempt, origin_of(request), session_days())
    except Refusal as refusal:
        if refusal.code == "second_factor_required":
            return _ask_for_code(target, half_open(email))
        page = render_template("people/sign_in.html", target=target, email=email, problem=refusal.message)
        return make_response(page, refusal.status, _retry_header(refusal))
    return _admitted(admission, target)


def _ask_for_code(target: str, half: str, refusal: Refusal | None = None) -> Response:
    problem = refusal.message if refusal else ""
    page = render_template("people/second_step.html", target=target, half=half, problem=problem)
    status = refusal.status if refusal else 200
    return make_response(page, status, _retry_header(refusal) if refusal else {})


def _admitted(admission: Admission, target: str) -> Response:
    end_former_session()
    answer = _redirect(target)
    keep_cookie(answer, admission.token)
    return answer


def _retry_header(refusal: Refusal) -> dict[str, str]:
    wait = refusal.fields.get("retry_after")
    return {"Retry-After": str(wait)} if wait else {}


def _redirect(target: str) -> Response:
    return make_response(redirect(target, 303))
