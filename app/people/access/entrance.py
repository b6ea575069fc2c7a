"""The entrance: an e-mail address and a password become a session, or one answer that tells nothing."""

from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select

from app.database import database, transaction
from app.monitoring.logs import note
from app.people.access.passwords import hash_password, needs_rehash, password_matches
from app.people.access.random_tokens import digest
from app.people.access.second_factor import has_factor, prove
from app.people.access.sign_ins import Origin, Person, open_sign_in
from app.people.access.throttle import count_attempt, count_failure, forget_attempts
from app.people.models import User
from app.web.errors import Refusal, refused_field
from app.words import t

HALF_OPEN_S = 600


@dataclass(frozen=True)
class Attempt:
    """What somebody typed at the door."""

    email: str
    password: str
    code: str = ""


@dataclass(frozen=True)
class Admission:
    """A person who was let in, and the token that their browser keeps."""

    token: str
    person: Person


def admit(attempt: Attempt, origin: Origin, session_days: int) -> Admission:
    """Let a person in.

    Raises Refusal 429 after too many attempts, and 401 with the same words and after the same time
    for an unknown address, a wrong password and a disabled account. Only one who knows the password
    learns by 401 ``second_factor_required`` that a code is asked for as well.
    """
    user = known_by_password(attempt, origin)
    if has_factor(user.id):
        if not attempt.code:
            raise Refusal(401, "second_factor_required", t("account.code_needed"))
        prove(user.id, attempt.code, origin.address)
    return _opened(user, attempt.password, origin, session_days)


def known_by_password(attempt: Attempt, origin: Origin) -> User:
    """The user whose address and password these are. Raises Refusal 429 or 401."""
    address = attempt.email.strip().casefold()
    count_attempt(address, origin.address)
    user = _user_of(address)
    if user:
        note(account=user.id)
    checked = user.password_hash if user else None
    if not password_matches(checked, attempt.password) or user is None or not checked:
        count_failure(origin.address)
        raise _refused()
    forget_attempts(address)
    return user


def half_open(email: str) -> str:
    """Stands for a password that was right, until the code is given: ten minutes, signed."""
    user = _user_of(email.strip().casefold())
    if user is None:
        raise _refused()
    return _signer().dumps([user.id, digest(user.password_hash)])


def admit_by_code(half: str, code: str, origin: Origin, session_days: int) -> Admission:
    """Let a person in whose password was right a moment ago. Raises Refusal 401 or 429."""
    try:
        user_id, known = _signer().loads(half, max_age=HALF_OPEN_S)
    except BadData:
        raise Refusal(401, "started_over", t("account.code_too_late")) from None
    user = database.session.get(User, user_id)
    if user is None or user.disabled_at is not None or digest(user.password_hash) != known:
        raise _refused()
    prove(user.id, code, origin.address)
    return _opened(user, None, origin, session_days)


def confirm_password(user: User, password: str, address: str) -> None:
    """Make sure that it is the owner who asks. Raises Refusal 429 or 422."""
    count_attempt(user.email, address)
    if not password_matches(user.password_hash, password):
        count_failure(address)
        wrong = t("people.current_wrong")
        raise refused_field("current", wrong)
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


def _opened(user: User, password: str | None, origin: Origin, session_days: int) -> Admission:
    checked = user.password_hash
    renews = password is not None and needs_rehash(checked)
    stronger = hash_password(password) if password is not None and renews else checked
    with transaction():
        if user.password_hash != checked or user.disabled_at is not None:
            raise _refused()
        user.password_hash = stronger
        token, person = open_sign_in(user, origin, session_days)
    return Admission(token, person)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="half open")


def _refused() -> Refusal:
    return Refusal(401, "wrong_credentials", t("people.wrong_credentials"))


def _user_of(email: str) -> User | None:
    return database.session.scalar(select(User).where(User.email == email, User.disabled_at.is_(None)))
