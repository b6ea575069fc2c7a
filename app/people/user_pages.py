"""Pages on which administrators look after people."""

from flask import Blueprint, Response, flash, render_template, request

from app.database import reading, transaction
from app.lists.exports import asked_kind, download
from app.lists.listing import listing_from
from app.people.access.entry_links import make_link
from app.people.access.link_mail import post, send_link
from app.people.access.owner import require_owner
from app.people.access.pages import access_of, link_address, link_page
from app.people.access.sign_ins import revoke_all
from app.people.guard import require_role
from app.people.roles import ROLES, TOP
from app.people.schemas import InvitedSchema, UserChangeSchema
from app.people.sites import known_sites
from app.people.tables_out import people_table
from app.people.users import (
    add_user,
    change_sites,
    change_user,
    disable_user,
    enable_user,
    list_users,
    user_by_id,
    users_shape,
)
from app.people.views.columns import as_seen
from app.people.views.saved_views import list_page
from app.values.numbers import whole_numbers
from app.web.errors import Refusal
from app.web.forms import Problems, Values, problems_of, read_form
from app.web.replies import once_more, to_page, told
from app.words import begun, language_name, languages, t

user_pages = Blueprint("users_pages", __name__, url_prefix="/people")

ONE = "/<int:user_id>"


@user_pages.route("")
@require_role("administrator")
@list_page
def people() -> Response | str:
    """The list; with ``as`` the whole of it as a file."""
    listing = listing_from(request.args, users_shape())
    if kind := asked_kind():
        return download(as_seen(people_table(listing)), kind)
    page = list_users(listing)
    return render_template("people/list.html", page=page, roles=role_choices())


@user_pages.route("/new", methods=["GET", "POST"])
@require_role("administrator")
@require_owner
def new() -> Response | str:
    """Invite a person: they come in by a link that is shown this once, and choose a password."""
    if request.method == "GET":
        return _new_form({"role": "operator"}, {})
    values, problems = read_form(InvitedSchema())
    if problems:
        return once_more(_new_form(values, problems))
    try:
        with transaction() as connection:
            user_id = add_user(connection, values["email"], values["name"], values["role"])
            if values["reach"] == "some" and values["role"] != TOP:
                change_sites(connection, user_id, False, values["sites"])
            fresh = make_link(connection, user_id)
            mailed = send_link(connection, fresh, link_address(fresh), values["language"])
    except Refusal as refusal:
        return once_more(_new_form(values, problems_of(refusal)))
    return link_page(user_id, fresh, is_new=True, mailed=mailed)


@user_pages.route(ONE, methods=["GET", "POST"])
@require_role("administrator")
@require_owner
def one(user_id: int) -> Response | str:
    """One person: name and role, sessions, and what may be done."""
    user = user_by_id(user_id)
    if request.method == "GET":
        return _edit_form(user_id, {"name": user.name, "role": user.role}, {})
    values, problems = read_form(UserChangeSchema())
    if problems:
        return once_more(_edit_form(user_id, values, problems))
    try:
        with transaction() as connection:
            change_user(connection, user_id, values)
    except Refusal as refusal:
        return once_more(_edit_form(user_id, values, problems_of(refusal)))
    return _done(user_id, "common.saved")


@user_pages.route(f"{ONE}/disable", methods=["POST"])
@require_role("administrator")
def disable(user_id: int) -> Response:
    """Shut a person out."""
    try:
        with transaction() as connection:
            disable_user(connection, user_id)
            revoke_all(user_id)
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        return told(refusal, "users_pages.one", user_id=user_id)
    return _done(user_id, "people.was_disabled")


@user_pages.route(f"{ONE}/enable", methods=["POST"])
@require_role("administrator")
@require_owner
def enable(user_id: int) -> Response:
    """Let a person in again."""
    with transaction() as connection:
        enable_user(connection, user_id)
    return _done(user_id, "people.was_enabled")


def role_choices() -> list[tuple[str, str, str]]:
    """The roles, the most powerful last: value, words, what it may do."""
    return [(role, begun(t(f"people.role_{role}")), t(f"people.role_{role}_text")) for role in ROLES]


def _new_form(values: Values, problems: Problems) -> str:
    with reading() as connection:
        choices = known_sites(connection)
    shown = {
        "roles": role_choices(),
        "choices": choices,
        "mails": post() is not None,
        "spoken": [(name, language_name(name), "") for name in languages()],
        "chosen": whole_numbers([str(site) for site in values.get("sites", ())]),
    }
    return render_template("people/new.html", values=values, problems=problems, **shown)


def _edit_form(user_id: int, values: Values, problems: Problems) -> str:
    shown = access_of(user_by_id(user_id))
    return render_template("people/one.html", **shown, values=values, problems=problems, roles=role_choices())


def _done(user_id: int, words: str) -> Response:
    flash(t(words, name=user_by_id(user_id).name), "green")
    return _to(user_id)


def _to(user_id: int) -> Response:
    return to_page("users_pages.one", user_id=user_id)
