"""A user's access over JSON, for administrators: links, sites, sessions, second factor, tokens."""

from typing import Any

from flask import url_for

from app.database import reading, transaction
from app.people.access.entry_links import make_link
from app.people.access.link_mail import send_link
from app.people.access.owner import require_owner
from app.people.access.personal_tokens import open_tokens, revoke_token
from app.people.access.schemas import LinkSchema, SitesSchema, TokensSchema
from app.people.access.second_factor import remove_factor
from app.people.access.sign_ins import revoke, revoke_all
from app.people.account.own_account import sign_ins_of
from app.people.guard import own_session_of, require_role
from app.people.models import User
from app.people.schemas import SignInRowsSchema
from app.people.sites import chosen_sites
from app.people.users import change_sites, user_by_id
from app.web.api import Blueprint
from app.web.errors import Refusal
from app.words import t

access = Blueprint("access", __name__, url_prefix="/api/users/<int:user_id>", description="Access of users.")


@access.route("/link", methods=["POST"])
@require_role("administrator")
@require_owner
@access.response(201, LinkSchema)
def link_made(user_id: int) -> dict[str, Any]:
    """Make a link that opens the door once

    With it an invited user comes in, or one who forgot the password chooses a new one. Links made before
    open nothing any more. 409 `disabled`.
    """
    with transaction() as connection:
        fresh = make_link(connection, user_id)
        address = url_for("join.welcome", token=fresh.token, _external=True)
        mailed = send_link(connection, fresh, address)
    return {"link": address, "expires_at": fresh.expires_at, "mailed": mailed}


@access.route("/sites", methods=["GET"])
@require_role("administrator")
@access.response(200, SitesSchema)
def sites_shown(user_id: int) -> dict[str, Any]:
    """Show the sites that are open to a user"""
    return _sites(user_by_id(user_id))


@access.route("/sites", methods=["PUT"])
@require_role("administrator")
@require_owner
@access.arguments(SitesSchema)
@access.response(200, SitesSchema)
def sites_changed(given: dict[str, Any], user_id: int) -> dict[str, Any]:
    """Open every site to a user, or some alone

    It holds from the user's next request on. To an administrator every site is open.
    """
    with transaction() as connection:
        change_sites(connection, user_id, given["all_sites"], given["sites"])
    return _sites(user_by_id(user_id))


@access.route("/sessions", methods=["GET"])
@require_role("administrator")
@access.response(200, SignInRowsSchema)
def sessions_listed(user_id: int) -> dict[str, Any]:
    """List the browsers in which a user is signed in"""
    return {"rows": sign_ins_of(user_by_id(user_id).id, own_session_of(user_id))}


@access.route("/sessions/<string(maxlength=64):session>", methods=["DELETE"])
@require_role("administrator")
@access.response(204)
def session_ended(user_id: int, session: str) -> None:
    """Sign a user out in one browser"""
    with transaction():
        if not revoke(user_id, session):
            raise Refusal(404, "not_found", t("people.session_unknown"))


@access.route("/second-factor", methods=["DELETE"])
@require_role("administrator")
@require_owner
@access.response(204)
def factor_removed(user_id: int) -> None:
    """Take a user's second factor away

    For one who lost phone and recovery codes; every session of the user ends.
    """
    user_by_id(user_id)
    with transaction() as connection:
        if not remove_factor(connection, user_id):
            raise Refusal(404, "not_found", t("account.factor_none"))
        revoke_all(user_id, own_session_of(user_id))


@access.route("/tokens", methods=["GET"])
@require_role("administrator")
@access.response(200, TokensSchema)
def tokens_listed(user_id: int) -> dict[str, Any]:
    """List the tokens of a user"""
    return {"rows": open_tokens(user_by_id(user_id).id)}


@access.route("/tokens/<int(max=2147483647):token_id>", methods=["DELETE"])
@require_role("administrator")
@access.response(204)
def token_revoked(user_id: int, token_id: int) -> None:
    """Revoke a token of a user"""
    user_by_id(user_id)
    with transaction() as connection:
        revoke_token(connection, user_id, token_id)


def _sites(user: User) -> dict[str, Any]:
    with reading() as connection:
        return {"all_sites": user.all_sites, "sites": chosen_sites(connection, user.id)}
