"""Counters of attempts: shared by all instances where there is a Redis, else, or while it fails, our own.

A Redis that hangs must not hold up whoever signs in: it gets half a second, and after a failure a rest.
"""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from limits import RateLimitItem
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter, RateLimiter

WAIT_S = 0.5
REST_S = 5.0
Result = TypeVar("Result")


class Counters:
    """Counts attempts by what they are about."""

    def __init__(self, redis_url: str | None) -> None:
        self.own: RateLimiter = limiter("memory://")
        self.shared = limiter_on(redis_url) if redis_url else None
        self.rests_until = 0.0

    def hit(self, item: RateLimitItem, *names: str) -> bool:
        """Count one; whether it was still allowed."""
        return self.asked(lambda counted: counted.hit(item, *names))

    def test(self, item: RateLimitItem, *names: str) -> bool:
        """Whether one more would be allowed."""
        return self.asked(lambda counted: counted.test(item, *names))

    def clear(self, item: RateLimitItem, *names: str) -> None:
        """Forget them."""
        self.asked(lambda counted: counted.clear(item, *names))

    def get_window_stats(self, item: RateLimitItem, *names: str) -> Any:
        """When the next one is allowed again."""
        return self.asked(lambda counted: counted.get_window_stats(item, *names))

    def asked(self, ask: Callable[[RateLimiter], Result]) -> Result:
        """Ask the shared counters, or our own where there are none or they do not answer."""
        if self.shared is None or time.monotonic() < self.rests_until:
            return ask(self.own)
        try:
            return ask(self.shared)
        except StorageError:
            self.rests_until = time.monotonic() + REST_S
            return ask(self.own)


def limiter(address: str, **options: Any) -> RateLimiter:
    """Counters in a storage."""
    storage: Any = storage_from_string(address, wrap_exceptions=True, **options)
    return MovingWindowRateLimiter(storage)


def limiter_on(redis_url: str) -> RateLimiter | None:
    """Counters in a Redis, with limits on how long it may take."""
    waits = {"socket_timeout": WAIT_S, "socket_connect_timeout": WAIT_S}
    return limiter(redis_url, key_prefix="tallyman", **waits)
