"""PINs: set by people themselves, proven offline by devices that everybody on them may use."""

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.clock import now_ms
from app.database import database, reading, transaction
from app.people.access.models import SignIn
from app.people.access.owner import FRESH_MS
from app.people.audit.trail import AuditEntry
from app.people.devices import pins
from app.people.devices.models import UserPin
from app.people.devices.pins import ROUNDS, pin_problem, proof_of
from app.people.models import User
from app.people.sites import choose_sites
from tests.app.floor import World
from tests.app.phone import Phone
from tests.app.statements import statements
from tests.app.visitor import PASSWORD, Visitor

SignedIn = Callable[[str], Visitor]
PIN = "/api/account/pin"


def set_pin(browser: Visitor, pin: str = "2580", **more: str) -> Any:
    return browser.ask("PUT", PIN, json={"pin": pin, **more})


def people_of(phone: Phone) -> list[dict[str, Any]]:
    answer = phone.read("people")
    assert answer.status_code == 200, answer.json
    return list(answer.json["people"])


@pytest.mark.parametrize(
    ("pin", "problem"),
    [
        ("2580", None),
        ("90210734", None),
        ("123", "devices.pin_digits"),
        ("123456789", "devices.pin_digits"),
        ("12a4", "devices.pin_digits"),
        ("٢٥٨٠", "devices.pin_digits"),
        ("1111", "devices.pin_weak"),
        ("3456", "devices.pin_weak"),
        ("8765", "devices.pin_weak"),
    ],
)
def test_a_pin_has_four_to_eight_digits_that_are_no_run(pin: str, problem: str | None) -> None:
    assert pin_problem(pin) == problem


def test_the_proof_is_a_slow_salted_hash_that_any_browser_can_compute() -> None:
    proof = proof_of("2580", b"0123456789abcdef", 1000)
    assert proof.verifier == hashlib.pbkdf2_hmac("sha256", b"2580", bytes.fromhex(proof.salt), 1000).hex()
    assert ROUNDS >= 600_000


def test_people_with_a_pin_may_switch_on_a_device_and_nobody_else(
    app: Flask, signed_in: SignedIn, phones: Callable[..., Phone], staff: dict[str, int]
) -> None:
    phone = phones("operator")
    assert people_of(phone) == []
    assert set_pin(signed_in("operator")).status_code == 204
    assert set_pin(signed_in("manager"), "90210734").status_code == 204
    told = people_of(phone)
    assert [(one["id"], one["role"]) for one in told] == [
        (staff["manager"], "manager"),
        (staff["operator"], "operator"),
    ]
    operator = told[1]
    again = proof_of("2580", bytes.fromhex(operator["salt"]), operator["rounds"])
    assert again.verifier == operator["verifier"]
    with app.app_context(), transaction() as connection:
        connection.execute(update(User).where(User.id == staff["manager"]).values(disabled_at=now_ms()))
    assert [one["id"] for one in people_of(phone)] == [staff["operator"]]


def test_only_who_may_see_all_that_a_device_holds_may_switch_on_it(
    app: Flask, world: World, signed_in: SignedIn, phones: Callable[..., Phone], staff: dict[str, int]
) -> None:
    for role in ("operator", "manager"):
        set_pin(signed_in(role))
    phone = phones("manager")
    with app.app_context(), transaction() as connection:
        connection.execute(update(User).where(User.id == staff["operator"]).values(all_sites=False))
        choose_sites(connection, staff["operator"], [world.dock])
    assert [one["id"] for one in people_of(phone)] == [staff["manager"]]
    narrow = phones("operator")
    assert [one["id"] for one in people_of(narrow)] == [staff["manager"], staff["operator"]]


def test_devices_hear_in_the_feed_that_people_changed(
    signed_in: SignedIn, phones: Callable[..., Phone]
) -> None:
    phone, browser = phones("operator"), signed_in("operator")
    while phone.pull().json["more"]:
        pass
    assert "people" not in phone.pull().json
    set_pin(browser)
    answer = phone.pull().json
    assert answer["people"] is True and answer["changes"] == {}
    browser.delete(PIN)
    assert phone.pull().json["people"] is True
    assert people_of(phone) == []


