"""The entrance: an e-mail address and a password become a session, or one answer that tells nothing."""

from dataclasses import dataclass

from sqlalchemy import select

from app.database import database, transaction
from app.errors import Refusal
from app.people.models import User
from app.people.passwords import hash_password, needs_rehash, password_matches
from app.people.sign_ins import Origin, Person, open_sign_in
from app.people.throttle import count_attempt, count_failure, forget_attempts
from app.words import t


@dataclass(frozen=True)
class Admission:
    """A person who was let in, and the token that their browser keeps."""

    token: str
    person: Person


def admit(email: str, password: str, origin: Origin, session_days: int) -> Admission:
    """Let a person in.

    Raises Refusal 429 after too many attempts, and 401 with the same words and after the same time
    for an unknown address, a wrong password and a disabled account.
    """
    address = email.strip().casefold()
    count_attempt(address, origin.address)
    user = _user_of(address)
    checked = user.password_hash if user else None
    if not password_matches(checked, password) or user is None or checked is None:
        count_failure(origin.address)
        raise _refused()
    forget_attempts(address)
    stronger = hash_password(password) if needs_rehash(checked) else checked
    with transaction():
        if user.password_hash != checked or user.disabled_at is not None:
            raise _refused()
        user.password_hash = stronger
        token, person = open_sign_in(user, origin, session_days)
    return Admission(token, person)


def confirm_password(user: User, password: str, address: str) -> None:
    """Make sure that it is the owner who asks. Raises Refusal 429 or 422."""
    count_attempt(user.email, address)
    if not password_matches(user.password_hash, password):
        count_failure(address)
        wrong = t("people.current_wrong")
        raise Refusal(422, "invalid", wrong, errors={"json": {"current": [wrong]}})
    forget_attempts(user.email)


def safe_target(target: str | None, fallback: str) -> str:
    """Where to go after signing in: only a path of this site, else ``fallback``.

    ``//host``, ``/\\host`` and anything with a scheme or a control character would leave the site.
    """
    if not target or not target.startswith("/") or len(target) > 500:
        return fallback
    if target[1:2] in {"/", "\\"} or "\\" in target or any(ord(letter) < 33 for letter in target):
        return fallback
    return target


def _refused() -> Refusal:
    return Refusal(401, "wrong_credentials", t("people.wrong_credentials"))


def _user_of(email: str) -> User | None:
    return database.session.scalar(select(User).where(User.email == email, User.disabled_at.is_(None)))
