"""Whether it is the owner of a session who asks: they have just signed in, or know the password."""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec
from urllib.parse import urlsplit

from flask import Response, make_response, render_template, request, session
from sqlalchemy import select

from app.clock import now_ms
from app.database import database
from app.people.access.entrance import confirm_password, safe_target
from app.people.access.models import SignIn
from app.people.guard import current_person
from app.people.roles import READING
from app.people.users import user_by_id
from app.web.errors import Refusal, wants_json
from app.web.forms import problems_of
from app.words import t

Parameters = ParamSpec("Parameters")
CONFIRMED = "confirmed"
"""In the signed cookie of notes: which session was confirmed with the password, and when."""
FRESH_MS = 10 * 60 * 1000
ACTS = {
    "users_pages.new": "account.act_invite",
    "users_pages.one": "account.act_change",
    "users_pages.enable": "account.act_enable",
    "access_pages.link": "account.act_link",
    "access_pages.sites": "account.act_sites",
    "access_pages.drop_factor": "account.act_factor",
    "settings_pages.show": "account.act_settings",
    "import_pages.run": "account.act_import",
    "import_pages.undo": "account.act_import_undo",
}
"""The words for each page that asks for the password in between."""


def is_fresh(token_hash: str) -> bool:
    """Whether a session was opened, or confirmed, with the password a moment ago."""
    opened_at = database.session.scalar(select(SignIn.created_at).where(SignIn.token_hash == token_hash))
    confirmed, at = session.get(CONFIRMED) or ("", 0)
    latest = max(opened_at or 0, at if confirmed == token_hash else 0)
    return opened_at is not None and now_ms() - latest < FRESH_MS


def require_owner(view: Callable[Parameters, Any]) -> Callable[Parameters, Any]:
    """Open what changes the rights of others only to one who has just proved who they are.

    A program gets 403 ``confirm_first`` and signs in anew; a person is asked for the password in between, and
    what they had sent goes on from there. It stands below ``require_role``.
    """

    @functools.wraps(view)
    def sure(*args: Parameters.args, **named: Parameters.kwargs) -> Any:
        asking = None if request.method in READING else ask_owner()
        return view(*args, **named) if asking is None else asking

    return sure


def ask_owner() -> Response | None:
    """None where it is the owner who asks; else the page that asks for the password. Raises Refusal 403."""
    if is_fresh(current_person().session):
        return None
    if wants_json():
        raise Refusal(403, "confirm_first", t("account.confirm_first"))
    problems = _confirmed() if "current" in request.form else {}
    return None if problems is None else _ask(problems)


def _confirmed() -> dict[str, str] | None:
    """None when the password was right; what is wrong with it otherwise."""
    found = current_person()
    try:
        confirm_password(user_by_id(found.id), request.form["current"][:1000], request.remote_addr or "")
    except Refusal as refusal:
        return problems_of(refusal)
    session[CONFIRMED] = (found.session, now_ms())
    return None


def _ask(problems: dict[str, str]) -> Response:
    """The page between, which sends on all that was sent."""
    kept = [(name, value) for name, value in request.form.items(multi=True) if name != "current"]
    back = safe_target(urlsplit(request.referrer or "").path, "/")
    return make_response(
        render_template("people/confirm.html", act=_act(), kept=kept, back=back, problems=problems),
        422 if problems else 403,
    )


def _act() -> str:
    """What is about to be done, and to whom: nobody should give a password for they know not what."""
    user_id = (request.view_args or {}).get("user_id")
    name = request.form.get("name", "")[:200] if user_id is None else user_by_id(user_id).name
    return t(ACTS[request.endpoint or ""], name=name)


def confirm_owner(password: str) -> None:
    """Make sure of the owner. Raises Refusal 422 beside ``current``, or 429."""
    person = current_person()
    if password or not is_fresh(person.session):
        confirm_password(user_by_id(person.id), password, request.remote_addr or "")
