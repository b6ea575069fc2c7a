"""The service worker in a real browser: a cold start without network, and updates that wait for the queue."""

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import request
from playwright.sync_api import Browser, BrowserContext, Page

from app import pwa
from app.config import Settings
from app.exchange.pull import pulled
from app.web import assets
from tests.browser.device_page import (
    PLACE,
    open_tab,
    receive,
    served_world,
    show_device_page,
    sign_in,
    unsent,
    wait_until_sent,
)
from tests.browser.scan_page import build

CONTROLLED = "() => navigator.serviceWorker.controller !== null"
LOOK_FOR_UPDATE = "async () => void (await (await navigator.serviceWorker.getRegistration()).update())"
WAITING = "() => window.floor.state.updateWaiting.value"
STARTED = "() => window.floor?.state.phase.value === 'ready'"
HOLD_THE_ROUND = """() => new Promise((held) => void navigator.locks.request('tallyman-exchange', () => {
  held()
  return new Promise((end) => (window.endRound = end))
}))"""
ASKED_FOR_ITS_TURN = "async () => (await navigator.locks.query()).pending.length > 0"
AHEAD_S = 2
"""How far a tab's clock is set on: longer than asking takes, too short for a round of its own to begin."""
VERSIONS = "async () => (await caches.keys()).filter((name) => name.startsWith('tallyman-')).length"


class Hung(list[str]):
    """Tabs whose request hangs, by name, from ``begin`` on."""

    begin: Callable[[], None]


