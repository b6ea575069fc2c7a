"""Push: poison, a locked database and a full disk stop nobody and lose nothing."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.config import Settings
from app.database import database
from tests.app.books import assert_sound, dump, locked, on_hand, stock_of
from tests.app.floor import World
from tests.app.phone import SUPPLIER, Phone, statuses

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
    monkeypatch.setattr("app.database.passing.LOCK_WAIT_S", 0.05)
    phone.move(world.sugar, SUPPLIER, world.dock)
    before = dump(settings)
    with locked(settings):
        answer = phone.push()
        assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
        assert answer.json["retry_after"] > 0
        assert phone.pull().status_code == 200
    assert dump(settings) == before
    assert statuses(phone.push()) == ["applied"]


@pytest.mark.only_on("sqlite")
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
