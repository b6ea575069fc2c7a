"""Several phones push: the books end equal to the shelf, in any order, at once, after a restore."""

import itertools
import random
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from app.clock import now_ms
from app.config import Settings
from app.database import database, transaction
from app.stock.feed.models import Incarnation
from tests.app.books import assert_sound, on_hand, stock_of
from tests.app.floor import World
from tests.app.phone import CUSTOMER, SUPPLIER, Phone, statuses

MakePhone = Callable[..., Phone]
MINUTE = 60_000


def test_two_phones_end_at_the_same_stock_in_any_order_of_arrival(
    app: Flask, world: World, phones: MakePhone
) -> None:
    """One counts while another moves offline: each order of the two pushes ends equal to the shelf."""
    start = now_ms() - 60 * MINUTE
    shelves = []
    for lot, order in (("x", (0, 1)), ("y", (1, 0))):
        mover, counter = phones(), phones()
        mover.move(world.tea, SUPPLIER, world.bin_a, "10", lot=lot, at=start)
        mover.move(world.tea, world.bin_a, CUSTOMER, "3", lot=lot, at=start + 20 * MINUTE)
        counter.count(world.tea, world.bin_a, "9", lot=lot, at=start + 10 * MINUTE)
        mover.move(world.tea, world.bin_a, world.bin_b, "2", lot=lot, at=start + 30 * MINUTE)
        pair = (mover, counter)
        for which in order:
            assert set(statuses(pair[which].push())) == {"applied"}
        shelves.append(on_hand(app))
    mine = {cell[2]: quantity for cell, quantity in shelves[1].items() if cell[1] == "x"}
    other = {cell[2]: quantity for cell, quantity in shelves[1].items() if cell[1] == "y"}
    assert mine == other == {world.bin_a: 4_000_000, world.bin_b: 2_000_000}
    assert_sound(app)


def test_every_order_of_three_pushes_ends_the_same(app: Flask, world: World, phones: MakePhone) -> None:
    start = now_ms() - 60 * MINUTE
    ends = []
    for number, order in enumerate(itertools.permutations(range(3))):
        lot = f"lot-{number}"
        crew = [phones() for _ in range(3)]
        crew[0].move(world.tea, SUPPLIER, world.bin_a, "8", lot=lot, at=start)
        crew[1].count(world.tea, world.bin_a, "5", lot=lot, at=start + 10 * MINUTE)
        crew[2].move(world.tea, world.bin_a, world.bin_b, "4", lot=lot, at=start + 20 * MINUTE)
        crew[2].count(world.tea, world.bin_a, "2", lot=lot, at=start + 30 * MINUTE)
        for which in order:
            statuses(crew[which].push())
        stock = on_hand(app)
        ends.append({cell[2]: quantity for cell, quantity in stock.items() if cell[1] == lot})
    assert all(end == {world.bin_a: 2_000_000, world.bin_b: 4_000_000} for end in ends)


def test_a_receipt_that_arrives_late_explains_a_count(app: Flask, world: World, phones: MakePhone) -> None:
    late, counter = phones(), phones()
    start = now_ms() - 60 * MINUTE
    late.move(world.sugar, SUPPLIER, world.bin_a, "5", at=start)
    counter.count(world.sugar, world.bin_a, "5", at=start + 20 * MINUTE)
    opened = counter.push().json["verdicts"][0]["discrepancies"]
    assert [found["kind"] for found in opened] == ["variance"]
    late.push()
    rows = counter.pull_all()
    assert stock_of(rows) == {(world.sugar, "", world.bin_a): "5"}
    assert rows["discrepancy"][(opened[0]["id"],)][2] == "closed"


def test_a_discrepancy_becomes_firm_once_every_phone_was_heard_since(
    app: Flask, world: World, phones: MakePhone
) -> None:
    late, mine = phones(), phones()
    late.hello(outbox={"pending": 1, "oldest_at": now_ms() - 60 * MINUTE, "max_seq": 1})
    mine.move(world.sugar, world.bin_a, CUSTOMER, "1", at=now_ms() - 30 * MINUTE)
    mine.push()
    mine.hello()
    key, row = next(iter(mine.pull_all()["discrepancy"].items()))
    assert row[1:3] == ["negative", "open"]
    late.hello(outbox={"pending": 0, "oldest_at": None, "max_seq": 0})
    assert mine.pull_all()["discrepancy"][key][2] == "firm"


