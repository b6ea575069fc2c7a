"""People's pages: signing in and out."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from app.database import transaction
from app.errors import Refusal
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
from app.people.sign_ins import revoke

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
