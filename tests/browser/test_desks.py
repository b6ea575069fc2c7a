"""The desks of the stock as a manager works at them: by keyboard, shown first, done, and undone."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from app import create_app
from app.catalog.look_up import ids_by_code
from app.clock import now_ms
from app.config import Settings
from app.database import database, reading, transaction
from app.setup.seed import seed_world
from app.stock.book.watermark import firm_up
from app.warehouse.places import places_by_code
from tests.app.phone import Phone
from tests.app.visitor import PASSWORD, Visitor, email_of
from tests.browser.office_site import served_office, strike
from tests.conftest import settings_at

HOUR_MS = 3_600_000
DESK = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def office(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The office over the small world, with a shelf below zero and a count that differs."""
    home = tmp_path_factory.mktemp("desks")
    shutil.copy(prepared_home / "tallyman.sqlite3", home / "tallyman.sqlite3")
    with served_office(settings_at(home)) as address:
        trouble(settings_at(home))
        yield address


def trouble(settings: Settings) -> None:
    """What a phone sends that a person must look at."""
    app: Flask = create_app(settings)
    with app.app_context():
        seed_world()
        with reading() as connection:
            item = ids_by_code(connection, ["PAN-MARM-340"])["PAN-MARM-340"]
            places = places_by_code(connection, ["A-02-06", "PACK", "A-03-06"])
    phone = Phone(app.test_client(), actor=3)
    visitor = Visitor(app.test_client())
    visitor.sign_in(email_of("operator"))
    answer = visitor.post("/api/devices", json={"device": phone.device, "name": "Phone 7"})
    phone.credential = answer.json["credential"]
    earlier = now_ms() - 2 * HOUR_MS
    phone.move(item, places["A-02-06"].id, places["PACK"].id, "30", at=earlier)
    phone.count(item, places["A-03-06"].id, "2", at=earlier)
    assert phone.push().status_code == 200
    with app.app_context():
        with transaction() as connection:
            firm_up(connection, now_ms())
        database.engine.dispose()


@pytest.fixture
def desk(browser: Browser, office: str) -> Iterator[Page]:
    """A window in which the manager has signed in."""
    context = browser.new_context(viewport=DESK, base_url=office)
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("#email", email_of("manager"))
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{office}/")
    yield page
    context.close()


def test_a_shelf_below_zero_is_put_right_by_keyboard_and_undone(desk: Page) -> None:
    strike(desk, "gd")
    desk.wait_for_url("**/discrepancies")
    desk.get_by_role("link", name="Below zero").first.focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("more left A-02-06 than ever came in")).to_be_visible()
    desk.get_by_role("link", name="Enter what is missing").click()
    preview = desk.get_by_role("region", name="What will be posted")
    expect(preview).to_contain_text("ADJUSTMENT")
    expect(preview).to_contain_text("Closes one discrepancy")
    desk.get_by_role("button", name="Post it").click()
    expect(desk.locator("#toasts")).to_contain_text("the discrepancy is closed")
    desk.goto("/movements?q=A-02-06")
    desk.locator("[data-row]").first.click()
    desk.get_by_role("link", name="Take back").click()
    desk.get_by_label("Reason").fill("Tried only")
    desk.get_by_role("button", name="Take back").click()
    expect(desk.get_by_text("Bilal Öztürk took this entry back.")).to_be_visible()


def test_the_list_of_movements_narrows_while_one_types(desk: Page) -> None:
    desk.goto("/movements")
    expect(desk.locator("[data-zone]")).to_have_value(re.compile(r"^-?\d+$"))
    rows = desk.locator("#list-body tbody tr")
    others = rows.filter(has_not_text="Seville marmalade")
    expect(others).not_to_have_count(0)
    desk.keyboard.press("f")
    desk.keyboard.type("marmalade")
    expect(desk).to_have_url(re.compile("q=marmalade(&|$)"))
    expect(others).to_have_count(0)
    expect(rows.first).to_contain_text("Seville marmalade")


def test_ticked_discrepancies_are_accepted_together(desk: Page) -> None:
    desk.goto("/discrepancies")
    form = desk.locator("#together")
    expect(form).to_be_hidden()
    desk.get_by_role("checkbox", name="Tick Count differs Seville marmalade 340 g").check()
    expect(form).to_contain_text("1 ticked")
    form.get_by_role("textbox").fill("Yearly count")
    form.get_by_role("button", name="Accept them").click()
    expect(desk.locator("#toasts")).to_contain_text("One discrepancy was accepted")


def test_what_an_adjustment_does_is_shown_while_the_form_is_filled_in(desk: Page) -> None:
    desk.goto("/stock/adjust")
    desk.get_by_text("More came to light").click()
    desk.get_by_label("Item").fill("PAN-HONY-340")
    desk.get_by_label("Location").fill("A-02-05")
    desk.get_by_label("Quantity").fill("3")
    desk.get_by_label("Reason").fill("Behind the shelf")
    desk.keyboard.press("Tab")
    preview = desk.get_by_role("region", name="What will be posted")
    expect(preview).to_contain_text("Heather honey")
    expect(preview).to_contain_text("33")
    desk.get_by_role("button", name="Post it").click()
    expect(desk.locator("#toasts")).to_contain_text("It was posted.")
    expect(desk.locator("#toasts").get_by_role("link", name="Undo")).to_be_visible()
