"""One's own account: the password, and the browsers in which one is signed in."""

from dataclasses import dataclass

from flask import request

from app.database import transaction
from app.people.agents import device_words
from app.people.entrance import confirm_password
from app.people.guard import current_person
from app.people.models import SignIn
from app.people.passwords import hash_password
from app.people.sign_ins import open_sign_ins, revoke_all
from app.people.users import checked_password, set_password, user_by_id


@dataclass(frozen=True)
class SignInRow:
    """A browser in which one is signed in, and whether it is this one."""

    token_hash: str
    address: str
    agent: str
    created_at: int
    seen_at: int
    expires_at: int
    current: bool

    @property
    def words(self) -> str:
        """The browser and its system, as far as they can be told."""
        return device_words(self.agent)


def own_sign_ins() -> list[SignInRow]:
    """Every browser in which the one who asks is signed in, the one used last first."""
    person = current_person()
    return [_row(found, person.session) for found in open_sign_ins(person.id)]


def change_own_password(current: str, password: str) -> None:
    """Exchange one's password; every other browser is signed out. Raises Refusal 422 or 429."""
    person = current_person()
    user = user_by_id(person.id)
    confirm_password(user, current, request.remote_addr or "")
    secret = hash_password(checked_password(password, user.email))
    with transaction() as connection:
        set_password(connection, person.id, secret)
        revoke_all(person.id, person.session)


def _row(found: SignIn, own: str) -> SignInRow:
    return SignInRow(
        token_hash=found.token_hash,
        address=found.address,
        agent=found.agent,
        created_at=found.created_at,
        seen_at=found.seen_at,
        expires_at=found.expires_at,
        current=found.token_hash == own,
    )
