"""What went wrong in other systems, each case as one test. The bug trackers they come from are named."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.clock import now_ms
from app.database import database
from app.stock.discrepancies.models import Discrepancy
from tests.app.books import assert_sound, on_hand, stock_of
from tests.app.floor import World
from tests.app.phone import CUSTOMER, SUPPLIER, Phone

MakePhone = Callable[..., Phone]
MINUTE = 60_000


def applied(answer: Any) -> bool:
    """Whether every operation of a push was posted."""
    return answer.status_code == 200 and {v["status"] for v in answer.json["verdicts"]} <= {"applied"}


def open_kinds(app: Flask) -> list[str]:
    """The kinds of what is open, sorted."""
    with app.app_context():
        return sorted(
            database.session.scalars(select(Discrepancy.kind).where(Discrepancy.closed_at.is_(None)))
        )


def stocked(phones: MakePhone, world: World, quantity: str, at: int) -> Phone:
    """A phone that put sugar into bin A."""
    phone = phones()
    phone.move(world.sugar, SUPPLIER, world.bin_a, quantity, at=at)
    assert applied(phone.push())
    return phone


def test_a_tab_killed_in_mid_push_counts_once(app: Flask, world: World, phone: Phone) -> None:
    """POSNext 50, 97: a reconnect doubled what was sent."""
    for _ in range(3):
        phone.move(world.sugar, SUPPLIER, world.dock)
    phone.push(phone.captured[:2])  # the answer was never read: the tab was gone
    assert phone.push().status_code == 200
    assert on_hand(app) == {(world.sugar, "", world.dock): 3_000_000}
    assert_sound(app)


def test_one_entry_retried_five_times_stays_one(app: Flask, world: World, phone: Phone) -> None:
    """bhima 5503: one entry became five."""
    phone.move(world.sugar, SUPPLIER, world.dock, "7")
    verdicts = [phone.push().json["verdicts"][0]["status"] for _ in range(5)]
    assert verdicts == ["applied", "duplicate", "duplicate", "duplicate", "duplicate"]
    assert on_hand(app) == {(world.sugar, "", world.dock): 7_000_000}


def test_a_scan_made_during_a_sync_request_goes_with_the_next(app: Flask, world: World, phone: Phone) -> None:
    """OpenLMIS drops an event from its queue before it is sent."""
    phone.move(world.sugar, SUPPLIER, world.dock)
    under_way = list(phone.captured)
    phone.move(world.sugar, SUPPLIER, world.dock)
    assert phone.push(under_way).json["device_seq"] == 1
    assert phone.push(phone.captured[1:]).json["device_seq"] == 2
    assert on_hand(app) == {(world.sugar, "", world.dock): 2_000_000}


def test_counting_does_not_stop_the_picking(app: Flask, world: World, phones: MakePhone) -> None:
    """odoo 42997, openboxes 5092: a count locked the bin, or undid a pick."""
    now = now_ms()
    stocked(phones, world, "10", now - 60 * MINUTE)
    picker, counter = phones(), phones()
    picker.move(world.sugar, world.bin_a, CUSTOMER, "3", at=now - 30 * MINUTE)
    counter.count(world.sugar, world.bin_a, "7", at=now - 20 * MINUTE)
    picker.move(world.sugar, world.bin_a, CUSTOMER, "2", at=now - 10 * MINUTE)
    assert counter.push().status_code == 200
    assert picker.push().status_code == 200
    assert on_hand(app) == {(world.sugar, "", world.bin_a): 5_000_000}
    assert open_kinds(app) == []


def test_a_receipt_from_before_a_count_does_not_change_what_was_counted(
    app: Flask, world: World, phones: MakePhone
) -> None:
    """A back-dated receipt was added to a count that had seen the goods already."""
    now = now_ms()
    counter, late = phones(), phones()
    counter.count(world.sugar, world.bin_a, "12", at=now - 10 * MINUTE)
    counter.push()
    assert open_kinds(app) == ["variance"]
    late.move(world.sugar, SUPPLIER, world.bin_a, "12", at=now - 50 * MINUTE)
    late.push()
    assert on_hand(app) == {(world.sugar, "", world.bin_a): 12_000_000}
    assert open_kinds(app) == []
    assert_sound(app)


def test_two_people_take_the_last_five(app: Flask, world: World, phones: MakePhone) -> None:
    """InvenTree 12478, odoo 62139: the second was refused, or the number wrong. Both happened."""
    now = now_ms()
    stocked(phones, world, "5", now - 60 * MINUTE)
    for minutes in (20, 10):
        taker = phones()
        taker.move(world.sugar, world.bin_a, CUSTOMER, "5", at=now - minutes * MINUTE)
        assert taker.push().json["verdicts"][0]["status"] == "applied"
    assert on_hand(app) == {(world.sugar, "", world.bin_a): -5_000_000}
    assert open_kinds(app) == ["negative"]


def test_ten_taken_out_of_six_are_ten(app: Flask, world: World, phones: MakePhone) -> None:
    """Quantities were cut to what the books held, in silence."""
    now = now_ms()
    phone = stocked(phones, world, "6", now - 60 * MINUTE)
    phone.move(world.sugar, world.bin_a, CUSTOMER, "10", at=now - 5 * MINUTE)
    verdict = phone.push(phone.captured[1:]).json["verdicts"][0]
    assert verdict["status"] == "applied"
    assert [found["kind"] for found in verdict["discrepancies"]] == ["negative"]
    assert on_hand(app) == {(world.sugar, "", world.bin_a): -4_000_000}


def test_twenty_identical_scans_in_five_seconds_are_twenty(app: Flask, world: World, phone: Phone) -> None:
    """odoo 3564: scans that came fast were dropped."""
    begun = now_ms() - MINUTE
    for number in range(20):
        phone.move(world.sugar, SUPPLIER, world.dock, at=begun + number * 250)
    assert applied(phone.push())
    assert on_hand(app) == {(world.sugar, "", world.dock): 20_000_000}


def test_every_bad_line_of_a_long_count_is_told_at_once(app: Flask, world: World, phone: Phone) -> None:
    """erpnext 49507: a count of 5,000 lines stopped at each error, one after the other."""
    bad = {number for number in range(500) if number % 50 == 7}
    for number in range(500):
        phone.count(world.sugar, world.bin_a, "NaN" if number in bad else str(number))
    verdicts = phone.push().json["verdicts"]
    assert {n for n, verdict in enumerate(verdicts) if verdict["status"] == "quarantined"} == bad
    assert all(v["message"] for v in verdicts if v["status"] == "quarantined")
    assert on_hand(app) == {(world.sugar, "", world.bin_a): 499_000_000}


def test_a_network_that_flips_on_and_off_loses_nothing(app: Flask, world: World, phone: Phone) -> None:
    """grocy-android 816, open-msupply 8310: each flip sent a part again, or left one out."""
    for number in range(9):
        phone.move(world.sugar, SUPPLIER, world.dock)
        if number % 3 == 0:
            phone.push(phone.captured[max(0, number - 4) :])
    assert phone.push().json["device_seq"] == 9
    assert on_hand(app) == {(world.sugar, "", world.dock): 9_000_000}


def test_a_screen_locked_in_mid_sync_goes_on_where_it_was(app: Flask, world: World, phone: Phone) -> None:
    """open-msupply 8310: the page was frozen after the push and before the pull."""
    phone.move(world.sugar, SUPPLIER, world.dock, "4")
    phone.push()
    rows = phone.pull_all()
    assert stock_of(rows) == {(world.sugar, "", world.dock): "4"}
    assert phone.push().json["verdicts"][0]["status"] == "duplicate"
