"""Posting, resolving, releasing and verifying over JSON, by the same book as every phone."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.clock import now_ms
from app.config import Settings
from app.database import transaction
from tests.app.books import assert_sound, dump, locked, on_hand
from tests.app.floor import World
from tests.app.phone import CUSTOMER, SUPPLIER, Phone
from tests.app.visitor import Visitor

SignedIn = Callable[[str], Visitor]
MINUTE = 60_000


def move(world: World, quantity: str = "2", **more: Any) -> dict[str, Any]:
    body = {"item": world.sugar, "from": SUPPLIER, "to": world.dock, "quantity": quantity, **more}
    return {"kind": "move", "body": body}


def posted(browser: Visitor, *operations: Any) -> Any:
    return browser.post("/api/stock/operations", json={"operations": list(operations)})


def test_the_office_posts_and_phones_see_it(
    app: Flask, world: World, phone: Phone, signed_in: SignedIn, staff: dict[str, int]
) -> None:
    clerk = signed_in("operator")
    line = {"kind": "order", "id": "17"}
    answer = posted(clerk, {**move(world), "line": line}, move(world, "0.5"))
    assert answer.status_code == 201, answer.json
    assert [one["status"] for one in answer.json["operations"]] == ["applied", "applied"]
    assert phone.pull_all()["stock"][(world.sugar, "", world.dock)][3] == "2.5"
    assert phone.pull().json["head"] >= answer.json["head"]
    name = answer.json["operations"][0]["id"]
    told = clerk.get(f"/api/stock/operations/{name}").json["operation"]
    assert (told["actor_id"], told["line_kind"], told["line_id"]) == (staff["operator"], "order", "17")
    assert_sound(app)


def test_the_office_is_no_device_that_anyone_carries(world: World, phone: Phone, signed_in: SignedIn) -> None:
    manager = signed_in("manager")
    assert posted(manager, move(world)).status_code == 201
    assert [one["id"] for one in manager.get("/api/devices").json["devices"]] == [phone.device]
    own = manager.get("/api/sync/v1/snapshot").json["own"]["device"]
    assert [row[0] for row in own] == [phone.device]


def test_a_request_that_is_sent_again_counts_once(app: Flask, world: World, signed_in: SignedIn) -> None:
    clerk = signed_in("operator")
    operations = [{**move(world), "id": str(uuid.uuid4()).upper()} for _ in range(2)]
    assert posted(clerk, *operations).status_code == 201
    again = posted(clerk, *operations)
    assert [one["status"] for one in again.json["operations"]] == ["duplicate", "duplicate"]
    assert [one["id"] for one in again.json["operations"]] == [one["id"].lower() for one in operations]
    mixed = posted(clerk, operations[1], {**move(world), "id": str(uuid.uuid4())}).json
    assert [one["status"] for one in mixed["operations"]] == ["duplicate", "applied"]
    assert on_hand(app) == {(world.sugar, "", world.dock): 6_000_000}


def test_other_content_under_a_known_id_is_a_conflict(app: Flask, world: World, signed_in: SignedIn) -> None:
    clerk, name = signed_in("operator"), str(uuid.uuid4())
    assert posted(clerk, {**move(world), "id": name}).status_code == 201
    for operations in ([{**move(world, "9"), "id": name}], [{**move(world), "id": str(uuid.uuid4())}] * 2):
        answer = posted(clerk, *operations)
        assert (answer.status_code, answer.json["code"]) == (409, "id_reuse")
    assert on_hand(app) == {(world.sugar, "", world.dock): 2_000_000}


def test_it_posts_all_or_nothing(app: Flask, settings: Settings, world: World, signed_in: SignedIn) -> None:
    clerk = signed_in("operator")
    posted(clerk, move(world))
    before = dump(settings)
    answer = posted(clerk, move(world), move(world, item=99_999))
    assert (answer.status_code, answer.json["code"]) == (422, "unknown_item")
    assert dump(settings) == before


BAD = {
    "quantity 0": ({"quantity": "0"}, "bad_quantity"),
    "quantity below zero": ({"quantity": "-2"}, "bad_quantity"),
    "quantity NaN": ({"quantity": "NaN"}, "bad_quantity"),
    "quantity 1e20": ({"quantity": "1e20"}, "bad_quantity"),
    "quantity 10^20": ({"quantity": "1" + "0" * 20}, "bad_quantity"),
    "seven decimals": ({"quantity": "0.0000001"}, "bad_quantity"),
    "a number": ({"quantity": 2}, "bad_quantity"),
    "no such item": ({"item": 99_999}, "unknown_item"),
    "no such place": ({"to": 99_999}, "unknown_location"),
    "nowhere to go": ({"to": SUPPLIER}, "same_location"),
    "a lot of a megabyte": ({"lot": "x" * 1_000_000}, "invalid"),
    "a long lot": ({"lot": "x" * 65}, "bad_body"),
    "controls": ({"lot": "a\u0000"}, "bad_body"),
    "half a letter": ({"lot": "\ud800"}, "invalid"),
    "a date in 1970": ({"expires_on": "1970-01-01"}, "bad_body"),
    "item beyond all": ({"item": 10**30}, "bad_body"),
}


def test_what_cannot_be_posted_is_refused_with_its_reason(
    settings: Settings, world: World, signed_in: SignedIn, subtests: pytest.Subtests
) -> None:
    clerk = signed_in("operator")
    before = dump(settings)
    for name, (changes, code) in BAD.items():
        with subtests.test(name):
            answer = posted(clerk, {**move(world), "body": {**move(world)["body"], **changes}})
            assert (answer.status_code, answer.json["code"]) == (422, code), answer.json
            assert {"code", "message", "trace"} <= set(answer.json)
            assert set(answer.json) <= {"code", "message", "trace", "errors"}
            assert len(answer.data) < 2_000
            assert dump(settings) == before


NONSENSE: list[Any] = [
    {},
    [],
    {"operations": []},
    {"operations": {}},
    {"operations": [7]},
    {"operations": [{}]},
    {"operations": [{"kind": "void", "body": {}}]},
    {"operations": [{"kind": "move", "body": []}]},
    {"operations": [{"kind": "move", "body": {}, "id": "x"}]},
    {"operations": [{"kind": "move", "body": {}, "at": "now"}]},
    {"operations": [{"kind": "move", "body": {}, "at": -1}]},
    {"operations": [{"kind": "move", "body": {}, "line": {"kind": "x"}}]},
    {"operations": [{"kind": "move", "body": {}, "line": {"kind": "x" * 21, "id": "1"}}]},
    {"operations": [{"kind": "move", "body": {}, "actor": 1}]},
    {"operations": [{"kind": "move", "body": {}}] * 101},
]


def test_a_request_that_makes_no_sense_is_refused(
    settings: Settings, signed_in: SignedIn, subtests: pytest.Subtests
) -> None:
    clerk = signed_in("operator")
    before = dump(settings)
    for body in NONSENSE:
        with subtests.test(repr(body)[:60]):
            answer = clerk.post("/api/stock/operations", json=body)
            assert answer.status_code == 422, answer.json
            assert {"code", "message", "trace"} <= set(answer.json)
    for body in (b"", b"{", b"\xff", b"[" * 50_000, b'{"operations": NaN}'):
        with subtests.test(repr(body)[:60]):
            answer = clerk.post("/api/stock/operations", data=body, content_type="application/json")
            assert answer.status_code in (400, 422), answer.json
            assert {"code", "message", "trace"} <= set(answer.json)
    assert dump(settings) == before


def test_only_who_may_capture_posts(world: World, signed_in: SignedIn, visitor: Visitor) -> None:
    assert posted(visitor, move(world)).status_code == 401
    assert posted(signed_in("viewer"), move(world)).status_code == 403
    forger = signed_in("operator")
    forger.csrf_token = "x"
    assert posted(forger, move(world)).status_code == 403


def test_a_time_in_the_past_takes_its_place_before_a_count(
    app: Flask, world: World, phone: Phone, signed_in: SignedIn
) -> None:
    phone.count(world.sugar, world.dock, "5", at=now_ms() - 10 * MINUTE)
    phone.push()
    answer = posted(signed_in("operator"), {**move(world), "at": now_ms() - 30 * MINUTE})
    assert answer.status_code == 201
    assert on_hand(app) == {(world.sugar, "", world.dock): 5_000_000}
    assert_sound(app)


def test_a_locked_database_refuses_and_nothing_is_written(
    settings: Settings, world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = signed_in("operator")
    monkeypatch.setattr("app.database.passing.LOCK_WAIT_S", 0.05)
    before = dump(settings)
    with locked(settings):
        answer = posted(clerk, move(world))
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert dump(settings) == before


def standing(browser: Visitor) -> list[dict[str, Any]]:
    return list(browser.get("/api/stock/discrepancies").json["rows"])


def test_a_shelf_below_zero_is_filled_by_a_counter_entry(
    app: Flask, world: World, phone: Phone, signed_in: SignedIn, staff: dict[str, int]
) -> None:
    phone.move(world.sugar, world.bin_a, CUSTOMER, "3")
    phone.push()
    manager = signed_in("manager")
    (found,) = standing(manager)
    path = f"/api/stock/discrepancies/{found['id']}/resolution"
    answer = manager.post(path, json={"act": "adjust", "note": "Counted twice."})
    assert (answer.status_code, answer.json["state"]) == (200, "closed")
    assert answer.json["closed_by"] == str(staff["manager"])
    assert standing(manager) == []
    assert on_hand(app) == {}
    assert_sound(app)


def test_goods_with_an_unknown_code_are_identified(
    app: Flask, world: World, phone: Phone, signed_in: SignedIn
) -> None:
    at = now_ms() - 30 * MINUTE
    phone.capture("move", code="999", at=at, from_=SUPPLIER, to=world.dock, quantity="4")
    phone.push()
    manager = signed_in("manager")
    (found,) = [one for one in standing(manager) if one["kind"] == "unknown_code"]
    (came,) = manager.get("/api/stock/movements").json["rows"]
    path = f"/api/stock/discrepancies/{found['id']}/resolution"
    answer = manager.post(path, json={"act": "identify", "item": world.sugar})
    assert (answer.status_code, answer.json["state"]) == (200, "closed"), answer.json
    assert on_hand(app) == {(world.sugar, "", world.dock): 4_000_000}
    moved = manager.get("/api/stock/movements").json["rows"]
    assert {row["effective_at"] for row in moved if row["item_id"] == world.sugar} == {came["effective_at"]}
    assert_sound(app)


MISFITS: list[Any] = [
    {},
    {"act": "edit"},
    {"act": "adjust", "item": "x"},
    {"act": "adjust", "note": 7},
    {"act": "identify"},
    {"act": "relabel", "lot": "\u0000"},
]


def test_a_resolution_that_does_not_fit_is_refused(
    settings: Settings, world: World, phone: Phone, signed_in: SignedIn, subtests: pytest.Subtests
) -> None:
    phone.move(world.sugar, world.bin_a, CUSTOMER, "3")
    phone.push()
    manager = signed_in("manager")
    (found,) = standing(manager)
    before = dump(settings)
    for body in MISFITS:
        with subtests.test(repr(body)):
            answer = manager.post(f"/api/stock/discrepancies/{found['id']}/resolution", json=body)
            assert answer.status_code == 422, answer.json
            assert dump(settings) == before


@pytest.fixture
def held(world: World, phone: Phone) -> Phone:
    """A receipt of an item that nobody knows, and one that counts."""
    phone.move(55_555, SUPPLIER, world.dock, "3", at=now_ms() - 20 * MINUTE)
    phone.move(world.sugar, SUPPLIER, world.dock, "1", at=now_ms() - 10 * MINUTE)
    phone.push()
    phone.pull_all()
    return phone


def entry_path(browser: Visitor, act: str) -> str:
    (entry,) = browser.get("/api/stock/quarantine").json["rows"]
    return f"/api/stock/quarantine/{entry['id']}/{act}"


def test_a_held_operation_is_amended_and_posted_in_its_own_place(
    app: Flask, world: World, held: Phone, signed_in: SignedIn, staff: dict[str, int]
) -> None:
    manager = signed_in("manager")
    body = {**held.captured[0]["body"], "item": world.sugar}
    answer = manager.post(entry_path(manager, "amendment"), json={"body": body})
    assert (answer.status_code, answer.json["decision"]) == (200, "amended"), answer.json
    assert on_hand(app) == {(world.sugar, "", world.dock): 4_000_000}
    name = held.captured[0]["id"]
    told = manager.get(f"/api/stock/operations/{name}").json
    assert told["operation"]["actor_id"] == staff["operator"]
    assert told["operation"]["effective_at"] == pytest.approx(held.captured[0]["at"], abs=2_000)
    assert "55555" in told["quarantined"][0]["raw"]
    assert held.pull_all()["outcome"][(name,)][1] == "applied"
    assert_sound(app)


def test_a_release_that_still_cannot_be_posted_changes_nothing(
    settings: Settings, held: Phone, signed_in: SignedIn
) -> None:
    manager = signed_in("manager")
    path, before = entry_path(manager, "release"), dump(settings)
    answer = manager.post(path)
    assert (answer.status_code, answer.json["code"]) == (422, "unknown_item")
    assert dump(settings) == before


def test_what_was_released_is_not_decided_again(
    app: Flask, world: World, phone: Phone, signed_in: SignedIn
) -> None:
    manager = signed_in("manager")
    phone.move(world.sugar, SUPPLIER, world.dock, "3", at=now_ms() + MINUTE)
    manager.post(f"/api/devices/{phone.device}/revocation")
    with app.app_context(), transaction() as connection:
        connection.execute(text("UPDATE device SET revoked_at = revoked_at - 600000"))
    assert phone.push().json["verdicts"][0]["reason"] == "device_revoked"
    path = entry_path(manager, "release")
    assert manager.post(path).json["decision"] == "released"
    assert on_hand(app) == {(world.sugar, "", world.dock): 3_000_000}
    for act in ("release", "amendment", "discard"):
        again = manager.post(path.replace("release", act), json=given(act))
        assert (again.status_code, again.json["code"]) == (409, "already_decided")


def given(act: str) -> dict[str, Any]:
    """A body that the act accepts."""
    return {"release": {}, "amendment": {"body": {}}, "discard": {"reason": "Twice."}}[act]


def test_only_managers_decide_about_quarantine_and_only_what_is_there(signed_in: SignedIn) -> None:
    operator, manager = signed_in("operator"), signed_in("manager")
    for act in ("release", "amendment", "discard"):
        path = f"/api/stock/quarantine/1/{act}"
        assert operator.post(path, json=given(act)).status_code == 403
        assert manager.post(path, json=given(act)).status_code == 404


def test_an_amendment_that_is_none_is_refused(
    settings: Settings, held: Phone, signed_in: SignedIn, subtests: pytest.Subtests
) -> None:
    manager = signed_in("manager")
    path, before = entry_path(manager, "amendment"), dump(settings)
    for body in (None, [], "x", 7, {"a": "\ud800"}, {"a": "x" * 70_000}):
        with subtests.test(repr(body)[:20]):
            assert manager.post(path, json={"body": body}).status_code == 422
            assert dump(settings) == before


def verify(browser: Visitor, item: int, location: int, lot: str = "") -> Any:
    return browser.get(f"/api/stock/verify?item={item}&location={location}&lot={lot}")


def test_a_cell_is_verified_against_movements_and_facts(
    app: Flask, world: World, phone: Phone, signed_in: SignedIn
) -> None:
    phone.move(world.sugar, SUPPLIER, world.dock, "9", at=now_ms() - 50 * MINUTE)
    mistake = phone.move(world.sugar, SUPPLIER, world.dock, "4", at=now_ms() - 40 * MINUTE)
    phone.count(world.sugar, world.dock, "7", at=now_ms() - 30 * MINUTE)
    phone.move(world.sugar, world.dock, CUSTOMER, "2", at=now_ms() - 20 * MINUTE)
    phone.push()
    phone.capture("reverse", target=mistake["id"])
    phone.push()
    answer = verify(signed_in("viewer"), world.sugar, world.dock)
    assert answer.status_code == 200, answer.json
    told = answer.json
    assert (told["stored"], told["by_movements"], told["by_facts"], told["equal"]) == ("5", "5", "5", True)
    assert (told["fact_count"], told["digest"]) == (5, told["digest_by_facts"])
    with app.app_context(), transaction() as connection:
        connection.execute(text("UPDATE stock_level SET quantity = quantity + 1"))
    told = verify(signed_in("viewer"), world.sugar, world.dock).json
    assert (told["stored"], told["by_facts"], told["equal"]) == ("5.000001", "5", False)
    assert told["digest"] != told["digest_by_facts"]


def test_serials_are_replayed_too(world: World, phone: Phone, signed_in: SignedIn) -> None:
    phone.move(world.scanner, SUPPLIER, world.dock, "2", serials=["A", "B"], at=now_ms() - 9 * MINUTE)
    phone.move(world.scanner, world.bin_b, world.bin_a, "1", serials=["A"], at=now_ms() - 5 * MINUTE)
    phone.push()
    for place, quantity in ((world.dock, "1"), (world.bin_a, "1"), (world.bin_b, "0")):
        told = verify(signed_in("viewer"), world.scanner, place).json
        assert (told["stored"], told["equal"]) == (quantity, True)


def test_a_cell_that_nobody_ever_named_is_empty_three_ways(world: World, signed_in: SignedIn) -> None:
    told = verify(signed_in("viewer"), world.tea, world.bin_b, "none").json
    assert (told["stored"], told["by_facts"], told["movement_count"], told["equal"]) == ("0", "0", 0, True)


@pytest.mark.parametrize("place", [SUPPLIER, 99_999])
def test_a_place_that_is_no_shelf_is_not_verified(world: World, signed_in: SignedIn, place: int) -> None:
    answer = verify(signed_in("viewer"), world.sugar, place)
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_the_watermark_tells_whom_it_waits_for(
    world: World, phones: Callable[..., Phone], signed_in: SignedIn
) -> None:
    viewer = signed_in("viewer")
    assert viewer.get("/api/stock/watermark").json == {"at": None, "waiting": []}
    silent, busy = phones(), phones()
    silent.hello()
    oldest = now_ms() - 5 * MINUTE
    busy.hello(outbox={"pending": 2, "oldest_at": oldest, "max_seq": 2})
    posted(signed_in("operator"), move(world))
    told = viewer.get("/api/stock/watermark").json
    assert told["at"] == pytest.approx(oldest, abs=2_000)
    assert told["waiting"] == [f"phone {busy.device[:4]}"]
