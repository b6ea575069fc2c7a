"""Hello: how the server stands, and what the device told of itself."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.clock import now_ms
from app.database import database, transaction
from app.exchange.contact import QUIET_MS, Report, Settled, is_news, report_of
from app.people.devices.models import Device, DeviceEpoch
from app.stock.feed.models import FeedChange
from tests.app.floor import enrol
from tests.app.phone import Phone
from tests.app.visitor import Visitor

PhoneMaker = Callable[..., Phone]


def test_hello_tells_where_the_server_stands(phone: Phone) -> None:
    before = now_ms()
    answer = phone.hello()
    assert answer.status_code == 200, answer.json
    told = answer.json
    assert str(uuid.UUID(told["sid"])) == told["sid"]
    assert before <= told["server_time"] <= now_ms()
    assert (told["device_seq"], told["minimum_pull_version"]) == (0, 1)
    assert (told["scopes"], told["directives"]) == (["all"], [])
    assert told["feed"]["head"] >= told["feed"]["floor"] == 0


def test_an_old_layout_is_asked_to_load_the_app_anew(phone: Phone) -> None:
    assert phone.hello(schema=0).json["directives"] == ["reload_app"]


@pytest.mark.parametrize("door", ["hello", "pull"])
def test_a_device_that_was_shut_out_hears_that_it_must_drain_and_wipe(
    phone: Phone, door: str, signed_in: Callable[[str], Visitor]
) -> None:
    signed_in("manager").post(f"/api/devices/{phone.device}/revocation")
    answer = phone.hello() if door == "hello" else phone.pull()
    assert (answer.status_code, answer.json["code"]) == (403, "device_revoked")
    assert answer.json["directives"] == ["drain_then_wipe"]


@pytest.mark.parametrize("door", ["hello", "pull", "push"])
def test_an_unknown_an_expired_and_a_foreign_credential_ask_for_sign_in(
    app: Flask, phones: PhoneMaker, door: str
) -> None:
    phone, other = phones(), phones()
    genuine = phone.credential
    for wrong in ("", "nonsense", genuine[:-1], other.credential):
        phone.credential = wrong
        answer = getattr(phone, door)()
        assert (answer.status_code, answer.json["code"]) == (401, "token_expired"), wrong
    phone.credential = genuine
    with app.app_context(), transaction() as connection:
        connection.execute(update(Device).values(credential_expires_at=now_ms() - 1))
    answer = getattr(phone, door)()
    assert (answer.status_code, answer.json["code"]) == (401, "token_expired")


def test_the_office_cannot_say_hello_or_push_with_its_cookie(signed_in: Callable[[str], Visitor]) -> None:
    phone, browser = Phone(signed_in("manager").client), signed_in("manager")
    given = phone.envelope(schema=1, clock=phone.clock(), operations=[])
    for door in ("hello", "push"):
        answer = browser.post(f"/api/sync/v1/{door}", json=given)
        assert (answer.status_code, answer.json["code"]) == (401, "token_expired")


def test_signing_in_again_lets_the_phone_go_on(phone: Phone, signed_in: Callable[[str], Visitor]) -> None:
    lost = phone.credential
    enrol(signed_in("operator"), phone)
    assert phone.hello().status_code == 200
    phone.credential = lost
    assert phone.hello().status_code == 401


def test_what_a_phone_tells_of_itself_is_written_down(app: Flask, phone: Phone) -> None:
    oldest = now_ms() - 60_000
    wall = now_ms() - 5_000
    phone.hello(
        app="2.1",
        clock={"wall": wall},
        outbox={"pending": 3, "oldest_at": oldest, "max_seq": 3},
    )
    with app.app_context():
        row = database.session.get(Device, phone.device)
    assert row is not None
    assert (row.app_version, row.pending) == ("2.1", 3)
    assert row.clock_offset_ms == pytest.approx(5_000, abs=2_000)
    assert row.oldest_unsent_at == oldest + row.clock_offset_ms
    assert row.contact_at == pytest.approx(now_ms(), abs=5_000)


def contact_changes(app: Flask) -> int:
    """The newest position of a device's row."""
    with app.app_context():
        found = database.session.scalar(
            select(func.max(FeedChange.position)).where(FeedChange.entity == "device")
        )
    return int(found or 0)


