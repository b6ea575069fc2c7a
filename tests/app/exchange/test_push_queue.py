"""Pushes that wait at the same moment: posted as one, answered each for itself."""

import threading
from collections.abc import Callable, Sequence
from typing import Any
from unittest.mock import patch

import msgspec
import pytest
from flask import Flask
from sqlalchemy import event

from app.database import database
from app.exchange.push_queue import PushQueue, Waiting, pushes, together
from app.stock.book.posting import Received, post_together, received
from sync.protocol import Clock, Push
from tests.app.books import assert_sound, on_hand
from tests.app.floor import World
from tests.app.phone import SUPPLIER, Phone, statuses

MakePhone = Callable[..., Phone]


def waiting(device: str, *names: str) -> Waiting:
    """A push of a device that names these operations."""
    operations = [msgspec.Raw(msgspec.json.encode({"id": name, "seq": 1})) for name in names]
    return Waiting(received(Push(device, 1, operations, Clock(wall=0)), 0))


@pytest.mark.parametrize(
    ("queue", "fitting"),
    [
        ([("ana", "a"), ("ben", "b"), ("eva", "c")], 3),
        ([("ana", "a"), ("ben", "b"), ("ana", "c"), ("eva", "d")], 2),
        ([("ana", "a", "b"), ("ben", "b"), ("eva", "c")], 1),
        ([("ana", *map(str, range(500))), ("ben", "b")], 1),
        ([("ana", *map(str, range(499))), ("ben", "b"), ("eva", "c")], 2),
        ([("ana",), ("ben",)], 2),
        ([], 0),
    ],
)
def test_those_go_together_that_cannot_get_in_each_others_way(
    queue: list[tuple[str, ...]], fitting: int
) -> None:
    """One push a device, no operation named twice, 500 operations at most; nobody overtakes."""
    line = [waiting(*one) for one in queue]
    assert together(line) == line[:fitting]


def at_once(app: Flask, crew: Sequence[Phone]) -> list[Any]:
    """Let every phone push what it holds while somebody else has the book; their answers."""
    answers: dict[int, Any] = {}
    with app.app_context():
        queue = pushes()
    ready = threading.Event()

    class Watched(dict[Waiting, None]):
        def __setitem__(self, one: Waiting, nothing: None) -> None:
            super().__setitem__(one, nothing)
            if len(self) == len(crew):
                ready.set()

    queue.waiting = Watched()

    def come(number: int) -> None:
        answers[number] = crew[number].push()

    with queue.turn:
        threads = [threading.Thread(target=come, args=(number,)) for number in range(len(crew))]
        for thread in threads:
            thread.start()
        ready.wait()
    for thread in threads:
        thread.join()
    assert not queue.waiting
    return [answers[number] for number in range(len(crew))]


def crew_with_work(phones: MakePhone, world: World) -> list[Phone]:
    """Four phones, each with a receipt that is not sent."""
    crew = [phones() for _ in range(4)]
    for phone in crew:
        phone.move(world.sugar, SUPPLIER, world.dock, "2")
    return crew


def test_pushes_that_wait_together_cost_one_transaction(app: Flask, world: World, phones: MakePhone) -> None:
    crew = crew_with_work(phones, world)
    written: list[str] = []

    def look(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().startswith(("INSERT", "UPDATE")):
            written.append(statement.split()[2].strip('"'))

    with app.app_context():
        engine = database.engine
    event.listen(engine, "before_cursor_execute", look)
    answers = at_once(app, crew)
    event.remove(engine, "before_cursor_execute", look)
    assert [statuses(answer) for answer in answers] == [["applied"]] * 4
    assert written.count("operation") == written.count("movement") == 1
    assert on_hand(app) == {(world.sugar, "", world.dock): 8_000_000}
    assert_sound(app)
    for phone in crew:
        assert phone.hello().json["device_seq"] == 1
        assert statuses(phone.push()) == ["duplicate"]


def test_each_of_them_is_answered_for_itself(app: Flask, world: World, phones: MakePhone) -> None:
    """A gap, an operation that cannot be posted, a push for the server before: nobody else minds."""
    well, gap, odd, old = crew_with_work(phones, world)
    gap.captured[0]["seq"] = 5
    odd.captured[0]["body"]["quantity"] = "NaN"
    old.sid = "another"
    answers = at_once(app, [well, gap, odd, old])
    assert statuses(answers[0]) == ["applied"]
    assert (answers[1].status_code, answers[1].json["code"], answers[1].json["expect"]) == (409, "gap", 1)
    assert statuses(answers[2]) == ["quarantined"]
    assert (answers[3].status_code, answers[3].json["code"]) == (409, "other_server")
    assert on_hand(app) == {(world.sugar, "", world.dock): 2_000_000}
    assert_sound(app)


def test_one_that_breaks_the_posting_breaks_only_its_own(app: Flask, world: World, phones: MakePhone) -> None:
    crew = crew_with_work(phones, world)

    def broken(connection: Any, group: Sequence[Received]) -> Any:
        if any(one.push.device == crew[2].device for one in group):
            raise RuntimeError("a mistake of ours")
        return post_together(connection, group)

    app.config["PROPAGATE_EXCEPTIONS"] = False
    with patch("app.exchange.push.post_together", broken):
        answers = at_once(app, crew)
    assert [answer.status_code for answer in answers] == [200, 200, 500, 200]
    assert on_hand(app) == {(world.sugar, "", world.dock): 6_000_000}
    assert statuses(crew[2].push()) == ["applied"]
    assert_sound(app)


def test_who_waits_too_long_is_told_to_come_again(app: Flask, world: World, phone: Phone) -> None:
    phone.move(world.sugar, SUPPLIER, world.dock, "1")
    with app.app_context():
        queue: PushQueue = pushes()
    with queue.turn, patch("app.database.passing.LOCK_WAIT_S", 0.05):
        answer = phone.push()
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert (on_hand(app), queue.waiting) == ({}, {})
    assert statuses(phone.push()) == ["applied"]
