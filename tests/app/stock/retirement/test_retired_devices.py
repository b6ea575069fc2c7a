"""Retiring a device: the places it was working in are counted anew, and nobody waits for it any more."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import select, update

from app.clock import now_ms
from app.database import database, reading, transaction
from app.people.devices.desk import device_line
from app.people.devices.models import Device
from app.stock.book.check import differences
from app.stock.book.watermark import current_watermark
from app.stock.count_tasks.models import CountTask
from app.stock.discrepancies.models import Discrepancy
from app.stock.retirement.retired_devices import LOOK_BACK_MS, LOST_OPS, close_counted, places_worked_in
from tests.app.floor import World
from tests.app.phone import SUPPLIER, Phone, statuses
from tests.app.visitor import Visitor

SignedIn = Callable[[str], Visitor]
HOUR = 3_600_000


def worked(phone: Phone, world: World) -> None:
    """The phone received, moved and counted, the day before yesterday in one bin and now in two."""
    phone.move(world.sugar, SUPPLIER, world.bin_b, "5", at=now_ms() - 50 * HOUR)
    phone.move(world.sugar, SUPPLIER, world.dock, "5", at=now_ms() - 2 * HOUR)
    phone.count(world.sugar, world.bin_a, "0", at=now_ms() - HOUR)
    assert statuses(phone.push()) == ["applied"] * 3


def lost(app: Flask) -> dict[int | None, Any]:
    with app.app_context():
        rows = database.session.scalars(select(Discrepancy).where(Discrepancy.kind == LOST_OPS))
        return {row.location_id: row.closed_at for row in rows}


def retire(browser: Visitor, phone: Phone, **given: bool) -> Any:
    return browser.post(f"/api/devices/{phone.device}/retirement", json=given)


def test_each_place_that_it_was_working_in_last_is_to_be_counted(
    app: Flask, world: World, phone: Phone, phones: Callable[..., Phone], signed_in: SignedIn
) -> None:
    worked(phone, world)
    with app.app_context(), reading() as connection:
        since = now_ms() - LOOK_BACK_MS
        assert places_worked_in(connection, phone.device, since) == [world.bin_a, world.dock]
    answer = retire(signed_in("manager"), phone)
    assert (answer.status_code, answer.json) == (200, {"places": 2})
    assert lost(app) == {world.dock: None, world.bin_a: None}
    with app.app_context():
        asked = set(database.session.scalars(select(CountTask.location_id)))
    assert asked == {world.dock, world.bin_a}
    other = phones("operator")
    told = [row for row in other.pull_all()["discrepancy"].values() if row[1] == LOST_OPS]
    assert {(row[2], row[5]) for row in told} == {("firm", world.dock), ("firm", world.bin_a)}


def test_a_count_of_the_place_closes_it_and_a_count_from_before_does_not(
    app: Flask, world: World, phone: Phone, phones: Callable[..., Phone], signed_in: SignedIn
) -> None:
    worked(phone, world)
    retire(signed_in("manager"), phone)
    other = phones("operator")
    other.count(world.sugar, world.bin_a, "0", at=now_ms() - 600_000)
    other.count(world.sugar, world.dock, "5")
    assert statuses(other.push()) == ["applied"] * 2
    with app.app_context():
        with transaction() as connection:
            assert len(close_counted(connection, now_ms())) == 1
        with transaction() as connection:
            assert close_counted(connection, now_ms()) == []
    assert {place: closed is not None for place, closed in lost(app).items()} == {
        world.dock: True,
        world.bin_a: False,
    }
    with app.app_context(), reading() as connection:
        assert differences(connection) == []


def test_a_count_that_was_taken_back_closes_nothing(
    app: Flask, world: World, phone: Phone, phones: Callable[..., Phone], signed_in: SignedIn
) -> None:
    worked(phone, world)
    retire(signed_in("manager"), phone)
    other = phones("operator")
    counted = other.count(world.sugar, world.dock, "5")
    other.capture("reverse", target=counted["id"])
    assert statuses(other.push()) == ["applied"] * 2
    with app.app_context(), transaction() as connection:
        assert close_counted(connection, now_ms()) == []


def test_it_is_shut_out_named_as_retired_and_nobody_waits_for_it(
    app: Flask, world: World, phone: Phone, signed_in: SignedIn
) -> None:
    worked(phone, world)
    with app.app_context(), transaction() as connection:
        stuck = update(Device).where(Device.id == phone.device)
        connection.execute(stuck.values(pending=3, oldest_unsent_at=now_ms() - HOUR))
        assert current_watermark(connection, now_ms()).waiting
    manager = signed_in("manager")
    page = manager.get(f"/devices/{phone.device}").text
    assert "it held 3 records that were not sent" in page
    assert manager.post(f"/devices/{phone.device}/retire", data={"recount": "1"}).status_code == 303
    page = manager.get(f"/devices/{phone.device}").text
    assert "2 places are to be counted" in page and "It was retired." in page
    with app.app_context(), reading() as connection:
        assert device_line(phone.device).state == "retired"
        assert not current_watermark(connection, now_ms()).waiting
    assert phone.pull().json["code"] == "device_revoked"
    phone.move(world.sugar, SUPPLIER, world.dock, "90", at=now_ms() + HOUR)
    assert statuses(phone.push())[-1] == "quarantined"


def test_it_may_be_retired_without_counting_and_come_back(
    app: Flask, world: World, phone: Phone, signed_in: SignedIn
) -> None:
    worked(phone, world)
    manager = signed_in("manager")
    assert retire(manager, phone, recount=False).json == {"places": 0}
    assert lost(app) == {}
    manager.post(f"/devices/{phone.device}/reinstate")
    with app.app_context():
        assert device_line(phone.device).state != "retired"


def test_only_managers_retire_and_only_what_is_known(phone: Phone, signed_in: SignedIn) -> None:
    assert retire(signed_in("operator"), phone).status_code == 403
    unknown = Phone(phone.client)
    assert retire(signed_in("manager"), unknown).status_code == 404
