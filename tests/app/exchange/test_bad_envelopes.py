"""Bad input at the sync doors: one error of the one shape, nothing written, no trace of the inside."""

import gzip
import itertools
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.config import Settings
from app.database import Base, database
from tests.app.phone import Phone
from tests.app.visitor import Visitor

MEGABYTE = "x" * 1_000_000
WRONG = {
    "a number": 7,
    "a fraction": 1.5,
    "text": "zzz",
    "nothing": None,
    "truth": True,
    "a list": [],
    "an object": {"a": 1},
    "below zero": -1,
    "huge": 10**20,
    "a megabyte": MEGABYTE,
    "control characters": "a\u0000b\u001b",
    "markup": "<script>alert(1)</script>",
    "half a letter": "\ud800",
    "1e20": 1e20,
}
FIELDS = {
    "hello": ("device", "epoch", "sid", "app", "schema", "clock", "outbox"),
    "pull": ("device", "epoch", "sid", "cursor", "schema", "limit", "clock", "outbox"),
    "push": ("device", "epoch", "sid", "clock", "outbox", "operations"),
}
CLOCK = ("wall", "mono", "boot")
OUTBOX = ("pending", "oldest_at", "max_seq")


def places(door: str) -> list[tuple[str, ...]]:
    """Every field of a door's envelope, by its path."""
    inner = {"clock": CLOCK, "outbox": OUTBOX}
    nested = [(name, part) for name in FIELDS[door] for part in inner.get(name, ())]
    return [*((name,) for name in FIELDS[door]), *nested]


def envelope(phone: Phone, door: str) -> dict[str, Any]:
    """A request that would be accepted."""
    more: dict[str, dict[str, Any]] = {
        "hello": {"app": "1", "schema": 1},
        "pull": {"cursor": 0, "schema": 1, "limit": 10},
        "push": {"operations": []},
    }
    return phone.envelope(clock=phone.clock(), outbox=phone.outbox(), **more[door])


def counts(app: Flask) -> dict[str, int]:
    """How many rows each table holds."""
    with app.app_context():
        tables = Base.metadata.sorted_tables
        return {
            table.name: database.session.scalar(select(func.count()).select_from(table)) or 0
            for table in tables
        }


def assert_one_shape(answer: Any) -> None:
    """The answer is an error of the one shape and shows nothing of the inside."""
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.data[:500])
    body = answer.json
    assert (
        {"code", "message", "trace"}
        <= set(body)
        <= {"code", "message", "trace", "errors", "retry_after", "sid"}
    )
    text = answer.get_data(as_text=True)
    assert "Traceback" not in text
    assert 'File "' not in text
    assert len(text) < 5_000


@pytest.mark.parametrize("door", FIELDS)
def test_a_field_that_is_wrong_is_refused_or_taken_as_it_is(
    app: Flask, phone: Phone, door: str, subtests: pytest.Subtests
) -> None:
    phone.hello()
    before = counts(app)
    for place, kind in itertools.product(places(door), WRONG):
        with subtests.test(f"{'.'.join(place)}: {kind}"):
            answer = phone.ask(door, spoiled(envelope(phone, door), place, WRONG[kind]))
            if answer.status_code == 200:
                assert may_pass(door, place[-1], kind), answer.json
                assert not answer.json.get("verdicts")
            else:
                assert_one_shape(answer)
                assert answer.json["code"] in CODES, answer.json
            assert counts(app) == before


def spoiled(given: dict[str, Any], place: tuple[str, ...], wrong: Any) -> dict[str, Any]:
    """The envelope with one field replaced."""
    target = given
    for name in place[:-1]:
        target = target[name]
    target[place[-1]] = wrong
    return given


CODES = {
    "bad_envelope",
    "token_expired",
    "too_large",
    "snapshot_required",
    "upgrade_required",
    "other_server",
}


def may_pass(door: str, name: str, kind: str) -> bool:
    """Whether a wrong-looking value is right for the field after all."""
    optional = {"sid", "mono", "boot", "oldest_at", "max_seq", "limit"}
    if kind == "nothing":
        return name in optional or (door != "hello" and name in ("clock", "outbox", "device"))
    if name in ("sid", "app", "boot"):
        return isinstance(WRONG[kind], str) and len(WRONG[kind]) <= 40
    if name in ("epoch", "schema", "cursor", "wall", "oldest_at", "max_seq", "limit", "pending"):
        return kind == "a number"
    if name == "operations":
        return kind == "a list"
    if name == "outbox":
        return kind == "an object"
    return name == "mono" and kind in ("a number", "a fraction")


