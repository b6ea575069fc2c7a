"""The office as a person meets it: by keyboard, on three sizes, in every theme, with and without a server."""

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.web.assets import DIST
from tests.app.visitor import PASSWORD, email_of
from tests.browser.office_site import axe_source, served_office, strike
from tests.conftest import settings_at

SIZES = {"phone": (390, 844), "tablet": (820, 1180), "desk": (1440, 900)}
PATHS = ("/", "/people", "/people/2", "/settings", "/api/")
"""Pages that stand otherwise on a wide screen; every page there is is looked at on a phone."""

Enter = Callable[..., Page]


@pytest.fixture(scope="module")
def office(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("office")
    shutil.copy(prepared_home / "tallyman.sqlite3", home / "tallyman.sqlite3")
    with served_office(settings_at(home)) as address:
        yield address


AWAKE = "() => 'htmx-internal-data' in (document.querySelector('[hx-get]') ?? {})"
"""A page whose scripts have run, htmx last."""

UNDER_WAY = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"
"""Parts of a page that are on their way in or out: their links do not do all that they will do."""


@pytest.fixture
def enter(browser: Browser, office: str) -> Iterator[Enter]:
    """Opens a window of a size in which a person of a role is signed in."""
    contexts: list[BrowserContext] = []

    def opened(size: str = "desk", role: str = "administrator", theme: str = "") -> Page:
        width, height = SIZES[size]
        is_phone = size == "phone"
        context = browser.new_context(
            viewport={"width": width, "height": height}, is_mobile=is_phone, has_touch=is_phone
        )
        contexts.append(context)
        if theme:
            context.add_cookies([{"name": "tallyman-theme", "value": theme, "url": office}])
        page = context.new_page()
        page.goto(f"{office}/sign-in")
        page.fill("#email", email_of(role))
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{office}/")
        return page

    yield opened
    for context in contexts:
        context.close()


A_FEW_OF_MANY = """() => {
  for (const one of document.querySelectorAll('.operation:nth-of-type(n + 3)')) one.remove()
  for (const one of document.querySelectorAll('.operation')) one.open = true
}"""
"""Of the operations on the API's page, all made alike, two a chapter stay, opened; a phone sees them all."""

COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that a theme can break: it changes colours and nothing else."""


def barriers(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What keeps people out of a page, says axe, of any weight; by these rules, where some are named."""
    page.evaluate(axe_source(DIST.parent))
    how = {"resultTypes": ["violations"], "elementRef": False, **({"runOnly": list(rules)} if rules else {})}
    found: dict[str, Any] = page.evaluate("how => axe.run(document, how)", how)
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found["violations"]]


def test_no_page_keeps_anybody_out_at_a_desk(enter: Enter, office: str) -> None:
    page = enter()
    for path in PATHS:
        page.goto(office + path)
        page.evaluate(A_FEW_OF_MANY)
        assert barriers(page) == [], path


@pytest.mark.parametrize("theme", ["dark", "sun"])
def test_every_theme_can_be_read(enter: Enter, office: str, theme: str) -> None:
    page = enter("desk", theme=theme)
    for path in ("/", "/people", "/people/2", "/api/"):
        page.goto(office + path)
        page.evaluate(A_FEW_OF_MANY)
        assert barriers(page, COLOURS) == [], path


def test_the_door_keeps_nobody_out(browser: Browser, office: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{office}/sign-in")
    assert barriers(page) == []
    page.fill("#email", email_of("viewer"))
    page.fill("#password", "not this one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("is not right")
    assert barriers(page) == []
    expect(page.locator("#password")).to_be_focused()
    context.close()


def test_the_keyboard_reaches_everything(enter: Enter, office: str) -> None:
    page = enter()
    page.wait_for_function(AWAKE)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#jump")).to_be_focused()
    page.keyboard.type("g p ?")
    expect(page).to_have_url(f"{office}/#content")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    strike(page, "gp")
    page.wait_for_url(f"{office}/people")
    page.wait_for_function(AWAKE)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="Ana Kowalczyk")).to_be_focused()


