"""The sockets: hints when the feed moved, for those who may listen, for as long as they may."""

import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, update

from app.database import publish, transaction
from app.exchange.hints import DELTA_MOST
from app.live import EXTENSION, Live
from app.people.access.models import SignIn
from app.people.devices.models import Device
from app.people.models import User
from app.stock.discrepancies.models import Discrepancy
from app.stock.quarantine.models import Quarantine
from tests.app.visitor import Visitor

PATIENCE_S = 60.0
"""How long a test waits for what must come; far beyond what it takes."""


class Listener:
    """A socket that keeps everything it hears."""

    def __init__(self, app: Flask, browser: Visitor | None = None, **auth: str) -> None:
        self.live: Live = app.extensions[EXTENSION]
        client = browser.client if browser else app.test_client()
        self.socket = self.live.socketio.test_client(app, flask_test_client=client, auth=auth or None)
        self.heard: list[dict[str, Any]] = []

    @property
    def is_open(self) -> bool:
        return bool(self.socket.is_connected())

    def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first message, heard or still to come, that is wanted."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            self.heard += self.socket.get_received() if self.is_open else []
            for message in self.heard:
                if wanted(message):
                    return message
            time.sleep(0.01)
        raise AssertionError(f"heard only {self.heard}")

    def hint(self, head: int) -> dict[str, Any]:
        """The hint that says the feed stands at ``head`` or beyond."""
        found = self.until(lambda message: message["name"] == "hint" and message["args"][0]["head"] >= head)
        return dict(found["args"][0])


def closed(listener: Listener) -> bool:
    """Whether the socket gets closed."""
    deadline = time.monotonic() + PATIENCE_S
    while listener.is_open and time.monotonic() < deadline:
        time.sleep(0.01)
    return not listener.is_open


@pytest.fixture
def listen(app: Flask) -> Iterator[Callable[..., Listener]]:
    """Opens sockets; all of them are closed at the end, and with them the task that served them."""
    opened: list[Listener] = []

    def open_socket(*given: Any, **auth: str) -> Listener:
        opened.append(Listener(app, *given, **auth))
        return opened[-1]

    yield open_socket
    for listener in opened:
        if listener.is_open:
            listener.socket.disconnect()
    live: Live = app.extensions[EXTENSION]
    deadline = time.monotonic() + PATIENCE_S
    while live.tailing and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not live.tailing


def change(app: Flask, *keys: tuple[str, str]) -> int:
    """Move the feed; its head."""
    with app.app_context(), transaction() as connection:
        return publish(connection, keys or [("item", "1")])


def credential_of(browser: Visitor, device: str) -> str:
    return str(browser.post("/api/devices", json={"device": device, "name": "p"}).json["credential"])


def test_a_signed_in_person_hears_at_once_where_the_feed_stands(
    app: Flask, listen: Callable[..., Listener], signed_in: Callable[[str], Visitor]
) -> None:
    listener = listen(signed_in("viewer"))
    hint = listener.hint(0)
    assert hint["head"] > 0
    assert uuid.UUID(hint["sid"])


def test_a_change_is_hinted_with_what_changed(
    app: Flask, listen: Callable[..., Listener], signed_in: Callable[[str], Visitor]
) -> None:
    listener = listen(signed_in("viewer"))
    before = listener.hint(0)["head"]
    head = change(app)
    hint = listener.hint(head)
    assert (hint["delta"]["from"], hint["delta"]["to"]) == (before, head)
    assert [row[1] for row in hint["delta"]["changes"]["item"]] == ["UNIDENTIFIED"]


def test_a_phone_listens_with_its_credential(
    app: Flask, listen: Callable[..., Listener], signed_in: Callable[[str], Visitor]
) -> None:
    listener = listen(credential=credential_of(signed_in("operator"), str(uuid.uuid4())))
    assert listener.is_open
    assert "delta" in listener.hint(change(app))


def test_many_changes_come_as_a_hint_without_them(
    app: Flask, listen: Callable[..., Listener], signed_in: Callable[[str], Visitor]
) -> None:
    listener = listen(signed_in("viewer"))
    head = change(app, *[("stock", f"1|{number}|1") for number in range(DELTA_MOST + 1)])
    assert "delta" not in listener.hint(head)


def test_devices_are_told_to_the_office_only_and_outcomes_must_be_pulled(
    app: Flask, listen: Callable[..., Listener], signed_in: Callable[[str], Visitor]
) -> None:
    device = str(uuid.uuid4())
    floor = listen(credential=credential_of(signed_in("operator"), device))
    office = listen(signed_in("viewer"))
    head = change(app, ("device", device), ("item", "1"))
    assert set(office.hint(head)["delta"]["changes"]) == {"device", "item"}
    assert set(floor.hint(head)["delta"]["changes"]) == {"item"}
    held = {"epoch": 1, "seq": 1, "raw": b"", "digest": "", "recorded_at": 1, "reason": "bad_body"}
    with app.app_context(), transaction() as connection:
        connection.execute(insert(Quarantine).values(operation_id="q", device_id=device, **held))
    head = change(app, ("outcome", "q"), ("item", "1"))
    assert "delta" not in floor.hint(head)
    assert set(office.hint(head)["delta"]["changes"]) == {"item"}


