"""Passwords: hashed with argon2id, away from the event loop, and one rule about their length."""

import functools
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from app.people.tokens import new_token
from app.server import run_blocking

SHORTEST = 10
LONGEST = 200

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are read as one another on a note: i, l, o, 0, 1."""


def password_problem(password: str, email: str) -> str | None:
    """The key of the words that say what is wrong with a new password; None when it will do."""
    if len(password) < SHORTEST:
        return "people.password_short"
    if len(password) > LONGEST:
        return "people.password_long"
    if len(set(password)) < 4 or password.casefold() in {email, email.partition("@")[0]}:
        return "people.password_weak"
    return None


def new_password() -> str:
    """A password to hand over on a note: 16 letters in four groups, 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def hash_password(password: str) -> str:
    """The argon2id hash to store; about 0.15 s of processor time."""
    return str(run_blocking(_hasher(current_app.testing).hash, password))


def password_matches(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one.

    For an unknown account pass None: a dummy is checked, so the answer takes just as long.
    """
    hasher = _hasher(current_app.testing)
    dummy = _dummy_hash(current_app.testing)
    matches = run_blocking(_verify, hasher, stored or dummy, password)
    return bool(matches) and stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher(current_app.testing).check_needs_rehash(stored)


def _verify(hasher: PasswordHasher, stored: str, password: str) -> bool:
    try:
        return hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@functools.cache
def _hasher(testing: bool) -> PasswordHasher:
    """The library's parameters (RFC 9106, low memory); tests hash a thousand times cheaper."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1) if testing else PasswordHasher()


@functools.cache
def _dummy_hash(testing: bool) -> str:
    return str(run_blocking(_hasher(testing).hash, new_token()))
