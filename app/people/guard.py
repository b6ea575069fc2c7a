"""The guard at every door: who is asking, and may they."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Response, abort, has_request_context, redirect, request, url_for
from flask_login import current_user

from app.clock import now_ms
from app.people.access.factor_grace import is_required_of
from app.people.access.personal_tokens import bearer, scope_allows
from app.people.access.sign_ins import Person
from app.people.access.throttle import count_browsing
from app.people.roles import READING, TOP, allows
from app.people.sites import Sites
from app.settings import in_force
from app.web.errors import Refusal, wants_json
from app.words import t

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

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
    if role == TOP and request.method not in READING:
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
