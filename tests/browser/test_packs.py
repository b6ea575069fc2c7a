"""Goods received by the case without network, while the office puts the size of the case right."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.catalog.models import Item
from app.database import database
from app.setup.small_world import THINGS
from app.stock.book.models import StockLevel
from app.stock.discrepancies.models import Discrepancy
from sync.quantity import SCALE
from tests.browser.day import DESK, PATIENCE_MS, Day, Phone, new_phone, sign_in_office, working_day

[TEA] = [thing for thing in THINGS if thing.code == "TEA-ASSAM-250"]


@pytest.fixture(scope="module")
def day(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    with working_day(tmp_path_factory.mktemp("packs"), prepared_home) as running:
        yield running


def correct_the_case(page: Page, day: Day, factor: str) -> None:
    """As a manager does on the pages of the office."""
    with day.app.app_context():
        item = database.session.scalars(select(Item.id).where(Item.code == TEA.code)).one()
        database.engine.dispose()
    page.goto(f"{day.url}/items/{item}")
    page.locator("#packs").get_by_role("link", name="case").click()
    page.fill("#factor", factor)
    page.get_by_text("The quantity was entered wrongly").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#packs")).to_contain_text(f"{factor} piece")


def receive_two_cases(phone: Phone) -> None:
    label = f"(01){TEA.case_barcode}(10)T2403(17)270630"
    phone.show("/receive").scan("LOC-DOCK", label, label)
    expect(phone.page.locator(".line-quantity")).to_have_text(
        "Change the quantity of Assam tea 250 g: 2case24 piece"
    )
    phone.press("Receive 1 line").confirmed("1 line received")


def test_cases_received_offline_are_posted_by_the_right_size_and_show_it(browser: Browser, day: Day) -> None:
    phone = new_phone(browser, day.url, "Phone")
    receive_two_cases(phone.lose_network())
    office = browser.new_context(viewport=DESK).new_page()
    correct_the_case(sign_in_office(office, day.url), day, "10")
    phone.find_network().wait_until_sent()
    phone.show("/outbox").press("Assam tea 250 g")
    sheet = phone.page.get_by_role("dialog")
    expect(sheet).to_contain_text("2 case × 12 piece")
    expect(sheet).to_contain_text("The pack held another quantity by then", timeout=PATIENCE_MS)
    with day.app.app_context():
        received = select(StockLevel.quantity).where(StockLevel.lot == "T2403", StockLevel.quantity > 0)
        assert database.session.scalars(received).all() == [20 * SCALE]
        [opened] = database.session.scalars(select(Discrepancy).where(Discrepancy.kind == "factor_changed"))
        number, operation = opened.quantity, opened.operation_id
        database.engine.dispose()
    assert number == -4 * SCALE
    office.goto(f"{day.url}/movements/{operation}")
    expect(office.get_by_text("2 case × 12 piece")).to_be_visible()
    expect(office.get_by_text("posted as 20 piece")).to_be_visible()
    office.context.close()
    phone.context.close()
