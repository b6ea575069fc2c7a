"""The device in a real browser before the real server: nothing is lost, nothing counts twice."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, Route

from app.clock import now_ms
from app.config import Settings
from tests.browser.device_page import (
    DOCK,
    PLACE,
    Book,
    open_tab,
    receive,
    served_world,
    show_device_page,
    shown,
    sign_in,
    unsent,
    wait_until_sent,
)
from tests.browser.scan_page import build

SOONER_THAN_BY_ITSELF_MS = 20_000
"""A phone that nobody tells of anything looks every 25 seconds."""
END_S = 30


@pytest.fixture(scope="session")
def built_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("device-page") / "dist", "tests/device/page/vite.config.ts")


@pytest.fixture
def url(settings: Settings) -> Iterator[str]:
    with served_world(settings) as address:
        yield address


@pytest.fixture
def book(settings: Settings) -> Book:
    return Book(settings)


@pytest.fixture
def phone(browser: Browser, built_page: Path) -> Iterator[BrowserContext]:
    context = browser.new_context()
    show_device_page(context, built_page)
    yield context
    context.close()


@pytest.fixture
def tab(phone: BrowserContext, url: str) -> Page:
    page = open_tab(phone, url)
    sign_in(page)
    return page


def test_what_was_captured_without_network_arrives_once_it_is_back(
    phone: BrowserContext, tab: Page, book: Book
) -> None:
    phone.set_offline(True)
    receive(tab, 2, times=3)
    assert (unsent(tab), shown(tab)) == (3, 6)
    assert book.operations() == []
    phone.set_offline(False)
    wait_until_sent(tab)
    assert book.operations() == [(1, 1, "move"), (1, 2, "move"), (1, 3, "move")]
    assert (book.on_hand(DOCK), shown(tab)) == (6, 6)


def test_three_tabs_capture_and_push_at_once_without_gap_or_double(
    phone: BrowserContext, tab: Page, url: str, book: Book
) -> None:
    tabs = [tab, open_tab(phone, url), open_tab(phone, url)]
    for page in tabs:
        page.evaluate("() => void (window.finished = false)")
    for page in tabs:
        page.evaluate(
            "() => { const body = { item: 7, from: 1, to: 100, quantity: '1', reason: 'receipt' };"
            "const one = () => window.floor.capture([{ kind: 'move', body }]);"
            "void Promise.all(Array.from({ length: 20 }, one)).then(() => (window.finished = true)) }"
        )
    for page in tabs:
        page.wait_for_function("() => window.finished")
    for page in tabs:
        wait_until_sent(page)
    assert book.operations() == [(1, number, "move") for number in range(1, 61)]
    assert [shown(page) for page in tabs] == [60, 60, 60]


def test_a_push_whose_answer_was_lost_counts_once(phone: BrowserContext, tab: Page, book: Book) -> None:
    lost: list[int] = []

    def lose_the_answer(route: Route) -> None:
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    phone.route("**/api/sync/v1/push", lose_the_answer, times=1)
    receive(tab, 5)
    tab.evaluate("() => window.floor.syncNow()")
    assert lost == [200]
    assert shown(tab) == 5
    wait_until_sent(tab)
    assert book.operations() == [(1, 1, "move")]
    assert (book.on_hand(DOCK), shown(tab)) == (5, 5)


def test_a_browser_killed_between_capture_and_acknowledgement_has_lost_nothing(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, object],
    url: str,
    book: Book,
    built_page: Path,
    tmp_path: Path,
) -> None:
    profile = tmp_path / "profile"
    # A service worker from before the kill would take the page's address past the route that answers it.
    alone = {**browser_type_launch_args, "service_workers": "block"}
    context = browser_type.launch_persistent_context(profile, **alone)
    show_device_page(context, built_page)
    page = open_tab(context, url)
    sign_in(page)
    context.route("**/api/sync/v1/push", lambda route: None)
    receive(page, 1, times=4)
    kill_browser_of(profile)
    again = browser_type.launch_persistent_context(profile, **alone)
    show_device_page(again, built_page)
    page = open_tab(again, url)
    wait_until_sent(page)
    assert book.operations() == [(1, number, "move") for number in range(1, 5)]
    assert shown(page) == 4
    again.close()


def test_an_expired_sign_in_keeps_the_queue_until_someone_signs_in_again(
    phone: BrowserContext, tab: Page, book: Book
) -> None:
    refusal = {"status": 401, "json": {"code": "token_expired", "message": "sign in", "trace": ""}}
    phone.route("**/api/sync/v1/**", lambda route: route.fulfill(**refusal))
    receive(tab, 1, times=2)
    tab.evaluate("() => window.floor.syncNow()")
    tab.wait_for_function("() => window.floor.state.connection.value === 'sign_in'")
    receive(tab, 1)
    assert unsent(tab) == 3
    phone.unroute("**/api/sync/v1/**")
    sign_in(tab)
    wait_until_sent(tab)
    assert [number for _epoch, number, _kind in book.operations()] == [1, 2, 3]


def test_logging_out_hides_the_facts_and_drains_the_queue(
    phone: BrowserContext, tab: Page, book: Book
) -> None:
    phone.set_offline(True)
    receive(tab, 3)
    tab.evaluate("() => window.floor.lock()")
    assert shown(tab) == 0
    assert tab.evaluate("() => window.floor.searchItems('tea')") == []
    phone.set_offline(False)
    tab.wait_for_function("() => window.floor.state.unsent.value === 0")
    assert book.on_hand(DOCK) == 3
    sign_in(tab)
    assert shown(tab) == 3


def test_another_phone_shows_it_within_a_moment(
    browser: Browser, tab: Page, url: str, built_page: Path
) -> None:
    context = browser.new_context()
    show_device_page(context, built_page)
    other = open_tab(context, url)
    sign_in(other)
    receive(tab, 9)
    other.wait_for_function(
        "async () => (await window.floor.stockOfItem(7)).some((line) => line.quantity === 9000000n)",
        timeout=SOONER_THAN_BY_ITSELF_MS,
    )
    context.close()


def test_working_offline_on_purpose_asks_nothing_of_the_server(phone: BrowserContext, tab: Page) -> None:
    wait_until_sent(tab)
    tab.evaluate("() => window.floor.workOffline(true)")
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    receive(tab, 1)
    tab.evaluate("() => window.floor.syncNow()")
    tab.wait_for_timeout(1200)
    assert [url for url in asked if PLACE not in url] == []
    assert unsent(tab) == 1
    tab.evaluate("() => window.floor.workOffline(false)")
    wait_until_sent(tab)


def test_a_device_that_was_shut_out_drains_then_forgets_what_it_was_told(
    phone: BrowserContext, tab: Page, book: Book
) -> None:
    phone.set_offline(True)
    book.shut_out_every_device()
    tab.wait_for_function("(moment) => Date.now() > moment", arg=now_ms())
    receive(tab, 4)
    phone.set_offline(False)
    tab.wait_for_function("() => window.floor.state.phase.value === 'needs_sign_in'")
    assert unsent(tab) == 0
    assert tab.evaluate("() => window.floor.itemById(7)") is None
    assert book.quarantined() == ["device_revoked"]
    assert book.on_hand(DOCK) == 0


def kill_browser_of(profile: Path) -> None:
    """SIGKILL for the browser that uses this profile: no time to write anything; returns once it is gone."""
    for entry in browsers_of(profile):
        os.kill(int(entry.name), signal.SIGKILL)
    deadline = time.monotonic() + END_S
    while browsers_of(profile):
        assert time.monotonic() < deadline, "the browser outlived its end"
        time.sleep(0.05)


def browsers_of(profile: Path) -> list[Path]:
    """Where the kernel tells of each browser on this profile, its helpers left out."""
    commands = {entry: command_of(entry) for entry in Path("/proc").iterdir() if entry.name.isdigit()}
    here = str(profile).encode()
    return [entry for entry, words in commands.items() if here in words and b"--type=" not in words]


def command_of(entry: Path) -> bytes:
    try:
        return (entry / "cmdline").read_bytes()
    except OSError:
        return b""
