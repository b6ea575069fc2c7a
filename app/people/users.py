"""Users: adding one, changing name and role, new passwords, shutting out; somebody always stays in charge."""

from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.clock import now_ms
from app.database import database
from app.errors import Refusal
from app.listing import Listing, Page, Shape, page_of
from app.people.models import Device, User
from app.people.passwords import password_problem
from app.people.roles import ROLES
from app.words import t

TOP = "administrator"
STATES = ("active", "disabled")


def users_shape() -> Shape:
    """What the list of users allows."""
    return Shape(
        columns={
            "name": func.lower(User.name),
            "email": User.email,
            "role": User.role,
            "created_at": User.created_at,
        },
        searched=(User.name, User.email),
        sort="name",
        tie=User.id,
        filters={"role": ROLES, "state": STATES},
    )


def list_users(listing: Listing) -> Page[User]:
    """One page of users."""
    return page_of(users_of(listing), listing, users_shape())


def users_of(listing: Listing) -> Select[User]:
    """The users that pass the filters."""
    statement: Select[User] = select(User)
    if role := listing.filters.get("role"):
        statement = statement.where(User.role == role)
    if state := listing.filters.get("state"):
        absent = User.disabled_at.is_(None) if state == "active" else User.disabled_at.is_not(None)
        statement = statement.where(absent)
    return statement


def user_by_id(user_id: int) -> User:
    """One user. Raises Refusal 404."""
    found = database.session.get(User, user_id)
    if found is None:
        raise Refusal(404, "not_found", t("people.unknown"))
    return found


def add_user(connection: Connection, email: str, name: str, role: str, password_hash: str) -> int:
    """Add a user; the user_id. Raises Refusal 409 ``email_taken``."""
    values = {"email": email, "name": name, "role": role, "password_hash": password_hash}
    added = insert(User).values(**values, created_at=now_ms()).returning(User.id)
    try:
        return int(connection.execute(added).scalar_one())
    except IntegrityError as error:
        taken = t("people.email_taken")
        raise Refusal(409, "email_taken", taken, errors={"json": {"email": [taken]}}) from error


def change_user(connection: Connection, user_id: int, changes: dict[str, Any]) -> None:
    """Change name or role. Raises Refusal 404, and 409 ``last_administrator``."""
    _keep_one_in_charge(connection, user_id, stays=changes.get("role", TOP) == TOP)
    if changes:
        connection.execute(update(User).where(User.id == user_id).values(**changes))


def disable_user(connection: Connection, user_id: int) -> None:
    """Shut a user out; twice is once. Raises Refusal 404, and 409 ``last_administrator``.

    Devices on which the user signed in ask for somebody else; what they hold is not lost.
    """
    _keep_one_in_charge(connection, user_id, stays=False)
    connection.execute(
        update(User).where(User.id == user_id, User.disabled_at.is_(None)).values(disabled_at=now_ms())
    )
    connection.execute(update(Device).where(Device.user_id == user_id).values(credential_expires_at=0))


def enable_user(connection: Connection, user_id: int) -> None:
    """Let a user in again. Raises Refusal 404."""
    _known(connection, user_id)
    connection.execute(update(User).where(User.id == user_id).values(disabled_at=None))


def set_password(connection: Connection, user_id: int, password_hash: str) -> None:
    """Give a user a new password. Raises Refusal 404."""
    _known(connection, user_id)
    connection.execute(update(User).where(User.id == user_id).values(password_hash=password_hash))


def checked_password(password: str, email: str) -> str:
    """The password, if it may be one. Raises Refusal 422 with what is wrong beside the field."""
    problem = password_problem(password, email)
    if problem:
        raise Refusal(422, "invalid", t(problem), errors={"json": {"password": [t(problem)]}})
    return password


def leaves_nobody(administrators: int, is_one: bool, stays: bool) -> bool:
    """Whether a change takes the last active administrator away."""
    return is_one and not stays and administrators <= 1


def _keep_one_in_charge(connection: Connection, user_id: int, stays: bool) -> None:
    role, disabled_at = _known(connection, user_id)
    in_charge = select(func.count()).where(User.role == TOP, User.disabled_at.is_(None))
    is_one = role == TOP and disabled_at is None
    if leaves_nobody(int(connection.scalar(in_charge) or 0), is_one, stays):
        raise Refusal(409, "last_administrator", t("people.last_administrator"))


def _known(connection: Connection, user_id: int) -> tuple[str, int | None]:
    found = connection.execute(select(User.role, User.disabled_at).where(User.id == user_id)).first()
    if found is None:
        raise Refusal(404, "not_found", t("people.unknown"))
    return found.role, found.disabled_at
