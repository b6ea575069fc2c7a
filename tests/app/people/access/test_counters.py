"""Attempts counted by several instances together, by a real Redis, which may hang or be gone."""

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from limits import RateLimitItemPerMinute

from app.people.access.counters import Counters
from tests.proxied import redis as redis_server
from tests.serving import free_port

Counting = Callable[[str], Counters]
ONCE = RateLimitItemPerMinute(1)
PROMPT_S = 3.0


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Redis."""
    with redis_server(tmp_path_factory.mktemp("redis")) as address:
        yield address


@pytest.fixture
def counting() -> Iterator[Counting]:
    """Makes counters, whose connections are closed afterwards."""
    made: list[Any] = []

    def make(address: str) -> Counters:
        counters = Counters(address)
        made.append(counters.shared)
        return counters

    yield make
    for shared in made:
        shared.storage.storage.connection_pool.disconnect()


@pytest.fixture
def hanging() -> Iterator[str]:
    """The address of something that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}"


def test_instances_count_together(redis: str, counting: Counting) -> None:
    one, two = counting(redis), counting(redis)
    assert one.hit(ONCE, "account", "ana")
    assert not two.hit(ONCE, "account", "ana")
    assert not two.test(ONCE, "account", "ana")
    assert two.get_window_stats(ONCE, "account", "ana").remaining == 0
    two.clear(ONCE, "account", "ana")
    assert one.hit(ONCE, "account", "ana")


def test_without_redis_each_counts_for_itself() -> None:
    one, two = Counters(None), Counters(None)
    assert one.hit(ONCE, "account", "ana")
    assert not one.hit(ONCE, "account", "ana")
    assert two.hit(ONCE, "account", "ana")


def test_a_redis_that_hangs_holds_nobody_up_and_still_counts(hanging: str, counting: Counting) -> None:
    counters = counting(hanging)
    started = time.monotonic()
    assert counters.hit(ONCE, "account", "ana")
    assert not counters.hit(ONCE, "account", "ana")
    for _ in range(50):
        counters.test(ONCE, "account", "ben")
    assert time.monotonic() - started < PROMPT_S


def test_a_redis_that_is_gone_is_asked_again_after_a_rest(
    redis: str, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    counters = counting(f"redis://127.0.0.1:{free_port()}")
    assert counters.hit(ONCE, "account", "cleo")
    assert counters.rests_until > time.monotonic()
    counters.shared = counting(redis).shared
    assert not counters.hit(ONCE, "account", "cleo")
    monkeypatch.setattr(counters, "rests_until", 0.0)
    assert counters.hit(ONCE, "account", "cleo")
