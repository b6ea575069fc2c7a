"""Users over JSON, for administrators."""

from typing import Any

from app.database import transaction
from app.lists.listing import listing_of, page_body
from app.people.access.owner import require_owner
from app.people.access.passwords import hash_password
from app.people.access.personal_tokens import revoke_tokens
from app.people.access.sign_ins import revoke_all
from app.people.guard import own_session_of, require_role
from app.people.models import User
from app.people.schemas import (
    NewPasswordSchema,
    NewUserSchema,
    UserChangeSchema,
    UserPageSchema,
    UserSchema,
    UsersQuerySchema,
)
from app.people.users import (
    add_user,
    change_user,
    checked_password,
    disable_user,
    enable_user,
    list_users,
    set_password,
    user_by_id,
    users_shape,
)
from app.web.api import Blueprint

users = Blueprint("users", __name__, url_prefix="/api/users", description="People who may sign in.")

ONE = "/<int:user_id>"


@users.route("", methods=["GET"])
@require_role("administrator")
@users.arguments(UsersQuerySchema, location="query")
@users.response(200, UserPageSchema)
def users_listed(given: dict[str, Any]) -> dict[str, Any]:
    """List users"""
    return page_body(list_users(listing_of(given, users_shape())))


@users.route("", methods=["POST"])
@require_role("administrator")
@require_owner
@users.arguments(NewUserSchema)
@users.response(201, UserSchema)
def user_added(given: dict[str, Any]) -> User:
    """Add a user

    Without a password the user is invited: `POST /api/users/<id>/link` makes the link that lets them in.
    409 `email_taken` when somebody has the address already.
    """
    password = given.pop("password")
    own = (given["email"], given["name"])
    secret = hash_password(checked_password(password, own)) if password else ""
    with transaction() as connection:
        user_id = add_user(connection, **given, password_hash=secret)
    return user_by_id(user_id)


@users.route(ONE, methods=["GET"])
@require_role("administrator")
@users.response(200, UserSchema)
def user_shown(user_id: int) -> User:
    """Show a user"""
    return user_by_id(user_id)


@users.route(ONE, methods=["PATCH"])
@require_role("administrator")
@require_owner
@users.arguments(UserChangeSchema(partial=True))
@users.response(200, UserSchema)
def user_changed(given: dict[str, Any], user_id: int) -> User:
    """Change a user's name or role

    A new role holds from the user's next request on. 409 `last_administrator` when nobody would be left in
    charge.
    """
    with transaction() as connection:
        change_user(connection, user_id, given)
    return user_by_id(user_id)


@users.route(f"{ONE}/password", methods=["PUT"])
@require_role("administrator")
@require_owner
@users.arguments(NewPasswordSchema)
@users.response(204)
def password_given(given: dict[str, Any], user_id: int) -> None:
    """Give a user a new password

    Ends every session of the user, except the one that asks, and every token.
    """
    user = user_by_id(user_id)
    secret = hash_password(checked_password(given["password"], (user.email, user.name)))
    with transaction() as connection:
        set_password(connection, user_id, secret)
        revoke_all(user_id, own_session_of(user_id))
        revoke_tokens(connection, user_id)


@users.route(f"{ONE}/disabled", methods=["PUT"])
@require_role("administrator")
@users.response(204)
def user_disabled(user_id: int) -> None:
    """Shut a user out

    Ends every session at once. 409 `last_administrator` when nobody would be left in charge.
    """
    with transaction() as connection:
        disable_user(connection, user_id)
        revoke_all(user_id)


@users.route(f"{ONE}/disabled", methods=["DELETE"])
@require_role("administrator")
@require_owner
@users.response(204)
def user_enabled(user_id: int) -> None:
    """Let a user in again"""
    with transaction() as connection:
        enable_user(connection, user_id)


@users.route(f"{ONE}/sessions", methods=["DELETE"])
@require_role("administrator")
@users.response(204)
def user_signed_out(user_id: int) -> None:
    """Sign a user out everywhere"""
    user_by_id(user_id)
    with transaction():
        revoke_all(user_id, own_session_of(user_id))