@pytest.mark.parametrize("auth", [{}, {"credential": "nonsense"}, {"credential": ""}])
def test_nobody_listens_without_signing_in(app: Flask, listen: Callable[..., Listener], auth: Any) -> None:
    assert not listen(**auth).is_open
    assert not app.extensions[EXTENSION].holders


def test_a_credential_that_ended_opens_no_socket_even_beside_a_session(
    app: Flask, listen: Callable[..., Listener], signed_in: Callable[[str], Visitor]
) -> None:
    browser = signed_in("operator")
    credential = credential_of(browser, str(uuid.uuid4()))
    with app.app_context(), transaction() as connection:
        connection.execute(update(Device).values(revoked_at=1))
    assert not listen(browser, credential=credential).is_open


def test_a_device_that_is_shut_out_is_cut_off(
    app: Flask, listen: Callable[..., Listener], signed_in: Callable[[str], Visitor]
) -> None:
    gone, stays = str(uuid.uuid4()), str(uuid.uuid4())
    operator = signed_in("operator")
    cut = listen(credential=credential_of(operator, gone))
    kept = listen(credential=credential_of(operator, stays))
    assert signed_in("manager").post(f"/api/devices/{gone}/revocation").status_code == 204
    assert closed(cut)
    kept.hint(change(app))
    assert kept.is_open


def test_who_signs_out_or_is_disabled_is_cut_off(
    app: Flask, listen: Callable[..., Listener], signed_in: Callable[[str], Visitor], staff: dict[str, int]
) -> None:
    browsers = {role: signed_in(role) for role in ("viewer", "operator", "manager")}
    sockets = {role: listen(browser) for role, browser in browsers.items()}
    assert browsers["viewer"].delete("/api/session").status_code == 204
    with app.app_context(), transaction() as connection:
        connection.execute(update(User).where(User.id == staff["operator"]).values(disabled_at=1))
    assert closed(sockets["viewer"])
    assert closed(sockets["operator"])
    assert sockets["manager"].is_open


def test_an_expired_session_is_cut_off(
    app: Flask, listen: Callable[..., Listener], signed_in: Callable[[str], Visitor]
) -> None:
    socket = listen(signed_in("viewer"))
    with app.app_context(), transaction() as connection:
        connection.execute(update(SignIn).values(expires_at=1))
    assert closed(socket)


def test_a_discrepancy_is_told_once_it_is_firm_and_only_once(
    app: Flask, listen: Callable[..., Listener], signed_in: Callable[[str], Visitor]
) -> None:
    listener = listen(signed_in("viewer"))
    with app.app_context(), transaction() as connection:
        common = {"kind": "negative", "subject": "x", "effective_at": 1, "opened_at": 1}
        connection.execute(insert(Discrepancy).values(id=1, **common))
        connection.execute(insert(Discrepancy).values(id=2, firm_at=5, **common))
        connection.execute(insert(Discrepancy).values(id=3, firm_at=5, closed_at=6, **common))
    keys = [("discrepancy", str(number)) for number in (1, 2, 3, 4)]
    listener.hint(change(app, *keys))
    assert listener.until(lambda heard: heard["name"] == "discrepancy")["args"] == [
        {"id": 2, "kind": "negative"}
    ]
    listener.hint(change(app, *keys))
    listener.hint(change(app))
    assert len([heard for heard in listener.heard if heard["name"] == "discrepancy"]) == 1


def test_nothing_is_taken_in(
    app: Flask, listen: Callable[..., Listener], signed_in: Callable[[str], Visitor]
) -> None:
    listener, other = listen(signed_in("manager")), listen(signed_in("viewer"))
    for event in ("hint", "discrepancy", "push", "join", "message"):
        listener.socket.emit(event, {"room": "office", "operations": []})
    head = change(app)
    listener.hint(head)
    other.hint(head)
    assert {heard["name"] for heard in other.heard} == {"hint"}
    assert {holder.room for holder in app.extensions[EXTENSION].holders.values()} == {"office"}


def test_a_database_that_cannot_be_read_for_a_while_does_not_end_the_hints(
    app: Flask,
    listen: Callable[..., Listener],
    signed_in: Callable[[str], Visitor],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listener = listen(signed_in("viewer"))
    live: Live = app.extensions[EXTENSION]
    failures: list[int] = []

    def broken() -> bool:
        failures.append(1)
        raise OSError("disk")

    with monkeypatch.context() as patch:
        patch.setattr(live, "look", broken)
        head = change(app)
        deadline = time.monotonic() + PATIENCE_S
        while not failures and time.monotonic() < deadline:
            time.sleep(0.01)
    assert failures
    assert listener.hint(head)


def test_a_page_of_another_site_opens_no_socket(signed_in: Callable[[str], Visitor]) -> None:
    browser, way = signed_in("viewer"), "/socket.io/?EIO=4&transport=polling"
    elsewhere = browser.get(way, headers={"Origin": "https://elsewhere.example"})
    assert elsewhere.status_code == 400
    assert "Access-Control-Allow-Origin" not in elsewhere.headers
    assert browser.get(way, headers={"Origin": "http://localhost"}).status_code == 200
