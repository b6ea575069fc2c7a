"""Pages on which one makes and revokes tokens for programs."""

from flask import Blueprint, Response, flash, render_template, request

from app.database import transaction
from app.people.access.owner import confirm_owner, is_fresh
from app.people.access.personal_tokens import READ, SCOPES, make_token, revoke_token
from app.people.access.schemas import NewTokenSchema
from app.people.guard import current_person, require_role
from app.web.errors import Refusal
from app.web.forms import Problems, Values, problems_of, read_form
from app.web.replies import once_more, to_page
from app.words import t

token_pages = Blueprint("token_pages", __name__, url_prefix="/account/tokens")

DAYS = (7, 30, 90, 365)


@token_pages.route("/new", methods=["GET", "POST"])
@require_role("viewer")
def new() -> Response | str:
    """Make a token; it is shown this once."""
    if request.method == "GET":
        return _form({"days": 90, "scopes": []}, {})
    values, problems = read_form(NewTokenSchema())
    if problems:
        return once_more(_form(values, problems))
    try:
        confirm_owner(values.pop("current"))
        with transaction() as connection:
            fresh = make_token(connection, current_person().id, **values)
    except Refusal as refusal:
        return once_more(_form(values, problems_of(refusal)))
    return render_template("people/token.html", fresh=fresh, name=values["name"])


@token_pages.route("/<int(max=2147483647):token_id>", methods=["POST"])
@require_role("viewer")
def revoke(token_id: int) -> Response:
    """End one of one's tokens."""
    with transaction() as connection:
        revoke_token(connection, current_person().id, token_id)
    flash(t("account.token_was_revoked"), "green")
    return to_page("people.account")


def _form(values: Values, problems: Problems) -> str:
    scopes = [scope for scope in SCOPES if scope != READ]
    shown = {"days": DAYS, "scopes": scopes, "fresh": is_fresh(current_person().session)}
    return render_template("people/new_token.html", values=values, problems=problems, **shown)
