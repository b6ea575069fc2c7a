"""The guard at every door: who is asking, may they, and did they mean to."""

import functools
import hmac
from collections.abc import Callable
from contextlib import suppress
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import (
    Flask,
    Request,
    Response,
    abort,
    g,
    has_request_context,
    redirect,
    request,
    url_for,
)
from flask_login import LoginManager, current_user

from app.clock import now_ms
from app.database import transaction
from app.monitoring.logs import note
from app.people.grace import is_required_of
from app.people.personal_tokens import note_use, scope_allows, token_person
from app.people.roles import ROLES, allows
from app.people.sign_ins import DAY_MS, Origin, Person, is_stale, person_of, renew, revoke
from app.people.sites import Sites
from app.people.throttle import count_browsing, count_request
from app.settings import in_force
from app.web.errors import Refusal, wants_json
from app.words import t

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

READING = {"GET", "HEAD", "OPTIONS"}
OPENING = {"session.sign_in", "people.sign_in", "people.second_step"}
"""Endpoints that need no session's token because they open the session: the password proves intent."""

TO_SET_UP = {
    "people.account",
    "people.sign_out",
    "factor_pages.show",
    "factor_pages.confirm",
    "session.current_session",
    "session.sign_out",
    "account.factor_started",
    "account.factor_confirmed",
}
"""What one may still do who must set up a second factor."""


def register_guard(app: Flask) -> None:
    """Know the person behind every request; refuse writes that another site could have forged."""
    keeper = LoginManager()
    keeper.init_app(app, add_context_processor=False)
    keeper.request_loader(_load_person)
    app.before_request(_refuse_forged_write)
    app.before_request(_slow_program_down)
    app.after_request(_renew_cookie)
    app.jinja_env.globals.update(current_user=current_user, csrf_token=csrf_token, may=may)
    app.jinja_env.globals["factor_reminder"] = factor_reminder


def person() -> Person | None:
    """Who is signed in; None for nobody."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def current_person() -> Person:
    """Who is signed in. Raises Refusal 401 for nobody."""
    found = person()
    if found is None:
        raise Refusal(401, "sign_in_required", t("people.sign_in_first"))
    return found


def current_user_id() -> int:
    """The id of the user who is signed in. Raises Refusal 401 for nobody."""
    return current_person().id


def own_session_of(user_id: int) -> str:
    """The session that asks, when it is this user's: what ends the others must spare it."""
    found = current_person()
    return found.session if found.id == user_id else ""


def may(role: str) -> bool:
    """Whether the one who asks may do what needs this role."""
    found = person()
    return found is not None and allows(found.role, role)


def require_role(role: str) -> Callable[[Callable[Parameters, Result]], Callable[Parameters, Result]]:
    """Open a view only to people of this role or a higher one.

    A program gets 401 or 403; a person is sent to the sign-in page or told that it is not allowed.
    It stands directly below the route, so that nobody's input is looked at before its sender.
    """

    def decorate(view: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
        @functools.wraps(view)
        def guarded(*args: Parameters.args, **named: Parameters.kwargs) -> Result:
            check_role(role)
            return view(*args, **named)

        vars(guarded)["needed_role"] = role
        return guarded

    return decorate


def check_role(role: str) -> None:
    """End the request unless the one who asks has this role.

    Raises Refusal 401, and 403 ``not_allowed``, ``scope_too_small`` or ``second_factor_needed``; a page is
    sent to where one signs in or sets up a second factor.
    """
    if person() is None:
        _ask_to_sign_in()
    if not may(role):
        raise Refusal(403, "not_allowed", t("people.not_allowed", role=t(f"people.role_{role}")))
    found = current_person()
    if not found.token:
        count_browsing(found.id, in_force().browser_requests)
    if found.token and not _reaches(found, role):
        raise Refusal(403, "scope_too_small", t("account.scope_too_small"))
    if must_set_up(found) and request.endpoint not in TO_SET_UP:
        _ask_to_set_up()


def _reaches(found: Person, role: str) -> bool:
    """Whether a token reaches so far: what only administrators change, none changes, whatever its way."""
    if role == ROLES[-1] and request.method not in READING:
        return False
    return scope_allows(found.scopes, request.method, request.path)


def must_set_up(found: Person) -> bool:
    """Whether somebody comes no further before a second factor is set up."""
    return not found.has_factor and found.factor_due_at <= now_ms() and is_required_of(found.role)


def factor_reminder() -> int | None:
    """Until when the one who asks must set up a second factor; None for one who need not."""
    found = person()
    if found is None or found.has_factor or not is_required_of(found.role):
        return None
    return found.factor_due_at


def current_sites() -> Sites:
    """The sites that are open to the one who asks. Raises Refusal 401 for nobody."""
    return current_person().sites


def viewer_sites() -> Sites:
    """The sites that are open to the person who asks; all where no person does: work and doors of devices.

    What people look at narrows itself by this, so that a list cannot forget it.
    """
    found = person() if has_request_context() else None
    return found.sites if found else None


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


def bearer(header: str) -> str:
    """The token of an ``Authorization`` header; empty where it holds something else."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.casefold() == "bearer" else ""


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


def _ask_to_sign_in() -> None:
    """End the request: with 401 for a program, on the sign-in page for a person."""
    if wants_json():
        if bearer(request.headers.get("Authorization", "")):
            raise Refusal(401, "token_invalid", t("account.token_invalid"))
        raise Refusal(401, "sign_in_required", t("people.sign_in_first"))
    target = request.full_path.rstrip("?") if request.method in READING else None
    address = url_for("people.sign_in", next=target)
    if request.headers.get("HX-Request"):
        answer = Response(status=200, headers={"HX-Redirect": url_for("people.sign_in")})
        abort(answer)
    abort(redirect(address))


def _ask_to_set_up() -> None:
    """End the request: only a second factor leads on."""
    if wants_json():
        raise Refusal(403, "second_factor_needed", t("account.factor_needed"))
    address = url_for("factor_pages.show")
    if request.headers.get("HX-Request"):
        abort(Response(status=200, headers={"HX-Redirect": address}))
    abort(redirect(address))
