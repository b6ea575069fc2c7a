"""Push: who captured it, whether they might, and what a lost phone still sends."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.clock import now_ms
from app.database import database, transaction
from app.people.devices.models import Device
from app.people.models import User
from app.stock.book.models import Operation
from tests.app.books import on_hand
from tests.app.floor import World
from tests.app.phone import SUPPLIER, Phone, statuses
from tests.app.visitor import Visitor

MakePhone = Callable[..., Phone]
MINUTE = 60_000


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
