"""Pages on which managers look after devices."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import insert, select

from app.clock import now_ms
from app.database import database, transaction
from app.people.devices import pages as device_pages
from app.people.devices.desk import SILENT_AFTER_MS, STATES, in_state, state_of
from app.people.devices.models import Device
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]
MOMENT = now_ms()
KINDS = {
    "Handheld": {"contact_at": MOMENT},
    "Tablet 3": {"contact_at": MOMENT, "pending": 14, "oldest_unsent_at": MOMENT - 60_000},
    "Tablet 4": {"contact_at": MOMENT - 60_000, "pending": 2, "oldest_unsent_at": MOMENT - 301_000},
    "Away": {"contact_at": MOMENT - 180_000, "pending": 2, "oldest_unsent_at": MOMENT - 600_000},
    "Old phone": {"contact_at": MOMENT - SILENT_AFTER_MS - 1},
    "New phone": {"contact_at": None},
    "Guest": {"contact_at": MOMENT, "credential_expires_at": MOMENT - 1},
    "Lost <b>": {"contact_at": MOMENT, "revoked_at": MOMENT, "pending": 3},
}


def number(name: str) -> str:
    return f"00000000-0000-7000-8000-{list(KINDS).index(name):012}"


@pytest.fixture
def yard(app: Flask, staff: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Devices in every state, looked at in the moment that they were described for."""
    monkeypatch.setattr(device_pages, "now_ms", lambda: MOMENT)
    with app.app_context(), transaction() as connection:
        for name, facts in KINDS.items():
            common = {
                "id": number(name),
                "name": name,
                "user_id": staff["operator"],
                "credential_hash": number(name),
                "credential_expires_at": MOMENT + 10**9,
                "enrolled_at": MOMENT,
            }
            connection.execute(insert(Device).values(common | facts))


def test_the_state_of_a_row_and_the_filter_agree(app: Flask, yard: None) -> None:
    with app.app_context():
        for state in STATES:
            found = database.session.scalars(select(Device).where(in_state(state, MOMENT))).all()
            assert {device.name for device in found} == {
                device.name
                for device in database.session.scalars(select(Device))
                if state_of(device, MOMENT) == state
            }


def test_each_device_is_in_the_state_that_matters_most(app: Flask, yard: None) -> None:
    with app.app_context():
        states = {
            device.name: state_of(device, MOMENT) for device in database.session.scalars(select(Device))
        }
    assert states == {
        "Handheld": "connected",
        "Tablet 3": "unsent",
        "Tablet 4": "late",
        "Away": "unsent",
        "Old phone": "silent",
        "New phone": "silent",
        "Guest": "expired",
        "Lost <b>": "revoked",
    }


def test_the_list_shows_who_holds_what(yard: None, signed_in: Enter) -> None:
    page = signed_in("manager").get("/devices").text
    assert "Tablet 3" in page and "14" in page and "Ana Operator" in page
    assert "Lost &lt;b&gt;" in page and "Lost <b>" not in page


def test_the_list_is_filtered_by_state(yard: None, signed_in: Enter) -> None:
    late = signed_in("manager").get("/devices?state=late").text
    assert "Tablet 4" in late and "held up" in late and "Tablet 3" not in late
    page = signed_in("manager").get("/devices?state=unsent").text
    assert "Tablet 3" in page and "Handheld" not in page


def test_a_device_is_shut_out_and_let_in_again(app: Flask, yard: None, signed_in: Enter) -> None:
    manager = signed_in("manager")
    path = f"/devices/{number('Handheld')}"
    assert manager.post(f"{path}/revoke").headers["Location"] == path
    page = manager.get(path).text
    assert "Handheld is shut out." in page and "Let in again" in page
    manager.post(f"{path}/reinstate")
    assert "Shut out since" not in manager.get(path).text
    with app.app_context():
        device = database.session.get(Device, number("Handheld"))
        assert device is not None and device.revoked_at is None and device.stolen_at is None


def test_a_stolen_device_is_noted_as_such(app: Flask, yard: None, signed_in: Enter) -> None:
    manager = signed_in("manager")
    manager.post(f"/devices/{number('Handheld')}/revoke", data={"stolen": "1"})
    assert "Missing since" in manager.get(f"/devices/{number('Handheld')}").text


def test_an_unknown_device_is_a_page_that_says_so(signed_in: Enter) -> None:
    manager = signed_in("manager")
    for answer in (
        manager.get("/devices/00000000-0000-7000-8000-00000000ffff"),
        manager.post("/devices/00000000-0000-7000-8000-00000000ffff/revoke"),
        manager.get("/devices/not-a-number"),
    ):
        assert answer.status_code == 404


def test_no_device_yet_shows_how_to_begin(signed_in: Enter) -> None:
    page = signed_in("manager").get("/devices").text
    assert "No device yet" in page and 'href="/devices/new"' in page


def test_the_list_is_taken_away_as_a_file(yard: None, signed_in: Enter) -> None:
    told = signed_in("manager").get("/devices?as=csv").get_data().decode("utf-8-sig")
    assert "Tablet 3" in told and len(told.splitlines()) == 1 + len(KINDS)
