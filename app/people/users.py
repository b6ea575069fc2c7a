"""Users: adding one, changing name and role, new passwords, shutting out; somebody always stays in charge."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, insert, not_, select, update
from sqlalchemy.exc import IntegrityError

from app.clock import now_ms
from app.database import database
from app.lists.listing import Listing, Page, Shape
from app.lists.table_rows import page_of
from app.people.access.passwords import password_problem
from app.people.audit.trail import record
from app.people.devices.models import Device
from app.people.devices.pins import tell_devices
from app.people.devices.register import LET_IN_AGAIN
from app.people.models import User
from app.people.roles import ROLES, TOP
from app.people.sites import choose_sites, chosen_sites, known_sites
from app.settings import in_force
from app.web.errors import Refusal, refused_field
from app.words import t

STATES = ("active", "invited", "disabled")


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
        statement = statement.where(*_in_state(state))
    return statement


def state_of(user: User) -> str:
    """Whether a user may come in, waits to come in for the first time, or is shut out."""
    if user.disabled_at is not None:
        return "disabled"
    return "invited" if user.invited else "active"


def user_by_id(user_id: int) -> User:
    """One user. Raises Refusal 404."""
    found = database.session.get(User, user_id)
    if found is None:
        raise Refusal(404, "not_found", t("people.unknown"))
    return found


def add_user(connection: Connection, email: str, name: str, role: str, password_hash: str = "") -> int:
    """Add a user; the user_id. Raises Refusal 409 ``email_taken``.

    Without a password the user is invited: a link lets them choose one.
    """
    shown = {"email": email, "name": name, "role": role}
    added = insert(User).values(**shown, password_hash=password_hash, created_at=now_ms()).returning(User.id)
    try:
        user_id = int(connection.execute(added).scalar_one())
    except IntegrityError as error:
        taken = t("people.email_taken")
        raise refused_field("email", taken, 409, "email_taken") from error
    record(connection, "added", ("user", user_id, name), None, shown)
    return user_id


def change_user(connection: Connection, user_id: int, changes: dict[str, Any]) -> None:
    """Change name or role. Raises Refusal 404, and 409 ``last_administrator``."""
    _keep_one_in_charge(connection, user_id, stays=changes.get("role", TOP) == TOP)
    if not changes:
        return
    before = _known(connection, user_id)
    connection.execute(update(User).where(User.id == user_id).values(**changes))
    old = {name: getattr(before, name) for name in changes}
    record(connection, "changed", ("user", user_id, changes.get("name", before.name)), old, changes)
    tell_devices(connection, user_id)


def disable_user(connection: Connection, user_id: int) -> None:
    """Shut a user out; twice is once. Raises Refusal 404, and 409 ``last_administrator``.

    Devices on which the user signed in ask for somebody else; what they hold is not lost.
    """
    _keep_one_in_charge(connection, user_id, stays=False)
    connection.execute(
        update(User).where(User.id == user_id, User.disabled_at.is_(None)).values(disabled_at=now_ms())
    )
    connection.execute(
        update(Device).where(Device.user_id == user_id).values(credential_expires_at=LET_IN_AGAIN)
    )
    record(connection, "disabled", ("user", user_id, _known(connection, user_id).name))
    tell_devices(connection, user_id)


def enable_user(connection: Connection, user_id: int) -> None:
    """Let a user in again. Raises Refusal 404."""
    known = _known(connection, user_id)
    connection.execute(update(User).where(User.id == user_id).values(disabled_at=None))
    record(connection, "enabled", ("user", user_id, known.name))
    tell_devices(connection, user_id)


def change_sites(connection: Connection, user_id: int, all_sites: bool, chosen: Iterable[int]) -> None:
    """Open every site to a user, or these alone. Raises Refusal 404, and 422 for a site that is unknown."""
    known = _known(connection, user_id)
    wanted = sorted(set(chosen))
    strange = set(wanted) - {site.id for site in known_sites(connection)}
    if strange:
        words = t("account.site_unknown")
        raise refused_field("sites", words)
    before = {"all_sites": known.all_sites, "sites": chosen_sites(connection, user_id)}
    connection.execute(update(User).where(User.id == user_id).values(all_sites=all_sites))
    choose_sites(connection, user_id, wanted)
    after = {"all_sites": all_sites, "sites": wanted}
    record(connection, "sites_changed", ("user", user_id, known.name), before, after)
    tell_devices(connection, user_id)


def set_password(connection: Connection, user_id: int, password_hash: str) -> None:
    """Give a user a new password. Raises Refusal 404."""
    known = _known(connection, user_id)
    connection.execute(update(User).where(User.id == user_id).values(password_hash=password_hash))
    record(connection, "password_changed", ("user", user_id, known.name))


def checked_password(password: str, own: Iterable[str]) -> str:
    """The password, if it may be one. Raises Refusal 422 with what is wrong beside the field.

    ``own`` are the texts that its owner is known by.
    """
    shortest = shortest_password()
    problem = password_problem(password, own, shortest)
    if problem:
        words = t(problem, count=shortest)
        raise refused_field("password", words)
    return password


def shortest_password() -> int:
    """Characters that a new password has at least."""
    return in_force().password_length


def in_charge(connection: Connection) -> int:
    """How many administrators can sign in."""
    asked = select(func.count()).where(User.role == TOP, User.disabled_at.is_(None), User.password_hash != "")
    return int(connection.scalar(asked) or 0)


def leaves_nobody(administrators: int, is_one: bool, stays: bool) -> bool:
    """Whether a change takes the last active administrator away."""
    return is_one and not stays and administrators <= 1


def _keep_one_in_charge(connection: Connection, user_id: int, stays: bool) -> None:
    known = _known(connection, user_id)
    is_one = known.role == TOP and known.disabled_at is None and known.password_hash != ""
    if leaves_nobody(in_charge(connection), is_one, stays):
        raise Refusal(409, "last_administrator", t("people.last_administrator"))


_KNOWN = (User.role, User.name, User.disabled_at, User.all_sites, User.password_hash)


def _known(connection: Connection, user_id: int) -> Any:
    query = select(*_KNOWN).where(User.id == user_id)
    found = connection.execute(query).first()
    if found is None:
        raise Refusal(404, "not_found", t("people.unknown"))
    return found


def _in_state(state: str) -> tuple[ColumnElement[bool], ...]:
    if state == "disabled":
        return (User.disabled_at.is_not(None),)
    has_password = User.password_hash != ""
    return User.disabled_at.is_(None), has_password if state == "active" else not_(has_password)
