"""One's own account over JSON: password and sessions."""

from typing import Any

from app.api import Blueprint
from app.database import transaction
from app.errors import Refusal
from app.people.account import change_own_password, own_sign_ins
from app.people.guard import current_person, require_role
from app.people.schemas import OwnPasswordSchema, SignInRowsSchema
from app.people.sign_ins import revoke
from app.words import t

account = Blueprint("account", __name__, url_prefix="/api/account", description="One's own account.")


@account.route("/password", methods=["PUT"])
@require_role("viewer")
@account.arguments(OwnPasswordSchema)
@account.response(204)
def password_changed(given: dict[str, Any]) -> None:
    """Change one's password

    Signs every other browser out.
    """
    change_own_password(given["current"], given["password"])


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
