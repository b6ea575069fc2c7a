"""Devices are enrolled by who is signed in, and shut out by managers."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.clock import DAY_MS, now_ms
from app.database import database, transaction
from app.people.devices.enrolment import device_of
from app.people.devices.models import Device
from tests.app.visitor import Visitor

SignedIn = Callable[[str], Visitor]


def enrolled(browser: Visitor, device: str, name: str = "Ana's phone") -> dict[str, Any]:
    answer = browser.post("/api/devices", json={"device": device, "name": name})
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def test_a_signed_in_person_enrols_a_phone_and_sees_the_credential_once(
    app: Flask, signed_in: SignedIn, staff: dict[str, int]
) -> None:
    device = str(uuid.uuid4())
    given = enrolled(signed_in("operator"), device)
    with app.app_context():
        row = database.session.get(Device, device)
        assert row is not None
        assert given["credential"] not in (row.credential_hash, row.name)
        assert given["expires_at"] - now_ms() == pytest.approx(90 * DAY_MS, abs=60_000)
        found = device_of(given["credential"])
    assert found is not None
    assert (found.id, found.user_id, found.expired, found.revoked) == (
        device,
        staff["operator"],
        False,
        False,
    )


def test_nobody_enrols_without_signing_in_or_with_a_forged_token(
    visitor: Visitor, signed_in: SignedIn
) -> None:
    body = {"device": str(uuid.uuid4()), "name": "x"}
    assert visitor.post("/api/devices", json=body).status_code == 401
    browser = signed_in("operator")
    browser.csrf_token = "guessed"
    assert browser.post("/api/devices", json=body).status_code == 403


def test_signing_in_again_replaces_the_credential(app: Flask, signed_in: SignedIn) -> None:
    device, browser = str(uuid.uuid4()), signed_in("operator")
    first, second = (enrolled(browser, device)["credential"] for _ in range(2))
    with app.app_context():
        assert device_of(first) is None
        assert device_of(second) is not None


def test_another_person_who_signs_in_on_a_phone_takes_it_over(
    app: Flask, signed_in: SignedIn, staff: dict[str, int]
) -> None:
    device = str(uuid.uuid4())
    enrolled(signed_in("operator"), device)
    credential = enrolled(signed_in("manager"), device.upper())["credential"]
    with app.app_context():
        found = device_of(credential)
    assert found is not None
    assert found.user_id == staff["manager"]


def test_nobody_takes_over_a_device_whose_id_is_all_they_know(
    app: Flask, signed_in: SignedIn, staff: dict[str, int]
) -> None:
    device = str(uuid.uuid4())
    held = enrolled(signed_in("manager"), device)["credential"]
    for former in ({}, {"former": f"{device}.guessed"}, {"former": "x"}):
        asked = {"device": device, "name": "mine", **former}
        answer = signed_in("operator").post("/api/devices", json=asked)
        assert (answer.status_code, answer.json["code"]) == (403, "device_of_another")
    with app.app_context():
        assert device_of(held) is not None


def test_one_who_holds_the_device_shows_it_by_its_former_credential_even_when_that_is_over(
    app: Flask, signed_in: SignedIn, staff: dict[str, int]
) -> None:
    device = str(uuid.uuid4())
    former = enrolled(signed_in("manager"), device)["credential"]
    with app.app_context(), transaction() as connection:
        connection.execute(update(Device).values(credential_expires_at=1))
    asked = {"device": device, "name": "tablet", "former": former}
    answer = signed_in("operator").post("/api/devices", json=asked)
    assert answer.status_code == 201
    with app.app_context():
        found = device_of(answer.json["credential"])
    assert found is not None and found.user_id == staff["operator"]


def test_on_a_device_that_the_office_let_in_again_anybody_signs_in(signed_in: SignedIn) -> None:
    device, manager = str(uuid.uuid4()), signed_in("manager")
    enrolled(manager, device)
    assert manager.post(f"/api/devices/{device}/revocation").status_code == 204
    assert manager.delete(f"/api/devices/{device}/revocation").status_code == 204
    enrolled(signed_in("operator"), device)


NOBODY = "7b0f3c1e-52a4-4a56-9d0f-000000000000"


@pytest.mark.parametrize("credential", ["", ".", "x", "\u00e9", "x" * 10_000, f"{NOBODY}.{'y' * 43}"])
def test_a_credential_that_nobody_was_given_opens_nothing(app: Flask, credential: str) -> None:
    with app.app_context():
        assert device_of(credential) is None


def test_an_expired_credential_is_known_as_such(app: Flask, signed_in: SignedIn) -> None:
    credential = enrolled(signed_in("operator"), str(uuid.uuid4()))["credential"]
    with app.app_context():
        with transaction() as connection:
            connection.execute(update(Device).values(credential_expires_at=now_ms()))
        found = device_of(credential)
    assert found is not None
    assert found.expired


def test_a_manager_shuts_a_phone_out_and_lets_it_in_again(app: Flask, signed_in: SignedIn) -> None:
    device, manager = str(uuid.uuid4()), signed_in("manager")
    credential = enrolled(signed_in("operator"), device)["credential"]
    assert manager.post(f"/api/devices/{device}/revocation").status_code == 204
    with app.app_context():
        found = device_of(credential)
        assert found is not None
        assert found.revoked
    refused = signed_in("operator").post("/api/devices", json={"device": device, "name": "x"})
    assert (refused.status_code, refused.json["code"]) == (403, "device_revoked")
    assert refused.json["directives"] == ["drain_then_wipe"]
    assert manager.delete(f"/api/devices/{device}/revocation").status_code == 204
    with app.app_context():
        found = device_of(credential)
    assert found is not None
    assert (found.revoked, found.expired) == (False, True)
    assert enrolled(signed_in("operator"), device)["credential"] != credential


def test_a_stolen_phone_is_shut_out_from_the_moment_it_went_missing(app: Flask, signed_in: SignedIn) -> None:
    device, manager = str(uuid.uuid4()), signed_in("manager")
    enrolled(signed_in("operator"), device)
    missing_since = now_ms() - DAY_MS
    assert manager.post(f"/api/devices/{device}/theft", json={"stolen_at": missing_since}).status_code == 204
    with app.app_context():
        row = database.session.execute(select(Device.stolen_at, Device.revoked_at)).one()
    assert row.stolen_at == missing_since
    assert row.revoked_at is not None
    assert (
        manager.post(f"/api/devices/{device}/theft", json={"stolen_at": now_ms() + DAY_MS}).status_code == 204
    )
    with app.app_context():
        assert database.session.scalars(select(Device.stolen_at)).one() <= now_ms()


@pytest.mark.parametrize("path", ["revocation", "theft"])
def test_only_managers_shut_out_and_only_what_is_known(signed_in: SignedIn, path: str) -> None:
    address = f"/api/devices/{uuid.uuid4()}/{path}"
    assert signed_in("operator").post(address, json={}).status_code == 403
    answer = signed_in("manager").post(address, json={})
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_managers_see_the_devices_a_page_at_a_time_and_no_credential(signed_in: SignedIn) -> None:
    manager = signed_in("manager")
    names = {enrolled(manager, str(uuid.uuid4()), f"tablet {number}")["device"] for number in range(3)}
    page = manager.get("/api/devices?limit=2").json
    rest = manager.get("/api/devices?limit=2&offset=2").json
    assert (len(page["devices"]), page["more"], len(rest["devices"]), rest["more"]) == (2, True, 1, False)
    assert {device["id"] for device in page["devices"] + rest["devices"]} == names
    assert not [
        name for device in page["devices"] for name in device if "hash" in name or name == "credential"
    ]
    assert signed_in("operator").get("/api/devices").status_code == 403
    assert manager.get("/api/devices?limit=201").status_code == 422
