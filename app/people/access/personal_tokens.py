"""Tokens for programs: each acts for one person, within a scope and until a day, and is shown once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from app.clock import DAY_MS, now_ms
from app.database import database, transaction
from app.people.access.models import PersonalToken
from app.people.access.random_tokens import digest, new_token
from app.people.access.sign_ins import Person, sites_of_user
from app.people.audit.trail import record
from app.people.models import User
from app.people.roles import READING
from app.web.errors import Refusal
from app.words import t

PREFIX = "tally_"
"""By it a token is known for one, also to those who look for secrets in published code."""
READ = "read"
AREAS = {"items": "items", "imports": "imports", "locations": "locations", "stock": "stock"}
"""The area of each part of an address; what is not named here, no token changes."""
SCOPES = (READ, *(f"write:{area}" for area in dict.fromkeys(AREAS.values())))
CLOSED = {"account"}
"""What no token reads either: one's own sessions, secrets and tokens."""
LONGEST_DAYS = 366
MOST = 50
"""Open tokens of one person."""
TOUCH_MS = 60 * 1000


@dataclass(frozen=True)
class FreshToken:
    """A token that was just made, in the only moment in which it can be read."""

    id: int
    token: str
    expires_at: int


def bearer(header: str) -> str:
    """The token of an ``Authorization`` header; empty where it holds something else."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.casefold() == "bearer" else ""


def scope_allows(scopes: Sequence[str], method: str, path: str) -> bool:
    """Whether a token of these scopes may ask this: every one reads, and writes in its areas alone."""
    part = (path.removeprefix("/api/").split("/") or [""])[0]
    if part in CLOSED:
        return False
    if method in READING:
        return READ in scopes
    return part in AREAS and f"write:{AREAS[part]}" in scopes


def make_token(
    connection: Connection, user_id: int, name: str, scopes: Iterable[str], days: int
) -> FreshToken:
    """A token for a user. Raises Refusal 409 ``too_many`` for one who has too many."""
    if len(open_tokens(user_id)) >= MOST:
        raise Refusal(409, "too_many", t("account.token_too_many", count=MOST))
    secret, moment = PREFIX + new_token(), now_ms()
    words = " ".join(scope for scope in SCOPES if scope in {READ, *scopes})
    values = {"user_id": user_id, "name": name, "scopes": words, "created_at": moment}
    values |= {"expires_at": moment + days * DAY_MS, "token_hash": digest(secret), "hint": secret[-4:]}
    added = insert(PersonalToken).values(**values, used_from="").returning(PersonalToken.id)
    token_id = int(connection.execute(added).scalar_one())
    shown = {"name": name, "scopes": words, "expires_at": values["expires_at"]}
    record(connection, "added", ("token", token_id, name), None, shown)
    return FreshToken(token_id, secret, moment + days * DAY_MS)


def open_tokens(user_id: int) -> list[PersonalToken]:
    """The tokens of a user that were not revoked, the newest first; those that ended stay to be seen."""
    mine = PersonalToken.user_id == user_id
    query = select(PersonalToken).where(mine, PersonalToken.revoked_at.is_(None))
    return list(database.session.scalars(query.order_by(PersonalToken.created_at.desc()).limit(MOST)))


def revoke_token(connection: Connection, user_id: int, token_id: int) -> None:
    """End a token of a user; twice is once. Raises Refusal 404."""
    mine = (PersonalToken.id == token_id, PersonalToken.user_id == user_id)
    name = connection.scalar(select(PersonalToken.name).where(*mine))
    if name is None:
        raise Refusal(404, "not_found", t("account.token_unknown"))
    ending = update(PersonalToken).where(*mine, PersonalToken.revoked_at.is_(None))
    if connection.execute(ending.values(revoked_at=now_ms())).rowcount:
        record(connection, "revoked", ("token", token_id, name))


def revoke_tokens(connection: Connection, user_id: int) -> None:
    """End every token of a user."""
    for row in open_tokens(user_id):
        revoke_token(connection, user_id, row.id)


def token_person(token: str) -> Person | None:
    """For whom a program acts: None when the token is unknown, over or revoked, or its owner disabled."""
    if not token.startswith(PREFIX):
        return None
    found = database.session.execute(
        select(PersonalToken, User)
        .join(User, User.id == PersonalToken.user_id)
        .where(PersonalToken.token_hash == digest(token), PersonalToken.revoked_at.is_(None))
        .where(PersonalToken.expires_at > now_ms(), User.disabled_at.is_(None))
    ).first()
    return _acting(found[0], found[1]) if found else None


def note_use(person: Person, address: str) -> None:
    """Remember when and from where a token was used last; once a minute is enough."""
    moment = now_ms()
    if moment - person.seen_at < TOUCH_MS:
        return
    with transaction() as connection:
        mine = update(PersonalToken).where(PersonalToken.id == person.token_id)
        connection.execute(mine.values(used_at=moment, used_from=address[:64]))


def count_tokens(user_id: int) -> int:
    """How many tokens of a user open a door now."""
    mine = (PersonalToken.user_id == user_id, PersonalToken.revoked_at.is_(None))
    query = select(func.count()).where(*mine, PersonalToken.expires_at > now_ms())
    return int(database.session.scalar(query) or 0)


def _acting(row: PersonalToken, user: User) -> Person:
    return Person(
        id=user.id,
        email=user.email,
        name=user.name,
        role=user.role,
        session="",
        csrf_token="",
        seen_at=row.used_at or 0,
        expires_at=row.expires_at,
        sites=sites_of_user(user),
        has_factor=True,
        token=row.name,
        token_id=row.id,
        scopes=tuple(row.scopes.split()),
    )
