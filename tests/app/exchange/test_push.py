"""Push: every operation counts exactly once and gets its verdict, whatever the network does."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import now_ms
from app.database import database
from app.people.devices.models import Device
from app.stock.quarantine.models import Quarantine
from tests.app.books import assert_sound, on_hand, stock_of
from tests.app.floor import World
from tests.app.phone import CUSTOMER, SUPPLIER, Phone, statuses

MakePhone = Callable[..., Phone]
MINUTE = 60_000


def test_what_was_pushed_is_seen_by_another_phone(app: Flask, world: World, phones: MakePhone) -> None:
    mine, other = phones(), phones()
    mine.move(world.sugar, SUPPLIER, world.dock, "5.5")
    mine.move(world.sugar, world.dock, world.bin_a, "2")
    answer = mine.push()
    assert statuses(answer) == ["applied", "applied"]
    assert [verdict["id"] for verdict in answer.json["verdicts"]] == [one["id"] for one in mine.captured]
    assert (answer.json["device_seq"], answer.json["verdicts"][0]["discrepancies"]) == (2, [])
    rows = other.pull_all()
    assert stock_of(rows) == {
        (world.sugar, "", world.dock): "3.5",
        (world.sugar, "", world.bin_a): "2",
    }
    assert other.pull().json["head"] >= answer.json["head"]
    assert_sound(app)


def test_the_last_page_tells_the_pusher_how_far_it_is_applied(world: World, phone: Phone) -> None:
    phone.move(world.sugar, SUPPLIER, world.dock)
    assert phone.pull().json["device_seq"] == 0
    phone.push()
    assert phone.pull().json["device_seq"] == 1


def test_a_retry_after_a_lost_reply_gets_the_stored_verdicts(app: Flask, world: World, phone: Phone) -> None:
    phone.count(world.sugar, world.bin_a, "3")
    phone.capture("move", item=999_999, from_=SUPPLIER, to=world.dock, quantity="1")
    first = phone.push().json["verdicts"]
    before = on_hand(app)
    again = phone.push().json
    assert [found["kind"] for found in first[0]["discrepancies"]] == ["variance"]
    assert again["verdicts"] == [{**first[0], "status": "duplicate"}, first[1]]
    assert first[1]["reason"] == "unknown_item"
    assert (on_hand(app), again["device_seq"]) == (before, 2)
    with app.app_context():
        assert len(list(database.session.scalars(select(Quarantine)))) == 1


@pytest.mark.parametrize("cuts", [(1, 1, 1, 1), (4,), (2, 2), (3, 1), (1, 3)])
def test_any_split_into_batches_each_sent_twice_counts_once(
    app: Flask, world: World, phone: Phone, cuts: tuple[int, ...]
) -> None:
    phone.move(world.sugar, SUPPLIER, world.dock, "10")
    phone.move(world.sugar, world.dock, world.bin_a, "4")
    phone.count(world.sugar, world.bin_a, "3")
    phone.move(world.sugar, world.bin_a, CUSTOMER, "1")
    start = 0
    for cut in cuts:
        batch = phone.captured[start : start + cut]
        assert set(statuses(phone.push(batch))) == {"applied"}
        assert set(statuses(phone.push(batch))) == {"duplicate"}
        start += cut
    assert on_hand(app) == {
        (world.sugar, "", world.dock): 6_000_000,
        (world.sugar, "", world.bin_a): 2_000_000,
    }
    assert_sound(app)


def test_a_gap_asks_for_what_is_missing_and_nothing_behind_it_counts(
    app: Flask, world: World, phone: Phone
) -> None:
    for _ in range(4):
        phone.move(world.sugar, SUPPLIER, world.dock)
    answer = phone.push([phone.captured[0], phone.captured[2], phone.captured[3]])
    assert (answer.status_code, answer.json["code"], answer.json["expect"]) == (409, "gap", 2)
    assert on_hand(app) == {(world.sugar, "", world.dock): 1_000_000}
    assert statuses(phone.push(phone.captured[1:])) == ["applied"] * 3
    assert_sound(app)


def test_other_content_under_a_used_number_is_a_fork(app: Flask, world: World, phone: Phone) -> None:
    phone.move(world.sugar, SUPPLIER, world.dock, "2")
    phone.push()
    clone = Phone(phone.client, phone.actor, phone.device)
    clone.credential = phone.credential
    clone.move(world.sugar, SUPPLIER, world.dock, "5")
    answer = clone.push()
    assert (answer.status_code, answer.json["code"], answer.json["last"]) == (409, "fork", 1)
    clone.epoch = 2
    assert statuses(clone.push()) == ["applied"]
    assert on_hand(app) == {(world.sugar, "", world.dock): 7_000_000}


def test_two_copies_that_begin_the_same_epoch_do_not_share_it(app: Flask, world: World, phone: Phone) -> None:
    """What both had captured is known; only the number tells that another operation stands there."""
    common = [
        phone.move(world.sugar, SUPPLIER, world.dock, "2"),
        phone.move(world.sugar, SUPPLIER, world.dock, "3"),
    ]
    phone.push()
    phone.epoch, own = 2, phone.move(world.sugar, SUPPLIER, world.dock, "4")
    assert statuses(phone.push([{**own, "seq": 1}])) == ["applied"]
    later = phone.move(world.sugar, SUPPLIER, world.dock, "5")
    of_the_other = [{**operation, "seq": seq} for seq, operation in enumerate([*common, later], 1)]
    answer = phone.push(of_the_other)
    assert (answer.status_code, answer.json["code"], answer.json["last"]) == (409, "fork", 1)
    phone.epoch = 3
    assert statuses(phone.push(of_the_other)) == ["duplicate", "duplicate", "applied"]
    assert on_hand(app) == {(world.sugar, "", world.dock): 14_000_000}


def test_a_push_meant_for_the_server_before_a_restore_is_not_posted(
    app: Flask, world: World, phone: Phone
) -> None:
    phone.move(world.sugar, SUPPLIER, world.dock, "2")
    answer = phone.push(sid="before the restore")
    assert (answer.status_code, answer.json["code"]) == (409, "other_server")
    assert on_hand(app) == {}
    assert statuses(phone.push()) == ["applied"]


def test_other_content_under_a_known_id_is_kept_for_a_person(app: Flask, world: World, phone: Phone) -> None:
    original = phone.move(world.sugar, SUPPLIER, world.dock, "2")
    phone.push()
    forged = phone.move(world.sugar, SUPPLIER, world.dock, "9")
    forged["id"] = original["id"]
    verdict = phone.push([forged]).json["verdicts"][0]
    assert (verdict["status"], verdict["reason"]) == ("quarantined", "id_reuse")
    assert on_hand(app) == {(world.sugar, "", world.dock): 2_000_000}
    assert phone.pull().json["device_seq"] == 2


def test_an_operation_that_cannot_be_posted_delays_nobody(app: Flask, world: World, phone: Phone) -> None:
    phone.move(world.sugar, SUPPLIER, world.dock, "1")
    bad = phone.move(999_999, SUPPLIER, world.dock, "1")
    phone.move(world.sugar, SUPPLIER, world.dock, "1")
    answer = phone.push()
    assert statuses(answer) == ["applied", "quarantined", "applied"]
    assert answer.json["verdicts"][1]["reason"] == "unknown_item"
    assert answer.json["verdicts"][1]["message"]
    rows = phone.pull_all()
    assert rows["outcome"][(bad["id"],)][1:3] == ["quarantined", "unknown_item"]
    assert stock_of(rows) == {(world.sugar, "", world.dock): "2"}
    with app.app_context():
        held = database.session.scalars(select(Quarantine)).one()
    assert held.device_id == phone.device
    assert b"999999" in held.raw


def test_a_pick_of_what_is_not_there_is_posted_and_seen_as_negative(
    app: Flask, world: World, phone: Phone
) -> None:
    phone.move(world.sugar, SUPPLIER, world.bin_a, "6")
    phone.move(world.sugar, world.bin_a, CUSTOMER, "10")
    verdict = phone.push().json["verdicts"][1]
    assert [found["kind"] for found in verdict["discrepancies"]] == ["negative"]
    assert on_hand(app) == {(world.sugar, "", world.bin_a): -4_000_000}


def test_the_contact_tells_what_is_still_to_come(app: Flask, world: World, phone: Phone) -> None:
    for _ in range(3):
        phone.move(world.sugar, SUPPLIER, world.dock, at=now_ms() - MINUTE)
    phone.push(phone.captured[:2])
    with app.app_context():
        row = database.session.get(Device, phone.device)
        assert row is not None
        assert row.pending == 1
        assert row.oldest_unsent_at is not None
    phone.push(phone.captured[2:])
    with app.app_context():
        row = database.session.get(Device, phone.device)
        assert row is not None
        assert (row.pending, row.oldest_unsent_at) == (0, None)
