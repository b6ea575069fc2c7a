"""Server-side sessions: the browser holds a random token, the table its digest."""

import functools
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Update, bindparam, select, update

from app.clock import DAY_MS, now_ms
from app.database import database
from app.database.driver import quick_rows
from app.people.access.browsers import device_words
from app.people.access.factor_grace import grace_ms, grace_of
from app.people.access.models import SecondFactor, SignIn
from app.people.access.random_tokens import digest, new_token
from app.people.audit.trail import Actor, acting_as, record
from app.people.models import User
from app.people.sites import Sites, chosen_sites, open_sites
from app.settings import in_force

LONGEST_DAYS = 90
"""After so long even a session in use ends, unless the house lets an unused one last longer."""
RENEWAL_MS = 5 * 60 * 1000
"""How long a session may go without its row being touched: one small write in five minutes."""


@dataclass(frozen=True)
class Person:
    """Who is signed in, and through which session; what flask-login calls the user."""

    id: int
    email: str
    name: str
    role: str
    session: str
    """The digest of the session's token: names the row, opens nothing."""
    csrf_token: str
    seen_at: int
    expires_at: int
    sites: Sites = None
    """The sites that are open; None for all."""
    has_factor: bool = False
    """Whether a second factor is proved at every sign-in."""
    factor_due_at: int = 0
    """From when on one who must have a second factor comes no further without."""
    token: str = ""
    """The name of the token through which a program acts for the person; empty for a browser."""
    token_id: int = 0
    scopes: tuple[str, ...] = ()
    """What such a token may do."""
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """The user's id as flask-login wants it."""
        return str(self.id)


HELD = (
    *(SignIn.token_hash, SignIn.csrf_token, SignIn.created_at, SignIn.seen_at, SignIn.expires_at),
    *(User.id, User.email, User.name, User.role, User.all_sites),
    *(SecondFactor.confirmed_at, SecondFactor.due_at),
)
"""What a request needs of three tables; columns and no objects, because each request reads them."""


@dataclass(frozen=True)
class Origin:
    """Where a request came from, as far as we can tell."""

    address: str
    agent: str


def open_sign_in(user: User, origin: Origin, session_days: int) -> tuple[str, Person]:
    """Start a session; the token for the cookie and the person it stands for. Inside a transaction."""
    token, moment = new_token(), now_ms()
    row = SignIn(
        token_hash=digest(token),
        user_id=user.id,
        csrf_token=new_token(),
        created_at=moment,
        seen_at=moment,
        expires_at=moment + session_days * DAY_MS,
        address=origin.address[:64],
        agent=origin.agent[:255],
    )
    database.session.add(row)
    connection = database.session.connection()
    with acting_as(Actor("person", user.id, user.name)):
        record(
            connection, "signed_in", ("user", user.id, user.name), None, {"browser": device_words(row.agent)}
        )
    grace_of(user, moment)
    database.session.flush()
    person = person_of(token)
    assert person is not None, "a session that was opened a moment ago"
    return token, person


def person_of(token: str) -> Person | None:
    """Who holds this token: None when it is unknown, expired or revoked, or the user disabled."""
    asked = {"token": digest(token), "now": now_ms(), "longest_ago": longest_ago()}
    found = quick_rows(database.session.connection(), person_query(), asked)
    return _person(found[0]) if found else None


@functools.cache
def person_query() -> Select[*tuple[Any, ...]]:
    """Who holds a token; asked at every request."""
    return (
        select(*HELD)
        .join(User, User.id == SignIn.user_id)
        .outerjoin(SecondFactor, SecondFactor.user_id == User.id)
        .where(SignIn.token_hash == bindparam("token"), SignIn.revoked_at.is_(None))
        .where(SignIn.expires_at > bindparam("now"), User.disabled_at.is_(None))
        .where(SignIn.created_at > bindparam("longest_ago"))
    )


def longest_ago() -> int:
    """Sessions that began before this moment are over, however much they were used."""
    return now_ms() - max(LONGEST_DAYS, in_force().session_days) * DAY_MS


def is_stale(person: Person) -> bool:
    """Whether the session's sliding expiry is due to be written again."""
    return now_ms() - person.seen_at > RENEWAL_MS


def renew(session: str, session_days: int) -> None:
    """Push the expiry of a session that is in use. Inside a transaction."""
    moment = now_ms()
    database.session.execute(
        update(SignIn)
        .where(SignIn.token_hash == session)
        .values(seen_at=moment, expires_at=moment + session_days * DAY_MS)
    )


def revoke(user_id: int, session: str) -> bool:
    """End one session of a user; False when there is no such open one. Inside a transaction."""
    ended = _ending(user_id).where(SignIn.token_hash == session).returning(SignIn.token_hash)
    if database.session.scalar(ended) is None:
        return False
    record(database.session.connection(), "signed_out", ("user", user_id))
    return True


def revoke_all(user_id: int, except_session: str = "") -> None:
    """End every session of a user but one. Inside a transaction."""
    ending = _ending(user_id).where(SignIn.token_hash != except_session).returning(SignIn.token_hash)
    ended = len(database.session.scalars(ending).all())
    if ended:
        connection = database.session.connection()
        record(connection, "signed_out", ("user", user_id), None, {"sessions": ended})


def open_sign_ins(user_id: int, limit: int = 100) -> list[SignIn]:
    """The sessions of a user that still open the door, last used first."""
    return list(
        database.session.scalars(
            select(SignIn)
            .where(SignIn.user_id == user_id, SignIn.revoked_at.is_(None), SignIn.expires_at > now_ms())
            .order_by(SignIn.seen_at.desc())
            .limit(limit)
        )
    )


def _ending(user_id: int) -> Update:
    return (
        update(SignIn)
        .where(SignIn.user_id == user_id, SignIn.revoked_at.is_(None))
        .values(revoked_at=now_ms())
        .execution_options(synchronize_session=False)
    )


def _person(held: Any) -> Person:
    due_at = held.due_at
    return Person(
        id=held.id,
        email=held.email,
        name=held.name,
        role=held.role,
        session=held.token_hash,
        csrf_token=held.csrf_token,
        seen_at=held.seen_at,
        expires_at=held.expires_at,
        sites=None if held.all_sites else _sites(held.role, held.id),
        has_factor=bool(held.confirmed_at),
        factor_due_at=due_at if due_at is not None else held.created_at + grace_ms(),
    )


def sites_of_user(user: User) -> Sites:
    """The sites that are open to a user; asks the database only where not all are."""
    return None if user.all_sites else _sites(user.role, user.id)


def _sites(role: str, user_id: int) -> Sites:
    return open_sites(role, False, chosen_sites(database.session.connection(), user_id))
