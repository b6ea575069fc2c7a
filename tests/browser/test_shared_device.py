"""A device that several people share: invited by the office, and handed on without network."""

from collections.abc import Iterator
from pathlib import Path
from secrets import token_bytes

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.database import database, transaction
from app.people.devices.invites import invite
from app.people.devices.models import Device
from app.people.devices.pins import proof_of, set_pin
from app.people.models import User
from app.settings import decide
from app.stock.book.models import Operation
from tests.app.visitor import email_of
from tests.browser.day import PATIENCE_MS, PEOPLE, PHONE, Day, Phone, gs1, working_day

MINUTE_MS = 60_000
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
    expect(page.locator("[name=pin]")).to_be_focused()
    page.keyboard.press("Escape")
    unlock(page, "manager")
    expect(page.get_by_role("heading", name="Hello, Bilal")).to_be_visible()
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


def leave_alone(page: Page, minutes: int) -> None:
    """Nobody touches the device for so long, and it is awake meanwhile."""
    page.clock.fast_forward(minutes * MINUTE_MS)


def sleep(page: Page, minutes: int) -> None:
    """The device sleeps for so long: its clock goes on, and nothing runs."""
    now = page.evaluate("() => Date.now()")
    page.clock.set_system_time((now + minutes * MINUTE_MS) / 1000)


def place_of(page: Page, name: str) -> tuple[float, float]:
    """Where a button is: a finger goes there whatever becomes of the button meanwhile."""
    box = page.get_by_role("button", name=name).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def choose_idle_lock(phone: Phone, minutes: int) -> None:
    phone.show("/settings").page.get_by_role("radio", name=f"{minutes} min").check(force=True)


def begin_work(phone: Phone) -> None:
    """One record that cannot be sent, and a list that is not confirmed."""
    phone.pick("LOC-A-01-01", gs1("T2401", 1)).show("/receive").scan(gs1("T2401", 4), "LOC-DOCK")
    expect(phone.page.locator(".line")).to_contain_text("Assam tea 250 g")


def somebody_else_looks(phone: Phone) -> None:
    """The list is its person's own: a colleague who unlocks the device does not find it."""
    unlock(phone.page, "manager")
    expect(phone.page.get_by_text("Nothing scanned yet")).to_be_visible()
    hand_over(phone)


def test_a_device_that_lies_about_locks_and_keeps_what_was_begun(browser: Browser, day: Day) -> None:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.clock.install()
    join_by_code(page, day)
    unlock(page, "operator")
    phone = Phone(context, page, day.url).wait_until_sent().lose_network()
    choose_idle_lock(phone, 2)
    begin_work(phone)
    leave_alone(page, 1)
    page.get_by_role("heading", name="Receive").click()
    leave_alone(page, 1)
    expect(page.locator(".line")).to_have_count(1)
    leave_alone(page, 1)
    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()
    expect(page.get_by_text("1 record of this device")).to_be_visible()
    somebody_else_looks(phone)
    unlock(page, "operator")
    phone.show("/receive")
    place = place_of(page, "Receive 1 line")
    sleep(page, 30)
    page.mouse.click(*place)
    unlock(page, "operator")
    expect(phone.status).to_contain_text("1 unsent")
    phone.press("Receive 1 line").confirmed("1 line received")
    phone.find_network().wait_until_sent()
    the_office_wants_it(day, minutes=5)
    locks_as_the_office_wants(phone.show("/settings").page)
    context.close()


def locks_as_the_office_wants(page: Page) -> None:
    """Never later than after five minutes, which nobody can choose away on the device."""
    expect(page.get_by_text("after 5 min at the latest")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("radio", name="10 min")).to_have_count(0)
    page.get_by_role("radio", name="5 min").check(force=True)
    leave_alone(page, 5)
    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()


def the_office_wants_it(day: Day, minutes: int) -> None:
    """Every device is to lock by itself after so long at the latest."""
    with day.app.app_context():
        with transaction() as connection:
            decide(connection, 1, {"idle_minutes": minutes})
        database.engine.dispose()