def test_an_undo_may_come_before_what_it_takes_back(app: Flask, world: World, phones: MakePhone) -> None:
    mistaken, corrector = phones(), phones()
    mistake = mistaken.move(world.sugar, SUPPLIER, world.dock, "7")
    corrector.capture("reverse", target=mistake["id"])
    assert statuses(corrector.push()) == ["applied"]
    assert statuses(mistaken.push()) == ["applied"]
    assert on_hand(app) == {}
    assert_sound(app)


def test_the_checksum_of_the_last_page_is_that_of_all_pulled_rows(
    app: Flask, world: World, phones: MakePhone
) -> None:
    chance = random.Random(7)
    pair = [phones(), phones()]
    places = [SUPPLIER, CUSTOMER, world.dock, world.bin_a, world.bin_b]
    for _ in range(60):
        phone = chance.choice(pair)
        at = now_ms() - chance.randrange(1, 60) * MINUTE
        quantity = str(chance.randrange(1, 9) / 2)
        if chance.random() < 0.2:
            phone.count(world.sugar, chance.choice(places[2:]), quantity, at=at)
        else:
            phone.move(world.sugar, *chance.sample(places, 2), quantity, at=at)
    for phone in pair:
        assert set(statuses(phone.push())) == {"applied"}
    assert_sound(app)
    reader = phones()
    rows = reader.pull_all()
    pulled = {key: int(float(text) * 1_000_000) for key, text in stock_of(rows).items()}
    assert pulled == on_hand(app)


def test_phones_that_push_at_once_lose_nothing(app: Flask, world: World, phones: MakePhone) -> None:
    crew = [phones() for _ in range(4)]
    answers: list[Any] = []

    def work(phone: Phone) -> None:
        for _ in range(12):
            phone.move(world.sugar, SUPPLIER, world.dock, "1")
            answers.append(phone.push(phone.captured[-1:]))

    threads = [threading.Thread(target=work, args=(phone,)) for phone in crew]
    for thread in threads:
        thread.start()
    reader = phones()
    seen: dict[Any, Any] = {}
    while any(thread.is_alive() for thread in threads):
        seen.update(stock_of(reader.pull_all(limit=2)))
    for thread in threads:
        thread.join()
    seen.update(stock_of(reader.pull_all(limit=2)))
    assert {status for answer in answers for status in statuses(answer)} == {"applied"}
    assert seen == {(world.sugar, "", world.dock): "48"}
    assert_sound(app)


@pytest.mark.only_on("sqlite")
def test_a_restored_server_is_refilled_from_the_journals(
    app: Flask, settings: Settings, world: World, phones: MakePhone
) -> None:
    """Back to last night: what the phones keep makes it whole again, nothing twice."""
    pair = [phones(), phones()]
    for phone in pair:
        phone.move(world.sugar, SUPPLIER, world.dock, "4", at=now_ms() - 30 * MINUTE)
        phone.push()
        phone.pull_all()
    backup = settings.home / "backup.sqlite3"
    copy_database(settings.home / "tallyman.sqlite3", backup)
    for phone in pair:
        work_on(phone, world)
    whole = on_hand(app)
    with app.app_context():
        database.engine.dispose()
    copy_database(backup, settings.home / "tallyman.sqlite3")
    with app.app_context(), transaction() as connection:
        connection.execute(update(Incarnation).values(sid=str(uuid.uuid4())))
    assert on_hand(app) != whole
    for phone in pair:
        refill_from(phone)
    assert on_hand(app) == whole
    assert_sound(app)


def work_on(phone: Phone, world: World) -> None:
    phone.move(world.sugar, world.dock, world.bin_a, "1", at=now_ms() - 20 * MINUTE)
    phone.move(99_999, SUPPLIER, world.dock, "1", at=now_ms() - 15 * MINUTE)
    phone.count(world.sugar, world.bin_b, "2", at=now_ms() - 10 * MINUTE)
    phone.push()
    phone.pull_all()


def refill_from(phone: Phone) -> None:
    old_sid = phone.sid
    settled = phone.hello().json["device_seq"]
    assert (phone.sid != old_sid, settled) == (True, 1)
    assert phone.pull().json["code"] == "snapshot_required"
    assert statuses(phone.push(phone.captured[settled:])) == ["applied", "quarantined", "applied"]
    assert statuses(phone.push())[0] == "duplicate"


def copy_database(source: Any, target: Any) -> None:
    import sqlite3

    with sqlite3.connect(source) as reader, sqlite3.connect(target) as writer:
        reader.backup(writer)
