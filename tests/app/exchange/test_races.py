"""Two pushes at once on PostgreSQL: whichever statement the first has reached when the second comes."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.pool import NullPool

from app.clock import now_ms
from app.database import database, reading
from app.exchange.push_queue import EXTENSION as QUEUE
from app.stock.book.check import differences
from app.stock.feed.models import FeedChange, FeedCounter
from tests.app.books import assert_sound, on_hand
from tests.app.floor import World
from tests.app.phone import SUPPLIER, Phone, statuses

pytestmark = pytest.mark.only_on("postgresql")

MakePhone = Callable[..., Phone]
PAUSE_S = 0.005


class Second:
    """The push that comes in between; it runs in a thread of its own."""

    def __init__(self, app: Flask, push: Callable[[], Any]) -> None:
        self.watched = create_engine(app.config["TALLYMAN"].database_url, poolclass=NullPool)
        self.answers: list[Any] = []
        self.thread = threading.Thread(target=lambda: self.answers.append(push()))

    def come(self) -> None:
        """Begin, and return when it has ended or waits for the first."""
        self.thread.start()
        pause = threading.Event()
        while self.thread.is_alive() and not self.waits():
            pause.wait(PAUSE_S)

    def waits(self) -> bool:
        with self.watched.connect() as connection:
            asked = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            mine = " WHERE NOT l.granted AND d.datname = current_database()"
            return bool(connection.execute(text(asked + mine)).scalar())

    def answer(self) -> Any:
        self.thread.join()
        return self.answers[0]


@contextmanager
def at_statement(app: Flask, number: int, act: Callable[[], None]) -> Iterator[list[str]]:
    """Do something before this thread's statement of that number; yields the statements that were made."""
    made: list[str] = []
    here = threading.get_ident()

    def look(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if threading.get_ident() != here:
            return
        made.append(statement)
        if len(made) == number + 1:
            act()

    with app.app_context():
        engine = database.engine
    event.listen(engine, "before_cursor_execute", look)
    try:
        yield made
    finally:
        event.remove(engine, "before_cursor_execute", look)


def race(app: Flask, first: Callable[[], Any], second: Callable[[], Any], number: int) -> tuple[Any, Any]:
    """Push twice, the second when the first has come to its statement of that number.

    The second comes to another instance: in one and the same, it would wait in the queue for the first.
    """

    def elsewhere() -> Any:
        app.extensions.pop(QUEUE, None)
        return second()

    other = Second(app, elsewhere)
    with at_statement(app, number, other.come):
        answer = first()
    if not other.thread.ident:
        other.come()
    return answer, other.answer()


def statements_of(app: Flask, push: Callable[[], Any]) -> int:
    """How many statements a push makes."""
    with at_statement(app, -1, lambda: None) as made:
        push()
    return len(made)


def assert_dense(app: Flask) -> None:
    """The feed has no position twice, none beyond its head, and the book agrees with a replay."""
    assert_sound(app)
    with app.app_context(), reading() as connection:
        positions = list(connection.scalars(select(FeedChange.position)))
        assert len(positions) == len(set(positions))
        assert max(positions) == connection.scalar(select(FeedCounter.position))
        assert differences(connection) == []


def test_two_devices_meet_on_one_shelf(app: Flask, world: World, phones: MakePhone) -> None:
    ana, ben = phones(), phones()
    start = now_ms() - 600_000

    def receipt(lot: str) -> Callable[[], Any]:
        ana.move(world.tea, SUPPLIER, world.bin_a, "10", lot=lot, at=start)
        return lambda: ana.push(ana.captured[-1:])

    def putaway(lot: str) -> Callable[[], Any]:
        ben.move(world.tea, world.bin_a, world.bin_b, "3", lot=lot, at=start + 1000)
        return lambda: ben.push(ben.captured[-1:])

    steps = statements_of(app, receipt("0"))
    putaway("0")()
    assert steps > 10
    for number in range(steps):
        answers = race(app, receipt(f"r{number}"), putaway(f"r{number}"), number)
        assert [statuses(answer) for answer in answers] == [["applied"], ["applied"]]
    assert set(on_hand(app).values()) == {7_000_000, 3_000_000}
    assert len(on_hand(app)) == 2 * (steps + 1)
    assert_dense(app)


def test_a_device_that_sends_the_same_twice_is_booked_once(
    app: Flask, world: World, phones: MakePhone
) -> None:
    ana = phones()

    def receipt() -> Callable[[], Any]:
        ana.move(world.sugar, SUPPLIER, world.dock, "1")
        return lambda: ana.push(ana.captured[-1:])

    steps = statements_of(app, receipt())
    for number in range(steps):
        push = receipt()
        first, second = race(app, push, push, number)
        assert sorted([*statuses(first), *statuses(second)]) == ["applied", "duplicate"]
    assert on_hand(app) == {(world.sugar, "", world.dock): (steps + 1) * 1_000_000}
    assert_dense(app)


def test_one_operation_from_two_devices_is_booked_once(app: Flask, world: World, phones: MakePhone) -> None:
    ana, ben = phones(), phones()

    def receipt(phone: Phone, name: str | None = None) -> Callable[[], Any]:
        phone.move(world.sugar, SUPPLIER, world.dock, "1")
        if name:
            phone.captured[-1]["id"] = name
        return lambda: phone.push(phone.captured[-1:])

    steps = statements_of(app, receipt(ana))
    for number in range(steps):
        first = receipt(ana)
        second = receipt(ben, ana.captured[-1]["id"])
        told = [status for answer in race(app, first, second, number) for status in statuses(answer)]
        assert told.count("applied") == 1, told
    assert on_hand(app) == {(world.sugar, "", world.dock): (steps + 1) * 1_000_000}
    assert_dense(app)
