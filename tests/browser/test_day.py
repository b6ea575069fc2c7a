"""The finished app as workers use it: phones without network, an update, a camera, a server that is away."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, expect

from tests.browser.barcodes import Code, centred, draw, film
from tests.browser.day import (
    ASSAM,
    DESK,
    NEXT_RELEASE,
    PATIENCE_MS,
    PHONE,
    Day,
    Desk,
    Phone,
    enrol,
    gs1,
    new_phone,
    open_stock,
    sign_in_office,
    working_day,
)

LOST_UNNOTICED = 2

NOTE_FLASHES = r"""() => {
    window.flashed = []
    const isMarked = (row) => row.classList.contains('up') || row.classList.contains('down')
    const note = ({ target }) => isMarked(target) && window.flashed.push(target.innerText)
    const watched = { subtree: true, attributeFilter: ['class'] }
    const observer = new MutationObserver((changes) => changes.forEach(note))
    observer.observe(document.querySelector('[data-live=rows]'), watched)
}"""


HAS_FLASHED = "(words) => window.flashed.some((row) => words.every((word) => row.includes(word)))"


@pytest.fixture(scope="module")
def day(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    with working_day(tmp_path_factory.mktemp("day"), prepared_home) as running:
        yield running


@pytest.fixture(scope="module")
def phones(browser: Browser, day: Day) -> Iterator[list[Phone]]:
    both = [new_phone(browser, day.url, f"Phone {name}") for name in ("one", "two")]
    yield both
    for phone in both:
        phone.context.close()


@pytest.fixture
def desk(browser: Browser, day: Day) -> Iterator[Desk]:
    context = browser.new_context(viewport=DESK)
    yield open_stock(sign_in_office(context.new_page(), day.url), day.url)
    context.close()


def look_at_the_end(desk: Desk) -> tuple[str, float]:
    """Search for the shelving, Z to A, and scroll down to where the Assam tea stands."""
    desk.page.locator("[data-live=search]").fill("a-0")
    desk.page.locator("[data-live-sort=name]").click()
    desk.page.locator("[data-live=box]").evaluate("(box) => { box.scrollTop = 1e6 }")
    expect(desk.row("T2401", "A-01-01")).to_be_visible()
    desk.page.evaluate(NOTE_FLASHES)
    return desk.place()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["taker first", "counter first"])
def test_two_phones_without_network_end_at_what_lies_on_the_shelf(
    phones: list[Phone], desk: Desk, order: tuple[int, int]
) -> None:
    searched, scrolled = look_at_the_end(desk)
    assert scrolled > 0
    on_hand = int(desk.quantity("T2401", "A-01-01"))
    taker, counter = phones
    for phone in phones:
        phone.lose_network()
    taker.pick("A-01-01", gs1("T2401", 5))
    counter.move("A-01-01", gs1("T2401", 10), "A-02-02")
    on_shelf = on_hand - 5 - 10 - LOST_UNNOTICED
    counter.count("A-01-01", gs1("T2401", on_shelf))
    expect(taker.status).to_contain_text("1 unsent")
    expect(counter.status).to_contain_text("2 unsent")
    assert desk.quantity("T2401", "A-01-01") == str(on_hand)
    for number in order:
        phones[number].find_network().wait_until_sent()
    shown = desk.row("T2401", "A-01-01").locator("[data-part=number]")
    expect(shown).to_have_text(str(on_shelf), timeout=PATIENCE_MS)
    expect(desk.link).to_have_text("Live")
    desk.page.wait_for_function(HAS_FLASHED, arg=["A-01-01", "T2401"])
    assert desk.place()[0] == searched
    assert desk.place()[1] >= scrolled
    expect(shown).to_be_in_viewport()
    for phone in phones:
        phone.show("/look-up").scan("A-01-01")
        line = phone.page.locator(".list-row").filter(has_text="T2401")
        expect(line).to_contain_text(str(on_shelf), timeout=PATIENCE_MS)


def test_the_office_sees_what_a_phone_records(phones: list[Phone], desk: Desk) -> None:
    phone = phones[0]
    look_at_the_end(desk)
    delays = []
    for _ in range(3):
        wanted = str(int(desk.quantity("T2402", "A-01-02")) - 1)
        phone.show("/pick").scan("A-01-02", gs1("T2402", 1)).press("Pick 1 line")
        began = time.monotonic()
        desk.page.wait_for_function(
            """(wanted) => [...document.querySelectorAll('.live-row')].some((row) => !row.hidden &&
                row.innerText.includes('T2402') && row.innerText.includes('A-01-02') &&
                row.querySelector('[data-part=number]').innerText === wanted)""",
            arg=wanted,
            timeout=PATIENCE_MS,
            polling="raf",
        )
        delays.append(time.monotonic() - began)
        phone.wait_until_sent()
    print(f"\nfrom tap to the office's screen: {', '.join(f'{delay:.2f} s' for delay in delays)}")
    assert len(delays) == 3


def test_an_update_waits_for_the_queue_and_then_comes(browser: Browser, day: Day) -> None:
    phone = new_phone(browser, day.url, "Phone with an update")
    before = phone.page.evaluate("async () => (await caches.keys()).join()")
    phone.context.route("**/api/sync/v1/**", lambda route: route.abort("connectionrefused"))
    phone.pick("A-01-02", gs1("T2402", 1)).pick("A-01-02", gs1("T2402", 2))
    (day.served.home / NEXT_RELEASE).touch()
    phone.page.evaluate("async () => void (await (await navigator.serviceWorker.getRegistration()).update())")
    phone.status.click()
    update = phone.page.get_by_role("button", name="Update now")
    expect(update).to_be_disabled(timeout=PATIENCE_MS)
    expect(phone.page.locator("dialog")).to_contain_text("waits until your 2 unsent records")
    phone.page.evaluate("() => { window.isOldPage = true }")
    phone.context.unroute_all(behavior="wait")
    phone.press("Send and fetch now")
    expect(update).to_be_enabled(timeout=PATIENCE_MS)
    assert phone.page.evaluate("() => window.isOldPage") is True
    with phone.page.expect_event("framenavigated", timeout=2 * PATIENCE_MS):
        update.click()
    phone.page.wait_for_function("() => !window.isOldPage && document.querySelector('.status-button')")
    phone.wait_until_sent()
    assert phone.page.evaluate("async () => (await caches.keys()).join()") == f"{before}-newer"
    phone.context.close()


def test_a_label_before_the_camera_fills_item_lot_and_expiry(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], day: Day, tmp_path: Path
) -> None:
    (label,) = draw([Code(f"(01)0{ASSAM}(17)270630(10)T2501", "DataMatrix", "gs1", 8)])
    path = film(tmp_path / "film.mjpeg", [(centred(label), 30)])
    arguments = [*browser_type_launch_args["args"], f"--use-file-for-fake-video-capture={path}"]  # type: ignore[misc]
    browser = browser_type.launch(**{**browser_type_launch_args, "args": arguments})
    phone = enrol(browser.new_context(viewport=PHONE), day.url, "Phone with a camera")
    phone.show("/receive").press("Scan with the camera")
    line = phone.page.locator(".line")
    expect(line).to_contain_text("Assam tea 250 g", timeout=2 * PATIENCE_MS)
    expect(line).to_contain_text("Lot T2501")
    expect(line).to_contain_text("Jun")
    phone.scan("DOCK").press("Receive 1 line").confirmed("1 line received")
    phone.wait_until_sent().show("/outbox")
    expect(phone.page.locator(".list-row").first).to_contain_text("Supplier → DOCK · Lot T2501")
    expect(phone.page.locator(".list-row").first).to_contain_text("Recorded")
    browser.close()


def test_the_app_starts_while_the_server_is_away(
    browser: Browser, prepared_home: Path, tmp_path: Path
) -> None:
    with working_day(tmp_path, prepared_home) as other:
        phone = new_phone(browser, other.url, "Phone in the cold store")
        other.served.stop()
        phone.page.close()
        phone.page = phone.context.new_page()
        phone.show("/look-up")
        phone.scan("A-01-01")
        expect(phone.page.locator("main")).to_contain_text("T2401")
        phone.pick("A-01-01", gs1("T2401", 3))
        phone.page.reload()
        expect(phone.status).to_contain_text("1 unsent")
        phone.context.close()
