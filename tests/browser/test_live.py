"""The office's live stock: it changes by itself, keeps one's place, and says so when it cannot follow."""

import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from sqlalchemy import Connection, Row, insert, select, update

from app.catalog.models import Item
from app.clock import now_ms
from app.database import publish, transaction
from app.stock.book.models import StockLevel
from app.warehouse.models import Location
from app.web.assets import DIST
from sync.protocol import checksum, feed_key, stock_hash
from sync.quantity import SCALE
from tests.browser.day import DESK, PATIENCE_MS, Day, Desk, open_stock, sign_in_office, working_day
from tests.browser.office_site import axe_source

SIZES = {"phone": (390, 844), "tablet": (820, 1180), "desk": (1440, 900)}
MANY_ROWS = 50_000


@pytest.fixture(scope="module")
def day(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    with working_day(tmp_path_factory.mktemp("live"), prepared_home) as running:
        yield running


@pytest.fixture(scope="module")
def office(browser: Browser, day: Day) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    sign_in_office(page, day.url)
    page.close()
    yield context
    context.close()


@pytest.fixture
def desk(office: BrowserContext, day: Day) -> Iterator[Desk]:
    page = office.new_page()
    yield open_stock(page, day.url)
    office.set_offline(False)
    page.close()


def quantities(desk: Desk) -> list[float]:
    """The quantities that are drawn, from top to bottom."""
    found: list[float] = desk.page.evaluate(
        """() => [...document.querySelectorAll('.live-row')].filter((row) => !row.hidden)
            .sort((a, b) => a.ariaRowIndex - b.ariaRowIndex)
            .map((row) => Number(row.querySelector('[data-part=number]').innerText.replaceAll(',', '')))"""
    )
    return found


def test_search_sort_and_filter_stay_while_rows_change(desk: Desk, day: Day) -> None:
    desk.page.locator("[data-live=search]").fill("tea")
    desk.page.locator("[data-live-sort=quantity]").click()
    expect(desk.row("Cane sugar")).to_have_count(0)
    expect(desk.page.locator("[aria-sort=descending] [data-live-sort=quantity]")).to_have_count(1)
    before = quantities(desk)
    assert before == sorted(before, reverse=True)
    assert len(before) > 3
    change_level(day, "PAN-SUGR-500", 77)
    change_level(day, "TEA-DARJ-100", 500)
    expect(desk.row("Darjeeling").locator("[data-part=number]")).to_have_text("500", timeout=PATIENCE_MS)
    after = quantities(desk)
    assert (after[0], after) == (500, sorted(after, reverse=True))
    assert len(after) == len(before)
    assert desk.page.locator("[data-live=search]").input_value() == "tea"
    expect(desk.row("Cane sugar")).to_have_count(0)
    desk.page.reload()
    expect(desk.link).to_have_text("Live", timeout=PATIENCE_MS)
    expect(desk.row("Darjeeling").locator("[data-part=number]")).to_have_text("500", timeout=PATIENCE_MS)
    expect(desk.row("Cane sugar")).to_have_count(0)
    assert quantities(desk) == after
    desk.page.locator("[data-live=states]").select_option("negative")
    expect(desk.page.locator("[data-live=empty]")).to_contain_text("No line matches")
    desk.page.evaluate("() => sessionStorage.clear()")


def test_without_network_it_says_how_old_it_is_and_catches_up_without_reload(
    office: BrowserContext, desk: Desk, day: Day
) -> None:
    desk.page.evaluate("() => { window.isSamePage = true }")
    desk.page.locator("[data-live=search]").fill("strainer")
    office.set_offline(True)
    expect(desk.link).to_contain_text("No connection: stock as of", timeout=PATIENCE_MS)
    change_level(day, "WARE-STRN", 41)
    desk.page.wait_for_timeout(500)
    assert desk.quantity("WARE-STRN") != "41"
    office.set_offline(False)
    expect(desk.row("WARE-STRN").locator("[data-part=number]")).to_have_text("41", timeout=PATIENCE_MS)
    expect(desk.link).to_have_text("Live", timeout=PATIENCE_MS)
    assert desk.page.evaluate("() => window.isSamePage") is True
    desk.page.evaluate("() => sessionStorage.clear()")


@pytest.mark.parametrize("size", SIZES)
def test_the_page_is_accessible_and_fits(
    browser: Browser, day: Day, office: BrowserContext, size: str
) -> None:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, storage_state=office.storage_state()
    )
    desk = open_stock(context.new_page(), day.url)
    desk.page.evaluate(axe_source(DIST.parent))
    found = desk.page.evaluate("() => axe.run(document)")["violations"]
    serious = [one for one in found if one["impact"] in ("serious", "critical")]
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in serious] == []
    assert desk.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    expect(desk.row("Assam tea 250 g").first).to_be_in_viewport()
    context.close()


