"""Pages on which administrators open and close doors to a person: link, sites, sessions, factor, tokens."""

from typing import Any

from flask import Blueprint, Response, flash, render_template, request, url_for

from app.clock import now_ms
from app.database import reading, transaction
from app.people.access.entry_links import FreshLink, make_link, open_link
from app.people.access.link_mail import send_link
from app.people.access.owner import require_owner
from app.people.access.personal_tokens import open_tokens, revoke_token
from app.people.access.second_factor import has_factor, remove_factor
from app.people.access.sign_ins import revoke, revoke_all
from app.people.account.own_account import sign_ins_of
from app.people.guard import own_session_of, require_role
from app.people.models import User
from app.people.sites import chosen_sites, known_sites
from app.people.users import change_sites, user_by_id
from app.values.numbers import whole_numbers
from app.web.errors import Refusal
from app.web.replies import to_page, told
from app.words import t

access_pages = Blueprint("access_pages", __name__, url_prefix="/people/<int:user_id>")


@access_pages.route("/link", methods=["POST"])
@require_role("administrator")
@require_owner
def link(user_id: int) -> Response | str:
    """Make a link to choose a password by, shown this once."""
    try:
        with transaction() as connection:
            fresh = make_link(connection, user_id)
            mailed = send_link(connection, fresh, link_address(fresh))
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        return told(refusal, "users_pages.one", user_id=user_id)
    return link_page(user_id, fresh, is_new=False, mailed=mailed)


@access_pages.route("/sites", methods=["POST"])
@require_role("administrator")
@require_owner
def sites(user_id: int) -> Response:
    """Open every site, or some alone."""
    chosen = whole_numbers(request.form.getlist("sites"))
    with transaction() as connection:
        change_sites(connection, user_id, request.form.get("reach") == "all", chosen[:1000])
    return _done(user_id, "common.saved")


@access_pages.route("/sessions", methods=["POST"])
@require_role("administrator")
def sign_out_everywhere(user_id: int) -> Response:
    """End every session of a person."""
    user_by_id(user_id)
    with transaction():
        revoke_all(user_id, own_session_of(user_id))
    return _done(user_id, "people.was_signed_out")


@access_pages.route("/sessions/<string(maxlength=64):session>", methods=["POST"])
@require_role("administrator")
def end_session(user_id: int, session: str) -> Response:
    """Sign a person out in one browser."""
    with transaction():
        revoke(user_id, session)
    return _done(user_id, "people.session_ended")


@access_pages.route("/second-factor", methods=["POST"])
@require_role("administrator")
@require_owner
def drop_factor(user_id: int) -> Response:
    """Take the second factor of one away who lost phone and recovery codes."""
    user_by_id(user_id)
    with transaction() as connection:
        remove_factor(connection, user_id)
        revoke_all(user_id, own_session_of(user_id))
    return _done(user_id, "account.factor_was_removed")


@access_pages.route("/tokens/<int(max=2147483647):token_id>", methods=["POST"])
@require_role("administrator")
def end_token(user_id: int, token_id: int) -> Response:
    """Revoke a token of a person."""
    with transaction() as connection:
        revoke_token(connection, user_id, token_id)
    return _done(user_id, "account.token_was_revoked")


def access_of(user: User) -> dict[str, Any]:
    """What a person's page shows of the doors that are open."""
    with reading() as connection:
        chosen, choices = chosen_sites(connection, user.id), known_sites(connection)
    return {
        "user": user,
        "sessions": sign_ins_of(user.id, own_session_of(user.id)),
        "link": open_link(user.id),
        "has_factor": has_factor(user.id),
        "tokens": open_tokens(user.id),
        "now": now_ms(),
        "chosen": chosen,
        "choices": choices,
    }


def link_address(fresh: FreshLink) -> str:
    """What the owner of a link opens."""
    return url_for("join.welcome", token=fresh.token, _external=True)


def link_page(user_id: int, fresh: FreshLink, is_new: bool, mailed: bool) -> str:
    """The page that shows a link this once; where it was sent as well, behind a fold."""
    shown = {
        "address": link_address(fresh),
        "expires_at": fresh.expires_at,
        "is_new": is_new,
        "mailed": mailed,
    }
    return render_template("people/link.html", user=user_by_id(user_id), **shown)


def _done(user_id: int, words: str) -> Response:
    flash(t(words, name=user_by_id(user_id).name), "green")
    return _to(user_id)


def _to(user_id: int) -> Response:
    return to_page("users_pages.one", user_id=user_id)
