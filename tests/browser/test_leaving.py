"""Whoever comes to a browser after one who signed out finds nothing of what was seen there."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from app import create_app
from app.database import database
from app.setup.seed import seed_world
from tests.app.visitor import PASSWORD, Visitor, email_of
from tests.browser.office_site import served_office
from tests.conftest import settings_at

PATIENCE_MS = 30_000
KEPT = """(address) => fetch(address, { cache: 'only-if-cached', mode: 'same-origin' })
    .then((answer) => answer.ok, () => false)"""
"""Whether the browser holds an answer without asking the server."""


@pytest.fixture
def office(prepared_home: Path, tmp_path: Path) -> Iterator[str]:
    """The office over the small world, in which one item has a photograph."""
    shutil.copy(prepared_home / "tallyman.sqlite3", tmp_path / "tallyman.sqlite3")
    with served_office(settings_at(tmp_path)) as address:
        app = create_app(settings_at(tmp_path))
        with app.app_context():
            seed_world()
        manager = Visitor(app.test_client())
        manager.sign_in(email_of("manager"))
        picture = io.BytesIO()
        Image.new("RGB", (64, 64), "teal").save(picture, "PNG")
        picture.seek(0)
        assert manager.post("/items/2/photo", data={"photo": (picture, "tea.png")}).status_code == 303
        with app.app_context():
            database.engine.dispose()
        yield address


def test_after_signing_out_neither_pages_nor_pictures_can_be_had_back(page: Page, office: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{office}/sign-in?next=/items/2")
    page.get_by_label("E-mail address").fill(email_of("manager"))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    photo = page.locator("img[src*='/photos/']").first
    expect(photo).to_be_visible(timeout=PATIENCE_MS)
    address, title = photo.get_attribute("src"), page.title()
    page.wait_for_function(KEPT, arg=address)
    page.evaluate("() => localStorage.setItem('of the floor app', 'unsent')")
    page.locator("form[action='/sign-out'] button").first.evaluate("(button) => button.click()")
    page.wait_for_url("**/sign-in", timeout=PATIENCE_MS)
    page.wait_for_function(f"(address) => ({KEPT})(address).then((kept) => !kept)", arg=address)
    assert page.evaluate("() => localStorage.getItem('of the floor app')") == "unsent"
    page.go_back()
    page.wait_for_url("**/sign-in?next=**", timeout=PATIENCE_MS)
    assert page.title() != title
