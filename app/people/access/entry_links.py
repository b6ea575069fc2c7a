"""Links that open the door once: an invitation, or the way to a new password. They work without e-mail."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from app.clock import HOUR_MS, now_ms
from app.database import database
from app.people.access.models import EntryLink
from app.people.access.personal_tokens import revoke_tokens
from app.people.access.random_tokens import digest, new_token
from app.people.access.sign_ins import revoke_all
from app.people.audit.trail import record
from app.people.guard import person
from app.people.models import User
from app.people.users import set_password, user_by_id
from app.settings import in_force
from app.web.errors import Refusal
from app.words import t


@dataclass(frozen=True)
class FreshLink:
    """A link that was just made, in the only moment in which it can be read."""

    token: str
    expires_at: int


def make_link(connection: Connection, user_id: int) -> FreshLink:
    """A link for a user; those made before open nothing any more. Raises Refusal 404, 409 ``disabled``."""
    user = user_by_id(user_id)
    if user.disabled_at is not None:
        raise Refusal(409, "disabled", t("account.link_disabled"))
    moment, asking = now_ms(), person()
    fresh = FreshLink(new_token(), moment + in_force().link_hours * HOUR_MS)
    withdraw_links(connection, user_id)
    values = {"user_id": user_id, "created_at": moment, "expires_at": fresh.expires_at}
    creator = asking.id if asking else None
    connection.execute(insert(EntryLink).values(token_hash=digest(fresh.token), created_by=creator, **values))
    action = "invited" if user.invited else "reset_link_made"
    record(connection, action, ("user", user_id, user.name), None, {"expires_at": fresh.expires_at})
    return fresh


def withdraw_links(connection: Connection, user_id: int) -> None:
    """Take back the links of a user that nobody used."""
    connection.execute(delete(EntryLink).where(EntryLink.user_id == user_id, EntryLink.used_at.is_(None)))


def open_link(user_id: int) -> EntryLink | None:
    """The link of a user that still opens the door; None where there is none."""
    return database.session.scalar(
        select(EntryLink)
        .where(EntryLink.user_id == user_id, EntryLink.used_at.is_(None), EntryLink.expires_at > now_ms())
        .limit(1)
    )


def owner_of(token: str) -> User:
    """The user whom a link is for. Raises Refusal 404 ``link_gone`` for one that is unknown, used or old."""
    found = database.session.scalar(
        select(User)
        .join(EntryLink, EntryLink.user_id == User.id)
        .where(EntryLink.token_hash == digest(token), EntryLink.used_at.is_(None))
        .where(EntryLink.expires_at > now_ms(), User.disabled_at.is_(None))
    )
    if found is None:
        raise Refusal(404, "link_gone", t("account.link_gone"))
    return found


def redeem(connection: Connection, token: str, password_hash: str) -> User:
    """Use a link: its user has this password, is signed in nowhere, has no token. Raises Refusal 404."""
    user = owner_of(token)
    unused = update(EntryLink).where(EntryLink.token_hash == digest(token), EntryLink.used_at.is_(None))
    if connection.execute(unused.values(used_at=now_ms())).rowcount != 1:
        raise Refusal(404, "link_gone", t("account.link_gone"))
    set_password(connection, user.id, password_hash)
    revoke_all(user.id)
    revoke_tokens(connection, user.id)
    return user
