"""Passwords: hashed with argon2id, away from the event loop, and the rules about new ones."""

import functools
import re
import secrets
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from app.people.access.common_words import COMMON, LOOKALIKES, ROWS
from app.people.access.random_tokens import new_token
from app.server import run_blocking

SHORTEST = 12
"""Characters of a password, where the settings say nothing else."""
MOST_ALIKE = 5
"""Different signs that a password holds at least."""
LONGEST = 200

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are read as one another on a note: i, l, o, 0, 1."""

TRIMMINGS = re.compile(r"^[\W\d_]+|[\W\d_]+$")
"""Digits and signs put before or behind a word."""


def password_problem(password: str, own: Iterable[str] = (), shortest: int = SHORTEST) -> str | None:
    """The key of the words that say what is wrong with a new password; None when it will do.

    ``own`` are texts that its owner is known by: address and name.
    """
    if len(password) < shortest:
        return "people.password_short"
    if len(password) > LONGEST:
        return "people.password_long"
    if is_own(password, own):
        return "people.password_own"
    return "people.password_weak" if is_common(password) else None


def is_own(password: str, own: Iterable[str]) -> bool:
    """Whether a password is little more than a name or an address of its owner."""
    given = only_letters(password)
    texts = {part for text in own for part in (text, text.partition("@")[0])}
    return password.casefold() in {text.casefold() for text in texts} or bool(
        given and given in {only_letters(text) for text in texts}
    )


def is_common(password: str) -> bool:
    """Whether a password is a common word with trimmings, a run of keys, or the same few signs again."""
    plain = password.casefold()
    if len(set(plain)) < MOST_ALIKE or is_repeated(plain) or any(plain in row for row in ROWS):
        return True
    letters = {only_letters(plain), only_letters(TRIMMINGS.sub("", plain).translate(LOOKALIKES))}
    return any(word in COMMON or is_made_of_common(word) for word in letters)


def is_repeated(plain: str) -> bool:
    """Whether a text is a shorter one, written again and again."""
    return plain in (plain + plain)[1:-1]


def is_made_of_common(word: str) -> bool:
    """Whether a word is two common ones in a row."""
    return any(word[:cut] in COMMON and word[cut:] in COMMON for cut in range(4, len(word) - 3))


def only_letters(text: str) -> str:
    """The letters of a text, small."""
    return "".join(letter for letter in text.casefold() if letter.isalpha())


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
