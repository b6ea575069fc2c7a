"""A device that several people share: invited by the office, and handed on without network."""

from collections.abc import Iterator
from pathlib import Path
from secrets import token_bytes

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.database import database, transaction
from app.people.device_invites import invite
from app.people.device_pins import proof_of, set_pin
from app.people.models import Device, User
from app.stock.models import Operation
from tests.app.visitor import email_of
from tests.browser.day import PATIENCE_MS, PEOPLE, PHONE, Day, Phone, gs1, working_day

PINS = {"operator": "2580", "manager": "90210734"}


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory, prepared_home: Path) -> Iterator[Day]:
    with working_day(tmp_path_factory.mktemp("shared"), prepared_home) as running:
        yield running


def code_of(day: Day) -> str:
    """An invitation from the office; the people of the house have their PINs."""
    with day.app.app_context(), transaction() as connection:
        people = {row.email: row.id for row in connection.execute(select(User.id, User.email))}
        for role, pin in PINS.items():
            set_pin(connection, people[email_of(role)], proof_of(pin, token_bytes(16)))
        return invite(connection, people[email_of("manager")], "Tablet 3").code


def unlock(page: Page, role: str, pin: str | None = None) -> None:
    page.get_by_role("button", name=PEOPLE[role]).click()
    page.fill("[name=pin]", pin or PINS[role])
    page.get_by_role("button", name="Unlock").click()
    if pin is None:
        page.wait_for_selector(".floor", timeout=2 * PATIENCE_MS)


def hand_over(phone: Phone, button: str = "Switch person") -> None:
    page = phone.show("/settings").page
    page.get_by_role("button", name=button).click()
    if button != "Switch person":
        page.get_by_role("dialog").get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()


def join_by_code(page: Page, day: Day) -> None:
    page.goto(f"{day.url}/floor#join={code_of(day)}")
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_role("button", name=PEOPLE["operator"])).to_be_visible(timeout=PATIENCE_MS)
    assert "join=" not in page.url
    page.wait_for_function("() => navigator.serviceWorker.controller !== null", timeout=PATIENCE_MS)


def test_two_people_take_turns_offline_and_each_record_stands_under_its_own_name(
    browser: Browser, day: Day
) -> None:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    join_by_code(page, day)
    unlock(page, "operator")
    phone = Phone(context, page, day.url).wait_until_sent().lose_network()
    phone.pick("LOC-A-01-01", gs1("T2401", 1))
    hand_over(phone)
    unlock(page, "manager", "0000")
    expect(page.get_by_role("alert")).to_contain_text("This is not the PIN")
    page.keyboard.press("Escape")
    unlock(page, "manager")
    phone.pick("LOC-A-01-01", gs1("T2401", 1))
    hand_over(phone, "Sign out")
    unlock(page, "operator")
    phone.pick("LOC-A-01-01", gs1("T2401", 1))
    phone.find_network().wait_until_sent()
    with day.app.app_context():
        people = {row.id: row.email for row in database.session.execute(select(User.id, User.email))}
        device = database.session.scalars(select(Device.id).where(Device.name == "Tablet 3")).one()
        done = select(Operation.actor_id).where(Operation.device_id == device).order_by(Operation.seq)
        captors = [people[actor] for actor in database.session.scalars(done)]
        database.engine.dispose()
    assert captors == [email_of(role) for role in ("operator", "manager", "operator")]
    context.close()
