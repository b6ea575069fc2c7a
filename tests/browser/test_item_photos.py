"""The photograph of an item on a phone: given in the office, seen in the aisle, there without network."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from app.catalog.models import Item
from app.database import database
from tests.browser.day import DESK, PATIENCE_MS, Day, new_phone, sign_in_office, working_day

TEA, PICTURED = "TEA-ASSAM-250", (420, 300)


@pytest.fixture(scope="module")
def day(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    with working_day(tmp_path_factory.mktemp("photos"), prepared_home) as running:
        yield running


def tea(day: Day) -> int:
    with day.app.app_context():
        item = database.session.scalars(select(Item.id).where(Item.code == TEA)).one()
        database.engine.dispose()
    return item


def give_photo(page: Page, address: str) -> None:
    """As a manager does on the item's page."""
    written = io.BytesIO()
    Image.new("RGB", PICTURED, "darkolivegreen").save(written, "JPEG")
    page.goto(address)
    file = {"name": "tea.jpg", "mimeType": "image/jpeg", "buffer": written.getvalue()}
    page.set_input_files("input[name=photo]", file)
    expect(page.locator("img.photo.large")).to_be_visible()


def drawn(picture: Locator) -> None:
    """The browser has the picture and has drawn it."""
    expect(picture).to_be_visible(timeout=PATIENCE_MS)
    assert drawn_width(picture) == 192


def drawn_width(picture: Locator) -> int:
    """Points across of the picture that is drawn."""
    return int(picture.evaluate("image => image.decode().then(() => image.naturalWidth)"))


def enlarge(page: Page) -> None:
    """Tap the photograph on the page of its item."""
    page.get_by_role("button", name="Enlarge the photo").click(timeout=PATIENCE_MS)
    expect(page.get_by_role("dialog").get_by_role("img")).to_be_visible()


def test_a_photo_given_in_the_office_is_seen_on_the_phone_and_stays_without_network(
    browser: Browser, day: Day
) -> None:
    phone = new_phone(browser, day.url, "Phone")
    office = browser.new_context(viewport=DESK).new_page()
    give_photo(sign_in_office(office, day.url), f"{day.url}/items/{tea(day)}")
    phone.show("/look-up?text=tea")
    rows = phone.page.locator(".list-row", has_text="Assam tea 250 g")
    drawn(rows.first.locator("img"))
    expect(phone.page.locator(".list-row .sign svg").first).to_be_visible()
    phone.lose_network().page.reload()
    drawn(phone.page.locator(".list-row", has_text="Assam tea 250 g").first.locator("img"))
    phone.page.locator(".list-row", has_text="Assam tea 250 g").first.click()
    drawn(phone.page.get_by_role("img", name="Assam tea 250 g"))
    enlarge(phone.page)
    expect(phone.page.get_by_role("dialog")).to_contain_text("The full picture comes with the connection")
    phone.find_network()
    expect(phone.page.get_by_role("dialog")).not_to_contain_text("picture", timeout=PATIENCE_MS)
    assert drawn_width(phone.page.get_by_role("dialog").get_by_role("img")) == PICTURED[0]
    phone.page.keyboard.press("Escape")
    phone.lose_network().page.reload()
    enlarge(phone.page)
    expect(phone.page.get_by_role("dialog")).not_to_contain_text("picture")
    office.context.close()
    phone.context.close()
