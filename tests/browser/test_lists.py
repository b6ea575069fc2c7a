"""Lists as people work with them: narrow, save the view, come back to it, take it along."""

import csv
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.visitor import PASSWORD, email_of
from tests.browser.office_site import SEASON, served_office
from tests.conftest import settings_at


@pytest.fixture
def people(browser: Browser, prepared_home: Path, tmp_path: Path) -> Iterator[Page]:
    """The list of people, in the window of an administrator."""
    shutil.copy(prepared_home / "tallyman.sqlite3", tmp_path / "tallyman.sqlite3")
    with served_office(settings_at(tmp_path)) as address:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
        page = context.new_page()
        page.goto(f"{address}/sign-in")
        page.fill("#email", email_of("administrator"))
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/")
        page.goto(f"{address}/people")
        yield page
        context.close()


def test_a_view_is_saved_while_one_types_and_opened_again_by_its_tab(people: Page) -> None:
    people.locator("[data-list-search]").press_sequentially("Season 0")
    expect(people.get_by_role("status").filter(has_text="of 15")).to_be_visible()
    people.get_by_role("button", name="Save view").click()
    people.get_by_label("Name", exact=True).fill("With a nought")
    people.get_by_label("Open this list with it").check()
    people.get_by_role("dialog").get_by_role("button", name="Save").click()
    tab = people.get_by_role("link", name="With a nought")
    expect(tab).to_have_attribute("aria-current", "true")
    people.get_by_role("link", name="All", exact=True).click()
    expect(people.locator("tbody tr")).to_have_count(50)
    people.locator(".side").get_by_role("link", name="People").click()
    expect(people.locator("tbody tr")).to_have_count(15)
    people.get_by_role("button", name="Change the view With a nought").click()
    people.get_by_role("dialog").get_by_role("button", name="Delete view").click()
    expect(people.get_by_role("link", name="With a nought")).to_have_count(0)


def test_a_longer_page_and_the_whole_list_as_a_file(people: Page) -> None:
    people.locator("[data-list-search]").press_sequentially("Season")
    expect(people).to_have_url(re.compile("q=Season(&|$)"))
    expect(people.get_by_role("status").filter(has_text=f"of {SEASON}")).to_be_visible()
    people.get_by_label("Rows a page").select_option("100")
    expect(people.locator("tbody tr")).to_have_count(SEASON)
    people.get_by_role("button", name="Export").click()
    with people.expect_download() as download:
        people.get_by_role("link", name="CSV").click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    assert [row[0] for row in rows] == ["name", *(f"Season {number:02}" for number in range(SEASON))]