def test_the_keyboard_turns_pages_and_begins_something_new(enter: Enter, office: str) -> None:
    page = enter()
    page.goto(f"{office}/people")
    page.wait_for_function(AWAKE)
    for key, shown in (("]", "Page 2 of 2"), ("[", "Page 1 of 2")):
        page.keyboard.press(key)
        expect(page.locator(".pager")).to_contain_text(shown)
        expect(page.locator(UNDER_WAY)).to_have_count(0)
    page.keyboard.press("n")
    page.wait_for_url(f"{office}/people/new")


def test_a_list_narrows_as_one_types_and_keeps_the_typing(enter: Enter, office: str) -> None:
    page = enter()
    page.goto(f"{office}/people")
    page.wait_for_function(AWAKE)
    page.locator("[data-list-search]").focus()
    page.keyboard.insert_text("season 07")
    expect(page.locator("#list-body tbody tr")).to_have_count(1)
    expect(page.locator("[data-list-search]")).to_be_focused()
    expect(page).to_have_url(re.compile("q=season"))
    expect(page.locator(UNDER_WAY)).to_have_count(0)
    page.go_back()
    expect(page.locator("#list-body tbody tr")).to_have_count(50)


def test_htmx_starts_without_waiting_for_the_words(enter: Enter, office: str) -> None:
    page = enter()
    page.context.route(re.compile(r"/assets/(common|floor|live|scan|sync)-[^/]+\.js$"), lambda route: None)
    page.goto(f"{office}/people", wait_until="domcontentloaded")
    page.wait_for_function(AWAKE)
    assert page.evaluate("() => window.onpopstate !== null"), "who goes back would see the rows they left"


def test_an_order_survives_the_next_search(enter: Enter, office: str) -> None:
    page = enter()
    page.goto(f"{office}/people")
    page.get_by_role("link", name="Name").click()
    expect(page.locator("th[aria-sort=descending]")).to_have_count(1)
    expect(page.locator(UNDER_WAY)).to_have_count(0)
    page.fill("[data-list-search]", "season")
    expect(page.locator("#list-body tbody tr").first).to_contain_text("Season 59")


def test_a_theme_is_kept_for_both_faces(enter: Enter, office: str) -> None:
    page = enter()
    page.click("[popovertarget=theme-menu]")
    page.click("[data-theme-choice=dark]")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("() => localStorage.getItem('tallyman.theme')") == "dark"
    assert ' data-theme="dark"' in page.request.get(f"{office}/").text()


def test_a_question_comes_before_shutting_somebody_out(enter: Enter, office: str) -> None:
    page = enter()
    page.goto(f"{office}/people/2")
    page.get_by_role("button", name="Shut out").click()
    question = page.get_by_role("dialog", name="Shut Bilal Öztürk out?")
    expect(question.get_by_role("button", name="Cancel")).to_be_focused()
    assert barriers(page) == []
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    expect(page.get_by_text("Shut out since")).to_have_count(0)


def test_without_the_server_the_page_says_so(enter: Enter, office: str) -> None:
    page = enter()
    page.goto(f"{office}/people")
    page.context.set_offline(True)
    expect(page.get_by_text("No connection")).to_be_visible()
    page.fill("[data-list-search]", "ana")
    expect(page.get_by_text("The server cannot be reached.")).to_be_visible()
    expect(page.locator("#list-body tbody tr")).to_have_count(50)
    page.context.set_offline(False)
    expect(page.get_by_text("No connection")).to_be_hidden()


def test_a_session_that_ended_leads_to_the_door(enter: Enter, office: str) -> None:
    page = enter()
    page.goto(f"{office}/people")
    page.context.clear_cookies()
    page.fill("[data-list-search]", "ana")
    page.wait_for_url(re.compile("/sign-in"))


def test_a_phone_finds_every_page_behind_one_button(enter: Enter, office: str) -> None:
    page = enter("phone")
    page.get_by_role("button", name="More").tap()
    expect(page.locator("#side")).to_be_visible()
    page.locator("#side").get_by_role("link", name="People").tap()
    page.wait_for_url(f"{office}/people")
    expect(page.locator("#side")).to_be_hidden()


def test_times_are_written_for_the_reader(enter: Enter, office: str) -> None:
    page = enter()
    page.goto(f"{office}/devices")
    expect(page.locator("#list-body time").first).to_have_text(re.compile("now|ago"))
    expect(page.locator("#list-body")).not_to_contain_text("UTC")
