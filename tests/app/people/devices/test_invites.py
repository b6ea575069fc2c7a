"""Invitations: a one-time code from the office makes a phone a device."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.clock import now_ms
from app.database import database, transaction
from app.people.audit.trail import AuditEntry
from app.people.devices.enrolment import device_of
from app.people.devices.invites import LIFE_MS, invite
from app.people.devices.models import Device, DeviceInvite
from app.people.devices.sites import choose_device_sites, device_scope, overlap
from app.people.models import User
from app.people.sites import choose_sites
from tests.app.floor import World
from tests.app.visitor import Visitor

SignedIn = Callable[[str], Visitor]


def code_from(manager: Visitor, name: str = "") -> dict[str, Any]:
    answer = manager.post("/api/devices/invites", json={"name": name})
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def join(client: FlaskClient, code: str, device: str = "", name: str = "My phone") -> Any:
    return client.post(
        "/api/devices/joins", json={"code": code, "device": device or str(uuid.uuid4()), "name": name}
    )


def test_a_phone_joins_by_its_code_and_gets_a_credential_without_any_password(
    app: Flask, signed_in: SignedIn
) -> None:
    made, device = code_from(signed_in("manager"), "Tablet 3"), str(uuid.uuid4())
    assert made["address"].endswith(f"/floor#join={made['code']}")
    answer = join(app.test_client(), made["code"], device)
    assert (answer.status_code, answer.json["name"]) == (201, "Tablet 3")
    with app.app_context():
        found = device_of(answer.json["credential"])
        assert found is not None and found.id == device and not found.expired
        stored = database.session.scalars(select(DeviceInvite.code_hash)).one()
    assert made["code"] not in stored


def test_a_phone_names_itself_where_the_office_gave_no_name(app: Flask, signed_in: SignedIn) -> None:
    made = code_from(signed_in("manager"))
    assert join(app.test_client(), made["code"], name=" My  phone ").json["name"] == "My phone"


def test_a_code_works_once(app: Flask, signed_in: SignedIn) -> None:
    made = code_from(signed_in("manager"))
    assert join(app.test_client(), made["code"]).status_code == 201
    again = join(app.test_client(), made["code"])
    assert (again.status_code, again.json["code"]) == (403, "invite_gone")


def test_a_code_that_is_too_old_opens_nothing(app: Flask, signed_in: SignedIn) -> None:
    made = code_from(signed_in("manager"))
    with app.app_context(), transaction() as connection:
        aged = update(DeviceInvite).where(DeviceInvite.id == made["id"])
        connection.execute(aged.values(expires_at=now_ms() - 1))
    assert join(app.test_client(), made["code"]).json["code"] == "invite_gone"
    assert devices(app) == []


def test_a_code_whose_inviter_is_gone_opens_nothing(
    app: Flask, signed_in: SignedIn, staff: dict[str, int]
) -> None:
    made = code_from(signed_in("manager"))
    with app.app_context(), transaction() as connection:
        connection.execute(update(User).where(User.id == staff["manager"]).values(disabled_at=1))
    assert join(app.test_client(), made["code"]).json["code"] == "invite_gone"
    assert devices(app) == []


def devices(app: Flask) -> list[str]:
    with app.app_context():
        return list(database.session.scalars(select(Device.id)))


def test_a_phone_that_was_shut_out_does_not_come_back_by_a_code_and_the_code_stays_good(
    app: Flask, signed_in: SignedIn
) -> None:
    manager, device = signed_in("manager"), str(uuid.uuid4())
    join(app.test_client(), code_from(manager)["code"], device)
    manager.post(f"/api/devices/{device}/revocation")
    made = code_from(manager)
    assert join(app.test_client(), made["code"], device).json["code"] == "device_revoked"
    assert join(app.test_client(), made["code"]).status_code == 201


def test_guessing_codes_is_throttled_by_address(app: Flask) -> None:
    client = app.test_client()
    answers = [join(client, f"guess-{number}").status_code for number in range(42)]
    assert answers[:40] == [403] * 40 and answers[-1] == 429


def test_only_managers_invite(signed_in: SignedIn, visitor: Visitor) -> None:
    assert signed_in("operator").post("/api/devices/invites", json={}).status_code == 403
    assert visitor.post("/api/devices/invites", json={}).status_code == 401


def test_the_page_shows_the_code_once_and_says_when_the_phone_is_there(
    app: Flask, signed_in: SignedIn
) -> None:
    manager = signed_in("manager")
    page = manager.post("/devices/new", data={"name": "Tablet <3>"}).text
    assert "<svg" in page and "#join=" in page and "Waiting for the phone" in page
    code = page.split("#join=")[1].split("<")[0]
    with app.app_context():
        number = database.session.scalars(select(DeviceInvite.id)).one()
    state = manager.get(f"/devices/invites/{number}").text
    assert "Waiting" in state and "every 2s" in state and code not in state
    assert join(app.test_client(), code).status_code == 201
    state = manager.get(f"/devices/invites/{number}").text
    assert "Tablet &lt;3&gt; is connected." in state and "every 2s" not in state


def test_a_code_that_ran_out_is_said_on_the_page(app: Flask, signed_in: SignedIn) -> None:
    manager = signed_in("manager")
    made = code_from(manager)
    with app.app_context(), transaction() as connection:
        connection.execute(update(DeviceInvite).values(expires_at=now_ms() - 1))
    assert "has run out" in manager.get(f"/devices/invites/{made['id']}").text
    assert manager.get(f"/devices/invites/{'x' * 32}").status_code == 404


def test_a_name_that_is_too_long_is_said_beside_the_field(signed_in: SignedIn) -> None:
    answer = signed_in("manager").post("/devices/new", data={"name": "x" * 101})
    assert answer.status_code == 422 and 'class="field wrong"' in answer.text


def test_an_invitation_and_what_came_of_it_stand_in_the_audit_trail(app: Flask, signed_in: SignedIn) -> None:
    manager = signed_in("manager")
    device = join(app.test_client(), code_from(manager, "Tablet 3")["code"]).json["device"]
    assert manager.ask("PUT", f"/api/devices/{device}/name", json={"name": "Dock"}).status_code == 204
    manager.post(f"/api/devices/{device}/theft", json={})
    manager.delete(f"/api/devices/{device}/revocation")
    with app.app_context():
        trail = database.session.execute(
            select(AuditEntry.action, AuditEntry.actor)
            .where(AuditEntry.subject_kind == "device")
            .order_by(AuditEntry.id)
        ).all()
    assert [row.action for row in trail] == ["invited", "enrolled", "renamed", "reported", "reinstated"]
    assert trail[0].actor == "Ana Manager"


def test_a_device_works_in_the_sites_of_both_its_own_and_its_persons(
    app: Flask, world: World, staff: dict[str, int]
) -> None:
    assert overlap(None, frozenset({1})) == overlap(frozenset({1}), None) == frozenset({1})
    assert overlap(frozenset({1, 2}), frozenset({2, 3})) == frozenset({2})
    assert overlap(None, None) is None
    with app.app_context():
        with transaction() as connection:
            made = invite(connection, staff["operator"], "", [world.dock])
        answer = join(app.test_client(), made.code)
        assert made.expires_at <= now_ms() + LIFE_MS
        with transaction() as connection:
            device = answer.json["device"]
            assert device_scope(connection, device) == {world.dock}
            connection.execute(update(User).values(all_sites=False))
            choose_sites(connection, staff["operator"], [world.bin_a])
            assert device_scope(connection, device) == frozenset()
            choose_device_sites(connection, device, None)
            assert device_scope(connection, device) == {world.bin_a}
