"""How often one may try to sign in: per account and per address.

An attempt on an account counts before the password is looked at, so a burst of parallel attempts
gets no further than a slow one. An address counts failures only: a whole warehouse comes from one.
"""

import time

from flask import Flask, current_app
from limits import RateLimitItem, RateLimitItemPerMinute

from app.people.access.counters import Counters
from app.web.errors import Refusal
from app.words import t

ATTEMPTS_PER_ACCOUNT = RateLimitItemPerMinute(8, 15)
FAILURES_PER_ADDRESS = RateLimitItemPerMinute(40, 15)
CODES_PER_ACCOUNT = RateLimitItemPerMinute(6, 15)
EXPORTS = 30
"""Files that one person may have written in a minute."""
EXTENSION = "tallyman.throttle"


def register_throttle(app: Flask) -> None:
    """Give the application its counters, which several instances share where ``REDIS_URL`` is set."""
    app.extensions[EXTENSION] = Counters(app.config["TALLYMAN"].redis_url)


def count_attempt(email: str, address: str) -> None:
    """Count one attempt on an account. Raises Refusal 429 when there were too many."""
    limiter = _limiter()
    if not limiter.test(FAILURES_PER_ADDRESS, "address", address):
        raise _too_many(FAILURES_PER_ADDRESS, "address", address)
    if not limiter.hit(ATTEMPTS_PER_ACCOUNT, "account", email):
        raise _too_many(ATTEMPTS_PER_ACCOUNT, "account", email)


def count_failure(address: str) -> None:
    """The password was wrong or the account unknown."""
    _limiter().hit(FAILURES_PER_ADDRESS, "address", address)


def check_address(address: str) -> None:
    """Whether anything may be tried from an address still. Raises Refusal 429."""
    if not _limiter().test(FAILURES_PER_ADDRESS, "address", address):
        raise _too_many(FAILURES_PER_ADDRESS, "address", address)


def forget_attempts(email: str) -> None:
    """The account was opened with its password: what came before were typing errors."""
    _limiter().clear(ATTEMPTS_PER_ACCOUNT, "account", email)


def count_code(user_id: int) -> None:
    """Count one code of a second factor, before it is looked at. Raises Refusal 429."""
    if not _limiter().hit(CODES_PER_ACCOUNT, "code", str(user_id)):
        raise _too_many(CODES_PER_ACCOUNT, "code", str(user_id))


def forget_codes(user_id: int) -> None:
    """The code was right: those before it were typing errors."""
    _limiter().clear(CODES_PER_ACCOUNT, "code", str(user_id))


def count_request(token: str, per_minute: int) -> None:
    """Count one request that a program makes with a token. Raises Refusal 429."""
    _count("token", token, per_minute, "account.token_too_fast")


def count_browsing(user_id: int, per_minute: int) -> None:
    """Count what a person's browsers ask for, all of them together. Raises Refusal 429."""
    _count("browser", str(user_id), per_minute, "account.too_fast")


def count_export(user_id: int) -> None:
    """Count a list that a person takes along as a file, which is dear to write. Raises Refusal 429."""
    _count("export", str(user_id), EXPORTS, "account.too_many_exports")


def _count(kind: str, name: str, per_minute: int, words: str) -> None:
    item = RateLimitItemPerMinute(per_minute)
    if not _limiter().hit(item, kind, name):
        wait_seconds = _wait_seconds(item, kind, name)
        raise Refusal(429, "retry_after", t(words, count=per_minute), retry_after=wait_seconds)


def _limiter() -> Counters:
    counters: Counters = current_app.extensions[EXTENSION]
    return counters


def _too_many(item: RateLimitItem, *names: str) -> Refusal:
    wait_seconds = _wait_seconds(item, *names)
    message = t("people.too_many_attempts", count=-(-wait_seconds // 60))
    return Refusal(429, "retry_after", message, retry_after=wait_seconds)


def _wait_seconds(item: RateLimitItem, *names: str) -> int:
    window = _limiter().get_window_stats(item, *names)
    return max(1, int(window.reset_time - time.time()) + 1)
