"""What proves who sends a request: a session's cookie and its token against forgery, or a program's token."""

import hmac
from contextlib import suppress
from urllib.parse import urlsplit

from flask import Flask, Request, Response, g, request
from flask_login import LoginManager, current_user

from app.clock import DAY_MS
from app.database import transaction
from app.monitoring.logs import note
from app.people.access.personal_tokens import bearer, note_use, token_person
from app.people.access.sign_ins import Origin, Person, is_stale, person_of, renew, revoke
from app.people.access.throttle import count_request
from app.people.guard import factor_reminder, may, person
from app.people.roles import READING
from app.settings import in_force
from app.web.errors import Refusal, wants_json
from app.words import t

OPENING = {"session.sign_in", "people.sign_in", "people.second_step"}
"""Endpoints that need no session's token because they open the session: the password proves intent."""


def register_credentials(app: Flask) -> None:
    """Know the person behind every request; refuse writes that another site could have forged."""
    keeper = LoginManager()
    keeper.init_app(app, add_context_processor=False)
    keeper.request_loader(_load_person)
    app.before_request(_refuse_forged_write)
    app.before_request(_slow_program_down)
    app.after_request(_renew_cookie)
    app.jinja_env.globals.update(current_user=current_user, csrf_token=csrf_token, may=may)
    app.jinja_env.globals["factor_reminder"] = factor_reminder


def csrf_token() -> str:
    """What a form or script must send back to prove that our own page made the request."""
    found = person()
    return found.csrf_token if found else ""


def origin_of(asked: Request) -> Origin:
    """Where the request came from, for the list of sessions."""
    return Origin(asked.remote_addr or "", asked.user_agent.string)


def cookie_name() -> str:
    """``__Host-`` binds the cookie to this host over TLS; plain HTTP cannot carry that."""
    return "__Host-tallyman" if request.is_secure else "tallyman"


def keep_cookie(response: Response, token: str) -> None:
    """Give the browser its session."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=session_days() * DAY_MS // 1000,
        path="/",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def drop_cookie(response: Response) -> None:
    """Take the session from the browser."""
    response.delete_cookie(cookie_name(), path="/", secure=request.is_secure, httponly=True, samesite="Lax")


def end_former_session() -> None:
    """End the session that this browser had: somebody is about to come in anew."""
    found = person()
    if found is not None and found.session:
        with transaction():
            revoke(found.id, found.session)


def session_days() -> int:
    """How many days an unused session lasts."""
    return in_force().session_days


def came_from_elsewhere() -> bool:
    """Whether the browser says that another site made this request."""
    if request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        return True
    origin = request.headers.get("Origin")
    return bool(origin) and urlsplit(str(origin)).netloc != request.host


def _load_person(asked: Request) -> Person | None:
    """A device's credential or a token stands for itself: then the cookie beside it counts for nothing."""
    found = _known_person(asked)
    if found is not None:
        note(user=found.id)
    return found


def _known_person(asked: Request) -> Person | None:
    if header := asked.headers.get("Authorization"):
        given = bearer(header)
        return token_person(given) if given and wants_json() else None
    token = asked.cookies.get(cookie_name())
    return person_of(token) if token else None


def _slow_program_down() -> None:
    """Count what a token asks for. Raises Refusal 429."""
    if not bearer(request.headers.get("Authorization", "")):
        return
    found = person()
    if found is not None:
        count_request(str(found.token_id), in_force().token_requests)


def _refuse_forged_write() -> None:
    if request.method in READING or request.headers.get("Authorization"):
        return
    if came_from_elsewhere():
        raise Refusal(403, "forged", t("people.forged"))
    if request.endpoint in OPENING:
        return
    found = person()
    if found and not hmac.compare_digest(_given_csrf_token(), found.csrf_token):
        raise Refusal(403, "forged", t("people.forged"))


def _given_csrf_token() -> str:
    header = request.headers.get("X-CSRF-Token")
    if header is not None:
        return header.encode("ascii", "ignore").decode()
    is_form = request.mimetype in {"application/x-www-form-urlencoded", "multipart/form-data"}
    given = request.form.get("csrf_token", "") if is_form else ""
    return given if given.isascii() else ""


def _renew_cookie(response: Response) -> Response:
    """Slide the expiry of a session that is in use; a busy database only means: next time."""
    found = g.get("_login_user")
    if isinstance(found, Person) and found.token:
        with suppress(Refusal):
            note_use(found, request.remote_addr or "")
    elif isinstance(found, Person) and is_stale(found) and not response.headers.get("Set-Cookie"):
        with suppress(Refusal), transaction():
            renew(found.session, session_days())
            keep_cookie(response, request.cookies[cookie_name()])
    return response