def test_fifty_thousand_lines_need_only_a_few_rows(office: BrowserContext, day: Day) -> None:
    add_many(day)
    began = time.monotonic()
    desk = open_stock(office.new_page(), day.url, patience_ms=120_000)
    print(f"\n{MANY_ROWS} lines shown after {time.monotonic() - began:.1f} s")
    shown = int(desk.page.locator("[data-live=table]").get_attribute("aria-rowcount") or 0) - 1
    assert shown > MANY_ROWS
    box = desk.page.locator("[data-live=box]")
    seen = box.evaluate(SCROLL_THROUGH)
    assert seen["most"] < 60
    assert seen["last"] == shown + 1
    print(
        f"\n{shown} lines: the slowest of {seen['frames']} frames of scrolling took {seen['slowest']:.0f} ms"
    )
    change_level(day, "WARE-STRN", 4343)
    desk.page.locator("[data-live=search]").fill("strainer a-03-02")
    expect(desk.row("WARE-STRN", "4,343")).to_have_count(1, timeout=PATIENCE_MS)
    desk.page.evaluate("() => sessionStorage.clear()")
    desk.page.close()


SCROLL_THROUGH = """async (box) => {
    const rows = () => [...document.querySelectorAll('.live-row')]
    const frame = () => new Promise((done) => requestAnimationFrame(done))
    let slowest = 0, most = 0, frames = 0, before = performance.now()
    for (let at = 0; at <= 1; at += 0.02) {
        box.scrollTop = at * box.scrollHeight
        await frame()
        slowest = Math.max(slowest, performance.now() - before)
        before = performance.now()
        most = Math.max(most, rows().length)
        frames += 1
    }
    box.scrollTop = box.scrollHeight
    await frame()
    await frame()
    const last = Math.max(...rows().filter((row) => !row.hidden).map((row) => Number(row.ariaRowIndex)))
    return { slowest, most, frames, last }
}"""


def change_level(day: Day, code: str, quantity: int) -> None:
    """Write another quantity for the only cell of an item, and tell the feed."""
    with day.app.app_context(), transaction() as connection:
        item = connection.execute(select(Item.id).where(Item.code == code)).scalar_one()
        cell = connection.execute(
            select(StockLevel.lot, StockLevel.location_id, StockLevel.quantity)
            .where(StockLevel.item_id == item, StockLevel.quantity > 0)
            .order_by(StockLevel.lot)
            .limit(1)
        ).one()
        write_level(connection, item, cell, quantity)


def write_level(connection: Connection, item: int, cell: Row[tuple[str, int, int]], quantity: int) -> None:
    """One quantity, with its place in the feed and its part of the checksum."""
    lot, location, before = cell
    where = (StockLevel.item_id == item, StockLevel.lot == lot, StockLevel.location_id == location)
    connection.execute(update(StockLevel).where(*where).values(quantity=quantity * SCALE))
    old, new = (item, lot, location, before), (item, lot, location, quantity * SCALE)
    publish(connection, [("stock", feed_key(item, lot, location))], stock_hash(*new) - stock_hash(*old))


def add_many(day: Day) -> None:
    """More lots of every item in every bin, past any warehouse of this size."""
    moment = now_ms()
    with day.app.app_context(), transaction() as connection:
        items = connection.scalars(select(Item.id).where(Item.id > 1)).all()
        bins = connection.scalars(select(Location.id).where(Location.kind == "bin")).all()
        lots = [f"L{number:05}" for number in range(-(-MANY_ROWS // (len(items) * len(bins))))]
        cells = [(*cell, 1 + number % 97) for number, cell in enumerate(product(items, lots, bins))]
        names = ("item_id", "lot", "location_id", "quantity")
        rows = [dict(zip(names, (*cell, count * SCALE), strict=True)) for *cell, count in cells]
        connection.execute(insert(StockLevel), [row | {"named_at": 0, "changed_at": moment} for row in rows])
        delta = checksum((item, lot, place, count * SCALE) for item, lot, place, count in cells)
        publish(connection, [("stock", feed_key(*cell)) for *cell, _ in cells], delta)
