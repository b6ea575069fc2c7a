"""Names that are markup stay text wherever they come by: list, label, toast, and what a phone sends."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.day import DESK, PATIENCE_MS, Day, new_phone, open_stock, sign_in_office, working_day

PLANTED = "planted"
ITEM = f'<img class="{PLANTED}" src="x">Green & "black" tea'
DEVICE = f"<b class={PLANTED}>Phone</b>"


@pytest.fixture(scope="module")
def day(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    with working_day(tmp_path_factory.mktemp("markup"), prepared_home) as running:
        yield running


def reads(page: Page, part: str, words: str) -> None:
    """The words are read in that part of the page as they were typed, and nothing was made of them."""
    expect(page.locator(part, has_text=words).first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(f".{PLANTED}")).to_have_count(0)


def add_item(page: Page, url: str) -> None:
    """As a manager does, who types or pastes whatever the supplier called it."""
    page.goto(f"{url}/items/new")
    page.fill("#code", "MARKUP-1")
    page.fill("#name", ITEM)
    page.locator("#content button.primary").click()
    reads(page, "#toasts", ITEM)
    reads(page, "h1", ITEM)


def test_a_name_that_is_markup_is_read_as_it_was_typed(browser: Browser, day: Day) -> None:
    office = sign_in_office(browser.new_context(viewport=DESK).new_page(), day.url)
    add_item(office, day.url)
    phone = new_phone(browser, day.url, DEVICE)
    phone.show("/look-up?text=green")
    reads(phone.page, ".list-row", ITEM)
    phone.page.locator(".list-row", has_text=ITEM).first.click()
    reads(phone.page, "h1", ITEM)
    phone.show("/receive").scan("DOCK", "MARKUP-1")
    reads(phone.page, ".floor", ITEM)
    phone.press("Receive 1 line").confirmed("1 line received").wait_until_sent()
    phone.show("/outbox")
    reads(phone.page, ".list-row", ITEM)
    desk = open_stock(office, day.url)
    expect(desk.row(ITEM, "DOCK")).to_have_count(1, timeout=PATIENCE_MS)
    reads(desk.page, "[data-live=devices]", DEVICE)
    reads(desk.page, "[data-live=movements]", ITEM)
    for address, words in (("/items?q=green", ITEM), ("/movements", ITEM), ("/devices", DEVICE)):
        office.goto(f"{day.url}{address}")
        reads(office, "#content", words)