@pytest.fixture(scope="session")
def update_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("update-page") / "dist", "tests/device/page/vite.config.ts")


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the build that a test may change."""
    assert assets.MANIFEST.exists(), "the browser tests need the front end: npm run build"
    copy = tmp_path / "dist"
    shutil.copytree(assets.DIST, copy)
    monkeypatch.setattr(pwa, "DIST", copy)
    return copy


@pytest.fixture
def url(settings: Settings, built: Path) -> Iterator[str]:
    with served_world(settings) as address:
        yield address


@pytest.fixture
def phone(browser: Browser, update_page: Path) -> Iterator[BrowserContext]:
    context = browser.new_context()
    show_device_page(context, update_page)
    yield context
    context.close()


def release(built: Path) -> None:
    """Another version of the app: its service worker keeps its files under another name."""
    script = built / "service-worker.js"
    text, changed = re.subn(r'"[0-9a-f]{12}"', '"next"', script.read_text(encoding="utf-8"))
    assert changed == 1
    script.write_text(text, encoding="utf-8")


def device_with_an_update(phone: BrowserContext, url: str, built: Path) -> Page:
    """A device that is signed in, under control of one version while the next one waits."""
    page = open_tab(phone, url)
    sign_in(page)
    page.wait_for_function(CONTROLLED, timeout=60_000)
    release(built)
    page.evaluate(LOOK_FOR_UPDATE)
    page.wait_for_function(WAITING, timeout=60_000)
    return page


def test_the_app_starts_cold_without_network(phone: BrowserContext, url: str) -> None:
    first = phone.new_page()
    first.goto(url + "/floor")
    first.wait_for_selector("input[type=email]")
    first.wait_for_function(CONTROLLED, timeout=60_000)
    first.close()
    phone.set_offline(True)
    cold = phone.new_page()
    cold.goto(url + "/floor/receive")
    cold.wait_for_selector("input[type=email]")
    assert cold.evaluate("() => document.styleSheets.length") > 0
    assert cold.evaluate("() => document.fonts.check('16px \"Inter Variable\"')")


def test_pages_outside_the_floor_are_left_to_the_network(phone: BrowserContext, url: str) -> None:
    page = phone.new_page()
    page.goto(url + "/floor")
    page.wait_for_function(CONTROLLED, timeout=60_000)
    answer = page.goto(url + "/sign-in")
    assert answer is not None
    assert not answer.from_service_worker
    api = page.evaluate("async () => (await fetch('/api/session')).status")
    assert api == 401


def test_an_update_waits_while_anything_is_unsent(phone: BrowserContext, url: str, built: Path) -> None:
    page = device_with_an_update(phone, url, built)
    page.evaluate("() => window.floor.workOffline(true)")
    receive(page, 1, times=3)
    page.evaluate("() => (window.stayed = true, window.floor.applyUpdate())")
    page.wait_for_timeout(1500)
    assert page.evaluate("() => window.stayed")
    assert page.evaluate(WAITING)
    assert unsent(page) == 3


def test_an_update_takes_over_in_every_tab_once_all_is_sent(
    phone: BrowserContext, url: str, built: Path
) -> None:
    page = device_with_an_update(phone, url, built)
    other = open_tab(phone, url)
    receive(page, 1)
    wait_until_sent(page)
    for tab in (page, other):
        tab.evaluate("() => void (window.old = true)")
    page.evaluate("() => window.floor.applyUpdate()")
    for tab in (page, other):
        tab.wait_for_function(f"() => !window.old && ({STARTED})()", timeout=60_000)
    assert page.evaluate(VERSIONS) == 1
    assert not page.evaluate(WAITING)


def test_an_update_waits_for_a_round_that_is_on_its_way(phone: BrowserContext, url: str, built: Path) -> None:
    page = device_with_an_update(phone, url, built)
    other = open_tab(phone, url)
    other.evaluate(HOLD_THE_ROUND)
    page.evaluate("() => void (window.old = true, window.floor.applyUpdate())")
    page.wait_for_function(ASKED_FOR_ITS_TURN)
    assert page.evaluate(WAITING)
    other.evaluate("() => window.endRound()")
    page.wait_for_function(f"() => !window.old && ({STARTED})()", timeout=60_000)
    assert not page.evaluate(WAITING)


def open_timeless_tab(phone: BrowserContext, url: str) -> Page:
    """A tab whose clock stands still from now on: it gives no request up because of its age."""
    tab = phone.new_page()
    tab.clock.install()
    tab.goto(url + PLACE)
    tab.wait_for_function(STARTED)
    tab.clock.pause_at(tab.evaluate("() => Date.now() / 1000") + AHEAD_S)
    return tab


TAB = "X-Tab"
"""Names the tab that asks."""


@pytest.fixture
def hung(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hung]:
    """Lets the server answer no pull any more, until the test is over; the tabs that wait for one."""
    over, tabs = threading.Event(), Hung()

    def hang(*asked: Any) -> Any:
        tabs.append(request.headers.get(TAB, ""))
        over.wait()
        return pulled(*asked)

    tabs.begin = lambda: monkeypatch.setattr("app.exchange.routes.pulled", hang)
    yield tabs
    over.set()


def test_an_update_does_not_wait_for_a_request_that_hangs(
    phone: BrowserContext, url: str, built: Path, hung: Hung
) -> None:
    page = device_with_an_update(phone, url, built)
    other = open_timeless_tab(phone, url)
    other.set_extra_http_headers({TAB: "other"})
    hung.begin()
    while "other" not in hung:
        other.evaluate("() => void window.floor.syncNow()")
        page.wait_for_timeout(100)
    page.evaluate("() => void (window.old = true, window.floor.applyUpdate())")
    page.wait_for_function(f"() => !window.old && ({STARTED})()", timeout=60_000)
    assert not page.evaluate(WAITING)


def test_a_shell_of_another_version_is_not_kept(phone: BrowserContext, url: str, built: Path) -> None:
    script = built / "service-worker.js"
    script.write_text(script.read_text(encoding="utf-8").replace(pwa.SHELL_MARK, "another"), encoding="utf-8")
    page = phone.new_page()
    page.goto(url + "/floor")
    page.wait_for_function("async () => !(await navigator.serviceWorker.getRegistration())?.installing")
    page.wait_for_timeout(800)
    assert not page.evaluate(CONTROLLED)
