"""One's own account over JSON: password, sessions, second factor and tokens."""

from typing import Any

from app.database import transaction
from app.people.access.owner import confirm_owner
from app.people.access.personal_tokens import make_token, open_tokens, revoke_token
from app.people.access.schemas import (
    CodeSchema,
    CurrentPasswordSchema,
    FactorSchema,
    FactorStartSchema,
    FreshTokenSchema,
    NewTokenSchema,
    RecoveryCodesSchema,
    TokensSchema,
)
from app.people.access.second_factor import confirm_factor, provisioning_uri, start_factor
from app.people.access.sign_ins import revoke
from app.people.account.own_account import (
    change_own_password,
    own_factor,
    own_sign_ins,
    remove_own_factor,
    renew_own_codes,
)
from app.people.guard import current_person, require_role
from app.people.schemas import OwnPasswordSchema, SignInRowsSchema
from app.web.api import Blueprint
from app.web.errors import Refusal
from app.words import t

account = Blueprint("account", __name__, url_prefix="/api/account", description="One's own account.")


@account.route("/password", methods=["PUT"])
@require_role("viewer")
@account.arguments(OwnPasswordSchema)
@account.response(204)
def password_changed(given: dict[str, Any]) -> None:
    """Change one's password

    Signs every other browser out, and ends one's tokens unless they are to be kept. Devices have
    credentials of their own and work on, unless they are to end.
    """
    change_own_password(**given)


@account.route("/sessions", methods=["GET"])
@require_role("viewer")
@account.response(200, SignInRowsSchema)
def sessions_listed() -> dict[str, Any]:
    """List the browsers in which one is signed in"""
    return {"rows": own_sign_ins()}


@account.route("/sessions/<string(maxlength=64):session>", methods=["DELETE"])
@require_role("viewer")
@account.response(204)
def session_ended(session: str) -> None:
    """Sign a browser out"""
    with transaction():
        if not revoke(current_person().id, session):
            raise Refusal(404, "not_found", t("people.session_unknown"))


@account.route("/second-factor", methods=["GET"])
@require_role("viewer")
@account.response(200, FactorSchema)
def factor_shown() -> dict[str, Any]:
    """Show whether a code is asked for at sign-in"""
    return own_factor()


@account.route("/second-factor", methods=["POST"])
@require_role("viewer")
@account.response(200, FactorStartSchema)
def factor_started() -> dict[str, Any]:
    """Begin to set up a second factor

    Nothing changes before a code of the app was sent with PUT. 409 `second_factor_exists`.
    """
    person = current_person()
    with transaction() as connection:
        secret = start_factor(connection, person.id)
    return {"secret": secret, "uri": provisioning_uri(secret, person.email)}


@account.route("/second-factor", methods=["PUT"])
@require_role("viewer")
@account.arguments(CodeSchema)
@account.response(200, RecoveryCodesSchema)
def factor_confirmed(given: dict[str, Any]) -> dict[str, Any]:
    """Confirm a second factor by a code of the app

    Answers with the recovery codes. 429 `retry_after` after too many wrong codes.
    """
    confirm_owner(given["current"])
    with transaction() as connection:
        return {"codes": confirm_factor(connection, current_person().id, given["code"])}


@account.route("/second-factor/removal", methods=["POST"])
@require_role("viewer")
@account.arguments(CurrentPasswordSchema)
@account.response(204)
def factor_removed(given: dict[str, Any]) -> None:
    """Remove one's second factor"""
    remove_own_factor(given["current"])


@account.route("/second-factor/codes", methods=["POST"])
@require_role("viewer")
@account.arguments(CurrentPasswordSchema)
@account.response(200, RecoveryCodesSchema)
def codes_renewed(given: dict[str, Any]) -> dict[str, Any]:
    """Make new recovery codes

    Those before stand for nothing any more.
    """
    return {"codes": renew_own_codes(given["current"])}


@account.route("/tokens", methods=["GET"])
@require_role("viewer")
@account.response(200, TokensSchema)
def tokens_listed() -> dict[str, Any]:
    """List one's tokens for programs"""
    return {"rows": open_tokens(current_person().id)}


@account.route("/tokens", methods=["POST"])
@require_role("viewer")
@account.arguments(NewTokenSchema)
@account.response(201, FreshTokenSchema)
def token_made(given: dict[str, Any]) -> Any:
    """Make a token for a program

    It acts for you, within its scopes and your role. 409 `too_many`.
    """
    confirm_owner(given.pop("current"))
    with transaction() as connection:
        return make_token(connection, current_person().id, **given)


@account.route("/tokens/<int(max=2147483647):token_id>", methods=["DELETE"])
@require_role("viewer")
@account.response(204)
def token_revoked(token_id: int) -> None:
    """Revoke one of one's tokens"""
    with transaction() as connection:
        revoke_token(connection, current_person().id, token_id)