@pytest.mark.parametrize("change", ["role", "disable", "enable"])
def test_devices_hear_when_an_administrator_changes_a_person(
    signed_in: SignedIn, phones: Callable[..., Phone], staff: dict[str, int], change: str
) -> None:
    phone, administrator = phones("operator"), signed_in("administrator")
    while phone.pull().json["more"]:
        pass
    path = f"/people/{staff['viewer']}"
    administrator.post(
        f"{path}/disable" if change != "role" else path, data={"name": "V", "role": "operator"}
    )
    if change == "enable":
        administrator.post(f"{path}/enable")
    assert phone.pull().json["people"] is True


def test_the_pin_needs_the_password_once_the_session_is_no_longer_fresh(
    app: Flask, signed_in: SignedIn
) -> None:
    browser = signed_in("operator")
    with app.app_context(), transaction() as connection:
        connection.execute(update(SignIn).values(created_at=now_ms() - FRESH_MS - 1))
    refused = set_pin(browser)
    assert refused.status_code == 422 and "current" in refused.json["errors"]["json"]
    assert set_pin(browser, current="wrong").status_code == 422
    assert set_pin(browser, current=PASSWORD).status_code == 204
    assert browser.get(PIN).json == {"is_set": True}


def test_neither_the_pin_nor_its_proof_is_read_by_anyone_but_devices(
    app: Flask, signed_in: SignedIn, visitor: Visitor
) -> None:
    manager = signed_in("manager")
    set_pin(manager)
    assert visitor.get("/api/sync/v1/people").status_code == 401
    assert manager.get("/api/sync/v1/people").status_code == 401
    with app.app_context():
        stored = database.session.scalars(select(UserPin)).one()
        trail = database.session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "pin")).one()
        assert stored.verifier not in f"{trail.before}{trail.after}" and trail.actor == "Ana Manager"
        assert "2580" not in (stored.salt, stored.verifier)


def test_a_revoked_device_hears_of_nobody(signed_in: SignedIn, phones: Callable[..., Phone]) -> None:
    phone, manager = phones("operator"), signed_in("manager")
    manager.post(f"/api/devices/{phone.device}/revocation")
    assert phone.read("people").json["code"] == "device_revoked"
    assert uuid.UUID(phone.device)


def test_the_page_sets_changes_and_removes_a_pin_and_says_what_it_protects(signed_in: SignedIn) -> None:
    browser = signed_in("operator")
    page = browser.get("/account/pin").text
    assert "What a PIN protects" in page and "It does not protect what is stored" in page
    refused = browser.post("/account/pin", data={"pin": "2580", "again": "2581"})
    assert refused.status_code == 422 and "The two are not the same." in refused.text
    refused = browser.post("/account/pin", data={"pin": "1234", "again": "1234"})
    assert refused.status_code == 422 and "too easy to guess" in refused.text
    assert browser.post("/account/pin", data={"pin": "2580", "again": "2580"}).status_code == 303
    assert "Your PIN is set." in browser.get("/account/pin").text
    browser.post("/account/pin/removal")
    assert browser.get(PIN).json == {"is_set": False}


def test_who_may_switch_is_read_by_the_same_statements_for_three_as_for_one(
    app: Flask, phones: Callable[..., Phone], staff: dict[str, int]
) -> None:
    phone = phones("operator")
    asked = []
    with app.app_context():
        for role in ("operator", "manager", "viewer"):
            with transaction() as connection:
                pins.set_pin(connection, staff[role], proof_of("2580", b"salt", 1))
            with reading() as connection, statements() as heard:
                people = pins.people_on(connection, phone.device)
            asked.append(len(heard))
    assert [person.role for person in people] == ["manager", "operator", "viewer"]
    assert asked[0] == asked[2], asked