BROKEN = {
    "empty": b"",
    "cut": b"{",
    "a list": b"[]",
    "null": b"null",
    "a number": b"7",
    "text": b'"text"',
    "bytes": b"\xff\xfe\x00",
    "NaN": b'{"device": NaN}',
    "two": b"{}{}",
    "a deep list": b"[" * 100_000,
    "deep": b'{"a":' * 100_000,
    "a megabyte": MEGABYTE.encode(),
}


@pytest.mark.parametrize("door", FIELDS)
def test_what_is_no_envelope_is_refused(
    app: Flask, phone: Phone, door: str, subtests: pytest.Subtests
) -> None:
    before = counts(app)
    for name, body in BROKEN.items():
        with subtests.test(name):
            answer = phone.ask(door, body)
            assert_one_shape(answer)
            assert answer.json["code"] in ("bad_envelope", "too_large")
            assert counts(app) == before


def test_a_missing_field_is_named(phone: Phone, subtests: pytest.Subtests) -> None:
    required = {
        "hello": ("device", "schema", "clock"),
        "pull": ("schema", "cursor"),
        "push": ("clock", "epoch"),
    }
    for door, names in required.items():
        for name in names:
            with subtests.test(f"{door}: {name}"):
                given = envelope(phone, door)
                del given[name]
                answer = phone.ask(door, given)
                assert (answer.status_code, answer.json["code"]) == (400, "bad_envelope")
                assert name in json.dumps(answer.json["errors"])
    for name in ("device", "operations"):
        given = envelope(phone, "push")
        del given[name]
        assert phone.ask("push", given).json["code"] == "bad_envelope"


def test_fields_of_later_versions_are_passed_over(phone: Phone) -> None:
    for door in ("hello", "pull"):
        assert phone.ask(door, {**envelope(phone, door), "later": {"x": 1}}).status_code == 200


def test_more_than_256_kilobytes_as_sent_are_too_large(phone: Phone) -> None:
    given = {**envelope(phone, "push"), "padding": "x" * 300_000}
    answer = phone.ask("push", given)
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")
    packed = gzip.compress(json.dumps(given).encode())
    assert phone.ask("push", packed, headers={"Content-Encoding": "gzip"}).status_code == 200


def test_a_small_body_that_unpacks_to_a_huge_one_is_too_large(phone: Phone, settings: Settings) -> None:
    bomb = gzip.compress(b" " * (settings.request_limit_bytes + 1))
    assert len(bomb) < 10_000
    answer = phone.ask("push", bomb, headers={"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_more_than_500_operations_are_too_large(app: Flask, phone: Phone) -> None:
    before = counts(app)
    answer = phone.ask("push", {**envelope(phone, "push"), "operations": [{}] * 501})
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")
    assert counts(app) == before


def test_other_methods_are_refused_in_the_one_shape(phone: Phone) -> None:
    for path, method in itertools.product(
        ("hello", "push", "pull", "rescue"), ("get", "put", "delete", "patch")
    ):
        answer = getattr(phone.client, method)(f"/api/sync/v1/{path}")
        assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed")


def test_an_unknown_door_is_not_found_in_the_one_shape(phone: Phone) -> None:
    answer = phone.ask("nowhere", {})
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_bad_devices_are_refused(
    app: Flask, phone: Phone, signed_in: Callable[[str], Visitor], subtests: pytest.Subtests
) -> None:
    manager = signed_in("manager")
    before = counts(app)
    fresh = str(uuid.uuid4())
    bad = [
        {"device": fresh, "name": name}
        for name in ("", MEGABYTE, "a\u0000b", 7, None, [1], {"a": 1}, "x" * 101)
    ]
    bad += [{"device": device, "name": "p"} for device in ("", "x", 7, None, [], {}, "g" * 36, "\ud800" * 36)]
    for body in bad:
        with subtests.test(repr(body)[:80]):
            assert_one_shape(manager.post("/api/devices", json=body))
    for moment in (-1, 1.5, "yesterday", True, 10**20, [], {}):
        with subtests.test(f"stolen at {moment!r}"):
            path = f"/api/devices/{phone.device}/theft"
            assert_one_shape(manager.post(path, json={"stolen_at": moment}))
    assert counts(app) == before
    assert phone.hello().status_code == 200


def test_markup_in_a_device_name_is_kept_as_text(phone: Phone, signed_in: Callable[[str], Visitor]) -> None:
    name = "<img src=x onerror=alert(1)>"
    manager = signed_in("manager")
    assert manager.post("/api/devices", json={"device": phone.device, "name": name}).status_code == 201
    answer = manager.get("/api/devices")
    assert answer.json["devices"][0]["name"] == name
    assert answer.content_type == "application/json"
