"""Rescue: what a broken phone exported is uploaded by a person and counts as if it had been pushed."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.clock import now_ms
from app.database import database
from app.exchange.rescue import MOST_OPERATIONS
from app.people.devices.models import Device
from tests.app.books import assert_sound, on_hand
from tests.app.floor import World, enrol
from tests.app.phone import SUPPLIER, Phone
from tests.app.visitor import Visitor

SignedIn = Callable[[str], Visitor]


def rescue(browser: Visitor, phone: Phone, operations: list[Any] | None = None, **more: Any) -> Any:
    chosen = phone.captured if operations is None else operations
    return browser.post("/api/sync/v1/rescue", json={**phone.envelope(operations=chosen), **more})


def test_what_a_broken_phone_held_counts_once_however_often_it_is_uploaded(
    app: Flask, world: World, phone: Phone, signed_in: SignedIn
) -> None:
    phone.move(world.sugar, SUPPLIER, world.dock, "2")
    phone.push()
    phone.move(world.sugar, SUPPLIER, world.dock, "3", at=now_ms() - 3_600_000)
    phone.move(777_777, SUPPLIER, world.dock, "1")
    clerk = signed_in("operator")
    first = rescue(clerk, phone)
    assert first.status_code == 200, first.json
    assert [verdict["status"] for verdict in first.json["verdicts"]] == [
        "duplicate",
        "applied",
        "quarantined",
    ]
    assert first.json["device_seq"] == 3
    again = rescue(clerk, phone)
    assert [verdict["status"] for verdict in again.json["verdicts"]] == [
        "duplicate",
        "duplicate",
        "quarantined",
    ]
    assert on_hand(app) == {(world.sugar, "", world.dock): 5_000_000}
    assert phone.push().status_code == 200
    assert on_hand(app) == {(world.sugar, "", world.dock): 5_000_000}
    assert_sound(app)


def test_more_than_a_push_holds_is_posted_in_turns(
    app: Flask, world: World, phone: Phone, signed_in: SignedIn
) -> None:
    for _ in range(1203):
        phone.move(world.sugar, SUPPLIER, world.dock, "1")
    answer = rescue(signed_in("operator"), phone)
    assert len(answer.json["verdicts"]) == 1203
    assert on_hand(app) == {(world.sugar, "", world.dock): 1_203_000_000}


def test_a_phone_that_this_server_never_knew_is_rescued_too(
    app: Flask, world: World, signed_in: SignedIn, staff: dict[str, int]
) -> None:
    stranger = Phone(app.test_client(), staff["operator"])
    stranger.move(world.sugar, SUPPLIER, world.dock, "2")
    assert rescue(signed_in("operator"), stranger).status_code == 200
    with app.app_context():
        row = database.session.get(Device, stranger.device)
    assert row is not None
    assert row.credential_expires_at == 0
    assert stranger.hello().status_code == 401
    enrol(signed_in("operator"), stranger)
    assert stranger.hello().json["device_seq"] == 1


def test_a_file_exported_before_a_restore_counts_all_the_same(
    app: Flask, world: World, phone: Phone, signed_in: SignedIn
) -> None:
    phone.move(world.sugar, SUPPLIER, world.dock, "2")
    assert rescue(signed_in("operator"), phone, sid="another server").status_code == 200


def test_a_rescue_needs_a_person_who_may_move_goods(
    world: World, phone: Phone, visitor: Visitor, signed_in: SignedIn
) -> None:
    assert rescue(visitor, phone).status_code == 401
    assert rescue(signed_in("viewer"), phone).status_code == 403
    assert phone.ask("rescue", phone.envelope(operations=[])).status_code == 401
    forger = signed_in("operator")
    forger.csrf_token = "x"
    assert rescue(forger, phone).status_code == 403


def test_a_gap_and_a_fork_are_told_as_in_a_push(world: World, phone: Phone, signed_in: SignedIn) -> None:
    clerk = signed_in("operator")
    for _ in range(3):
        phone.move(world.sugar, SUPPLIER, world.dock)
    answer = rescue(clerk, phone, phone.captured[1:])
    assert (answer.status_code, answer.json["code"], answer.json["expect"]) == (409, "gap", 1)
    rescue(clerk, phone)
    other = {**phone.captured[0], "id": str(uuid.uuid4())}
    answer = rescue(clerk, phone, [other])
    assert (answer.status_code, answer.json["code"], answer.json["last"]) == (409, "fork", 3)


def begin_epoch(phone: Phone) -> list[dict[str, Any]]:
    """Let the phone go on in a new epoch; what it captured in the one before."""
    before, phone.captured = phone.captured, []
    phone.epoch += 1
    return before


def test_a_file_that_spans_several_epochs_is_taken_whole(
    app: Flask, world: World, phone: Phone, signed_in: SignedIn
) -> None:
    phone.move(world.sugar, SUPPLIER, world.dock, "2")
    first = begin_epoch(phone)
    phone.move(world.sugar, SUPPLIER, world.dock, "3")
    phone.captured[0]["seq"] = 1
    more = [{"epoch": 2, "operations": phone.captured}]
    file = {"device": phone.device, "epoch": 1, "operations": first, "more": more}
    clerk = signed_in("operator")
    for status in ("applied", "duplicate"):
        answer = clerk.post("/api/sync/v1/rescue", json=file)
        assert [verdict["status"] for verdict in answer.json["verdicts"]] == [status, status]
        assert answer.json["device_seq"] == 1
    assert on_hand(app) == {(world.sugar, "", world.dock): 5_000_000}
    assert_sound(app)


def test_an_epoch_that_must_stop_holds_no_later_one_up(
    app: Flask, world: World, phone: Phone, signed_in: SignedIn
) -> None:
    for _ in range(2):
        phone.move(world.sugar, SUPPLIER, world.dock, "2")
    first = begin_epoch(phone)
    phone.move(world.sugar, SUPPLIER, world.dock, "3")
    phone.captured[0]["seq"] = 1
    more = [{"epoch": 2, "operations": phone.captured}]
    file = {"device": phone.device, "epoch": 1, "operations": first[1:], "more": more}
    answer = signed_in("operator").post("/api/sync/v1/rescue", json=file)
    assert (answer.status_code, answer.json["code"], answer.json["expect"]) == (409, "gap", 1)
    assert on_hand(app) == {(world.sugar, "", world.dock): 3_000_000}


def test_a_bad_operation_in_a_later_epoch_is_kept_as_it_is(
    world: World, phone: Phone, signed_in: SignedIn
) -> None:
    later = '[{"epoch": 2, "operations": [{"id": "x", "seq": 1, "half": "\\ud800"}]}]'
    body = f'{{"device": "{phone.device}", "epoch": 1, "operations": [], "more": {later}}}'
    clerk = signed_in("operator")
    answer = clerk.post("/api/sync/v1/rescue", data=body, content_type="application/json")
    assert [verdict["status"] for verdict in answer.json["verdicts"]] == ["quarantined"]


FIRST = {"device": str(uuid.UUID(int=7)), "epoch": 1, "operations": []}


@pytest.mark.parametrize(
    "body",
    [
        {**FIRST, "more": 7},
        {**FIRST, "more": [7]},
        {**FIRST, "more": [{"epoch": 2}]},
        {**FIRST, "more": [{"epoch": 0, "operations": []}]},
        {},
        [],
        {"device": "x", "epoch": 1, "operations": []},
        {"epoch": 1, "operations": []},
        {"operations": 7},
    ],
    ids=repr,
)
def test_a_file_that_is_no_export_is_refused(signed_in: SignedIn, body: Any) -> None:
    answer = signed_in("operator").post("/api/sync/v1/rescue", json=body)
    assert (answer.status_code, answer.json["code"]) == (400, "bad_envelope")


def test_more_than_a_rescue_holds_is_too_large(phone: Phone, signed_in: SignedIn) -> None:
    answer = rescue(signed_in("operator"), phone, [0] * (MOST_OPERATIONS + 1))
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")
    body = json.dumps(phone.envelope(operations=["x" * 5_000_000]))
    answer = signed_in("operator").post("/api/sync/v1/rescue", data=body, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")
