"""People over JSON: the session one is in."""

from typing import Any

from flask import Response, after_this_request, request

from app.database import transaction
from app.people.access.credentials import (
    drop_cookie,
    end_former_session,
    keep_cookie,
    origin_of,
    session_days,
)
from app.people.access.entrance import Attempt, admit
from app.people.access.sign_ins import Person, revoke
from app.people.guard import current_person, require_role
from app.people.schemas import SessionSchema, SignInSchema
from app.web.api import Blueprint

sessions = Blueprint("session", __name__, url_prefix="/api/session", description="Signing in and out.")


@sessions.route("", methods=["POST"])
@sessions.arguments(SignInSchema)
@sessions.response(200, SessionSchema)
@sessions.doc(security=[])
def sign_in(given: dict[str, Any]) -> dict[str, Any]:
    """Sign in

    Sets the session cookie. 401 `wrong_credentials` tells nothing about which of the two was wrong;
    429 `retry_after` after too many attempts on the account or from the address. 401
    `second_factor_required`: the password was right, send it again with `code`, six digits of the
    person's app or a recovery code; 401 `wrong_code` when that was wrong or used before.
    """
    attempt = Attempt(given["email"], given["password"], given["code"])
    admission = admit(attempt, origin_of(request), session_days())
    end_former_session()

    @after_this_request
    def keep(response: Response) -> Response:
        keep_cookie(response, admission.token)
        return response

    return _session(admission.person)


@sessions.route("", methods=["GET"])
@require_role("viewer")
@sessions.response(200, SessionSchema)
def current_session() -> dict[str, Any]:
    """Who is signed in"""
    return _session(current_person())


@sessions.route("", methods=["DELETE"])
@require_role("viewer")
@sessions.response(204)
def sign_out() -> None:
    """Sign out

    Ends the session on the server; its cookie opens nothing any more.
    """
    person = current_person()
    with transaction():
        revoke(person.id, person.session)
    after_this_request(_drop)


def _drop(response: Response) -> Response:
    drop_cookie(response)
    return response


def _session(person: Person) -> dict[str, Any]:
    return {"user": person, "csrf_token": person.csrf_token, "expires_at": person.expires_at}
