"""Push: every operation counts exactly once and gets its verdict, whatever the network does."""

import itertools
import random
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from app.clock import now_ms
from app.config import Settings
from app.database import database, transaction
from app.people.models import Device, User
from app.stock.models import Incarnation, Operation, Quarantine
from tests.app.books import assert_sound, dump, locked, on_hand, stock_of
from tests.app.floor import World
from tests.app.phone import CUSTOMER, SUPPLIER, Phone
from tests.app.visitor import Visitor

MakePhone = Callable[..., Phone]
MINUTE = 60_000


def statuses(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.json
    return [verdict["status"] for verdict in answer.json["verdicts"]]


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


def test_a_pick_of_what_is_not_there_is_posted_and_seen_as_negative(
    app: Flask, world: World, phone: Phone
) -> None:
    phone.move(world.sugar, SUPPLIER, world.bin_a, "6")
    phone.move(world.sugar, world.bin_a, CUSTOMER, "10")
    verdict = phone.push().json["verdicts"][1]
    assert [found["kind"] for found in verdict["discrepancies"]] == ["negative"]
    assert on_hand(app) == {(world.sugar, "", world.bin_a): -4_000_000}


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


@pytest.mark.parametrize("report", ["revocation", "theft"])
def test_what_a_lost_phone_captured_later_is_held_and_what_came_before_counts(
    app: Flask, world: World, phone: Phone, signed_in: Callable[[str], Visitor], report: str
) -> None:
    phone.move(world.sugar, SUPPLIER, world.dock, "2", at=now_ms() - 10 * MINUTE)
    body = {"stolen_at": now_ms() - 5 * MINUTE} if report == "theft" else None
    path = f"/api/devices/{phone.device}/{report}"
    assert signed_in("manager").post(path, json=body).status_code == 204
    phone.move(world.sugar, SUPPLIER, world.dock, "90", at=now_ms() + 10 * MINUTE)
    answer = phone.push()
    assert statuses(answer) == ["applied", "quarantined"]
    assert answer.json["verdicts"][1]["reason"] == "device_revoked"
    assert on_hand(app) == {(world.sugar, "", world.dock): 2_000_000}
    assert phone.pull().json["code"] == "device_revoked"


def test_a_revoked_phone_may_push_even_when_its_credential_expired(
    app: Flask, world: World, phone: Phone
) -> None:
    phone.move(world.sugar, SUPPLIER, world.dock, at=now_ms() - MINUTE)
    with app.app_context(), transaction() as connection:
        connection.execute(update(Device).values(revoked_at=now_ms(), credential_expires_at=1))
    assert statuses(phone.push()) == ["applied"]


def test_each_operation_keeps_its_captor(
    app: Flask, world: World, phones: MakePhone, staff: dict[str, int]
) -> None:
    shared = phones("operator")
    shared.move(world.sugar, SUPPLIER, world.dock)
    shared.actor = staff["manager"]
    shared.move(world.sugar, SUPPLIER, world.dock)
    shared.push()
    with app.app_context():
        named = database.session.execute(select(Operation.seq, Operation.actor_id).order_by(Operation.seq))
        assert [tuple(row) for row in named] == [(1, staff["operator"]), (2, staff["manager"])]


def test_a_viewer_s_operation_counts_and_is_shown_to_a_supervisor(
    app: Flask, world: World, phones: MakePhone
) -> None:
    viewer = phones("viewer")
    viewer.move(world.sugar, SUPPLIER, world.dock, "1")
    verdict = viewer.push().json["verdicts"][0]
    assert verdict["status"] == "applied"
    assert "unauthorised" in [found["kind"] for found in verdict["discrepancies"]]


def test_operations_of_a_disabled_person_are_held_from_then_on(
    app: Flask, world: World, phone: Phone, staff: dict[str, int]
) -> None:
    with app.app_context(), transaction() as connection:
        disabled = update(User).where(User.id == staff["operator"])
        connection.execute(disabled.values(disabled_at=now_ms() - 10 * MINUTE))
    phone.move(world.sugar, SUPPLIER, world.dock, at=now_ms() - 20 * MINUTE)
    phone.move(world.sugar, SUPPLIER, world.dock, at=now_ms() - 5 * MINUTE)
    assert statuses(phone.push()) == ["applied", "quarantined"]


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
        phone.move(world.sugar, world.dock, world.bin_a, "1", at=now_ms() - 20 * MINUTE)
        phone.move(99_999, SUPPLIER, world.dock, "1", at=now_ms() - 15 * MINUTE)
        phone.count(world.sugar, world.bin_b, "2", at=now_ms() - 10 * MINUTE)
        phone.push()
        phone.pull_all()
    whole = on_hand(app)
    with app.app_context():
        database.engine.dispose()
    copy_database(backup, settings.home / "tallyman.sqlite3")
    with app.app_context(), transaction() as connection:
        connection.execute(update(Incarnation).values(sid=str(uuid.uuid4())))
    assert on_hand(app) != whole
    for phone in pair:
        old_sid = phone.sid
        settled = phone.hello().json["device_seq"]
        assert (phone.sid != old_sid, settled) == (True, 1)
        assert phone.pull().json["code"] == "snapshot_required"
        assert statuses(phone.push(phone.captured[settled:])) == ["applied", "quarantined", "applied"]
        assert statuses(phone.push())[0] == "duplicate"
    assert on_hand(app) == whole
    assert_sound(app)


def copy_database(source: Any, target: Any) -> None:
    import sqlite3

    with sqlite3.connect(source) as reader, sqlite3.connect(target) as writer:
        reader.backup(writer)


POISON: dict[str, Any] = {
    "no object": 7,
    "nothing": None,
    "a list": [],
    "empty": {},
    "unknown kind": {"kind": "teleport"},
    "no body": {"body": None},
    "body of text": {"body": "x" * 1000},
    "unknown version": {"v": 99},
    "id of text": {"id": "<script>"},
    "id of 1,000 letters": {"id": "x" * 1000},
    "id of a number": {"id": 7},
    "time in 1970": {"at": 0},
    "time in 2100": {"at": 4_102_444_800_001},
    "time of text": {"at": "yesterday"},
    "time beyond all": {"at": 10**20},
    "actor beyond all": {"actor": 10**30},
    "actor of text": {"actor": "Ana"},
    "boot with controls": {"boot": "a\u0000"},
    "line of a number": {"line": 7},
    "offset beyond all": {"offset": 10**18},
}
BODIES: dict[str, Any] = {
    "quantity 0": {"quantity": "0"},
    "quantity below zero": {"quantity": "-1"},
    "quantity NaN": {"quantity": "NaN"},
    "quantity infinite": {"quantity": "Infinity"},
    "quantity 1e20": {"quantity": "1e20"},
    "quantity 10^20": {"quantity": "1" + "0" * 20},
    "quantity with seven decimals": {"quantity": "0.0000001"},
    "quantity a number": {"quantity": 3},
    "quantity of a megabyte": {"quantity": "9" * 100_000},
    "quantity nothing": {"quantity": None},
    "lot of a megabyte": {"lot": "x" * 100_000},
    "lot with controls": {"lot": "a\u0000b"},
    "half a letter": {"lot": "\ud800"},
    "a quantity that is no JSON": {"quantity": float("nan")},
    "no such item": {"item": 10**9},
    "item below zero": {"item": -1},
    "item beyond all": {"item": 10**30},
    "item of text": {"item": "tea"},
    "no such place": {"to": 10**9},
    "same place": {"to": 1},
    "place of text": {"to": "dock"},
    "reason unknown": {"reason": "because"},
    "date in 1970": {"expires_on": "1970-01-01"},
    "date that is none": {"expires_on": "2027-02-30"},
    "serials twice": {"serials": ["a", "a"], "quantity": "2"},
    "serials of numbers": {"serials": [1]},
    "more serials than pieces": {"serials": ["a", "b"], "quantity": "1"},
}


def poisoned(phone: Phone, world: World, name: str) -> Any:
    """An operation of the phone in which one thing is wrong."""
    bad = phone.move(world.sugar, SUPPLIER, world.dock, "1")
    if name in BODIES:
        bad["body"].update(BODIES[name])
        return bad
    if isinstance(POISON[name], dict) and POISON[name]:
        return {**bad, **POISON[name]}
    return POISON[name]


def test_poison_is_kept_for_a_person_and_its_neighbours_count(
    app: Flask, settings: Settings, world: World, phone: Phone, subtests: pytest.Subtests
) -> None:
    for number, name in enumerate([*POISON, *BODIES], 1):
        with subtests.test(name):
            good = phone.move(world.sugar, SUPPLIER, world.dock, "1")
            bad = poisoned(phone, world, name)
            batch = [good, bad, phone.move(world.sugar, SUPPLIER, world.dock, "1")]
            answer = phone.push(batch)
            assert statuses(answer) == ["applied", "quarantined", "applied"], answer.json
            verdict = answer.json["verdicts"][1]
            assert verdict["reason"] in REASONS
            assert 0 < len(verdict["message"]) <= 255
            assert on_hand(app) == {(world.sugar, "", world.dock): 2_000_000 * number}
            assert answer.json["device_seq"] == 3 * number
            before = dump(settings)
            assert statuses(phone.push(batch)) == ["duplicate", "quarantined", "duplicate"]
            assert dump(settings) == before
    assert_sound(app)


def test_a_queue_full_of_poison_empties_at_once(app: Flask, world: World, phone: Phone) -> None:
    batch = [poisoned(phone, world, name) for name in POISON]
    batch.append(phone.move(world.sugar, SUPPLIER, world.dock, "1"))
    assert statuses(phone.push(batch)) == ["quarantined"] * len(POISON) + ["applied"]
    assert phone.pull().json["device_seq"] == len(batch)
    assert on_hand(app) == {(world.sugar, "", world.dock): 1_000_000}


REASONS = {
    "bad_body",
    "bad_quantity",
    "unknown_item",
    "unknown_location",
    "same_location",
    "unsupported_version",
}


def test_markup_in_a_lot_is_text_like_any_other(app: Flask, world: World, phone: Phone) -> None:
    lot = "<b>&amp;'\"|%"
    phone.move(world.tea, SUPPLIER, world.dock, "1", lot=lot)
    assert statuses(phone.push()) == ["applied"]
    assert stock_of(phone.pull_all()) == {(world.tea, lot, world.dock): "1"}


def test_a_locked_database_says_come_again_and_nothing_has_advanced(
    app: Flask, settings: Settings, world: World, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.sqlite.LOCK_WAIT_S", 0.05)
    phone.move(world.sugar, SUPPLIER, world.dock)
    before = dump(settings)
    with locked(settings):
        answer = phone.push()
        assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
        assert answer.json["retry_after"] > 0
        assert phone.pull().status_code == 200
    assert dump(settings) == before
    assert statuses(phone.push()) == ["applied"]


@pytest.mark.parametrize("spare_pages", [0, 1, 2])
def test_a_full_disk_says_come_again_and_nothing_is_half_written(
    app: Flask, settings: Settings, world: World, phone: Phone, spare_pages: int
) -> None:
    for _ in range(400):
        phone.move(world.sugar, SUPPLIER, world.dock, lot="x" * 60)
    before = dump(settings)
    with app.app_context():
        database.engine.dispose()

        def fill(connection: Any, _entry: Any) -> None:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count={pages + spare_pages}")

        event.listen(database.engine, "connect", fill)
    answer = phone.push()
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert dump(settings) == before
    with app.app_context():
        event.remove(database.engine, "connect", fill)
        database.engine.dispose()
    assert set(statuses(phone.push())) == {"applied"}


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