def test_a_contact_that_tells_nothing_new_is_not_written_again(app: Flask, phone: Phone) -> None:
    phone.hello()
    first = contact_changes(app)
    phone.hello()
    assert contact_changes(app) == first
    phone.capture("void")
    phone.hello()
    assert contact_changes(app) > first


def test_a_pull_is_a_contact_only_when_it_tells_of_the_outbox(app: Flask, phone: Phone) -> None:
    phone.hello()
    phone.capture("void")
    before = contact_changes(app)
    phone.pull()
    phone.pull(clock=phone.clock())
    phone.pull(outbox=phone.outbox(1))
    assert contact_changes(app) == before
    phone.pull(clock=phone.clock(), outbox=phone.outbox(1))
    assert contact_changes(app) > before
    with app.app_context():
        row = database.session.get(Device, phone.device)
    assert row is not None
    assert row.pending == 1


def test_an_old_contact_is_written_again(app: Flask, phone: Phone) -> None:
    phone.hello()
    first = contact_changes(app)
    with app.app_context(), transaction() as connection:
        connection.execute(update(Device).values(contact_at=now_ms() - QUIET_MS))
    phone.hello()
    assert contact_changes(app) > first


def envelope(pending: int = 0, **outbox: Any) -> dict[str, Any]:
    return {"clock": {"wall": 900}, "outbox": {"pending": pending, **outbox}}


@pytest.mark.parametrize(
    ("given", "settled", "expected"),
    [
        (envelope(), Settled(), (0, None)),
        (envelope(3, oldest_at=500, max_seq=3), Settled(), (3, 600)),
        (envelope(3, oldest_at=500, max_seq=3), Settled(3, 650), (0, None)),
        (envelope(3, oldest_at=500, max_seq=3), Settled(2, 650), (1, 650)),
        (envelope(0, max_seq=9), Settled(4, 300), (5, 300)),
        (envelope(2, oldest_at=880, max_seq=9), Settled(4, 300), (5, 300)),
        (envelope(2), Settled(4, 300), (2, 300)),
        (envelope(1, oldest_at=5_000, max_seq=5), Settled(4, 300), (1, 1_000)),
    ],
    ids=[
        "empty",
        "three unsent",
        "all of them settled by this push",
        "one left: not older than the last settled",
        "a restored server misses five",
        "two unsent, and a restored server misses three before them",
        "no oldest time told",
        "a clock that is ahead",
    ],
)
def test_what_is_still_to_come(
    given: dict[str, Any], settled: Settled, expected: tuple[int, int | None]
) -> None:
    report = report_of(given, 1_000, settled)
    assert (report.pending, report.oldest_unsent_at) == expected
    assert report.clock_offset_ms == 100


def test_a_restored_server_knows_that_a_phone_has_more(app: Flask, phone: Phone) -> None:
    with app.app_context(), transaction():
        settled = DeviceEpoch(device_id=phone.device, epoch=1, applied_seq=50, effective_at=now_ms() - 9_000)
        database.session.add(settled)
    answer = phone.hello(outbox={"pending": 0, "oldest_at": None, "max_seq": 80})
    assert answer.json["device_seq"] == 50
    with app.app_context():
        row = database.session.get(Device, phone.device)
    assert row is not None
    assert row.pending == 30


def test_news_is_a_change_or_a_long_silence() -> None:
    known = Device(pending=0, oldest_unsent_at=None, contact_at=1_000, app_version="1")
    assert not is_news(known, Report(1_000 + QUIET_MS - 1, 0, None, 0, "1"))
    assert not is_news(known, Report(1_000, 0, None, 7, None))
    assert is_news(known, Report(1_000 + QUIET_MS, 0, None, 0, "1"))
    assert is_news(known, Report(1_001, 1, 900, 0, "1"))
    assert is_news(known, Report(1_001, 0, None, 0, "2"))
