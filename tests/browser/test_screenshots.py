"""The pictures of the README, made by the running product; kept only where TALLYMAN_SCREENSHOTS says.

TALLYMAN_SCREENSHOTS=docs/screenshots pytest tests/browser/test_screenshots.py refreshes the committed ones.
"""

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.day import (
    DESK,
    PATIENCE_MS,
    Day,
    Phone,
    gs1,
    new_phone,
    open_stock,
    sign_in_office,
    working_day,
)

MOST_BYTES = 250_000
TABLET = {"width": 820, "height": 1180}
COLOURS = 256
SHARPNESS = 2

AT_REST = """() => Promise.allSettled([
  document.fonts.ready,
  ...[...document.images].map((image) => image.decode()),
  ...document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime < Infinity)
    .map(({ finished }) => finished),
])"""
"""Letters and pictures are there, and what moves for a while has arrived."""

Keep = Callable[[str, Page], None]


@pytest.fixture(scope="module")
def day(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    with working_day(tmp_path_factory.mktemp("pictures"), prepared_home) as running:
        yield running


@pytest.fixture(scope="module")
def phone(browser: Browser, day: Day) -> Iterator[Phone]:
    """A phone that has done a little work already, some of it not sent yet."""
    phone = new_phone(browser, day.url, "Phone 4", scale=SHARPNESS)
    phone.page.evaluate("() => localStorage.setItem('tallyman.theme', 'light')")
    phone.pick("A-01-02", gs1("T2402", 6)).move("A-01-02", gs1("T2402", 24), "A-01-01").wait_until_sent()
    phone.lose_network()
    phone.pick("A-01-06", "9521234001058")
    yield phone
    phone.context.close()


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    """Keeps a picture of a page: half as large as it was drawn, in few colours."""
    folder = Path(os.environ.get("TALLYMAN_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)

    def kept(name: str, page: Page) -> None:
        page.evaluate("() => document.activeElement?.blur()")
        page.evaluate(AT_REST)
        drawn = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
        view = page.viewport_size
        assert view
        small = drawn.resize((view["width"], view["height"]), Image.Resampling.LANCZOS)
        path = folder / f"{name}.png"
        small.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
        assert path.stat().st_size < MOST_BYTES

    return kept


@pytest.fixture(scope="module")
def receiver(phone: Phone) -> Phone:
    """The phone with a receipt that was begun."""
    phone.show("/receive").scan("DOCK", gs1("T2503", 48, "271130"), "9521234001416", "9521234001416")
    expect(phone.page.locator(".line")).to_have_count(2)
    return phone


def test_home(phone: Phone, keep: Keep) -> None:
    keep("floor-home", phone.show("").page)


def test_receiving(receiver: Phone, keep: Keep) -> None:
    receiver.show("/receive")
    expect(receiver.page.locator(".line")).to_have_count(2)
    keep("floor-receive", receiver.page)


def test_counting(phone: Phone, keep: Keep) -> None:
    phone.show("/count").scan("A-01-01", gs1("T2401", 35))
    expect(phone.page.locator(".line").first).to_be_visible()
    keep("floor-count", phone.page)


def test_an_item(phone: Phone, keep: Keep) -> None:
    phone.show("/look-up").scan("9521234001010")
    expect(phone.page.locator("main")).to_contain_text("T2402")
    keep("floor-item", phone.page)


def test_the_outbox(phone: Phone, keep: Keep) -> None:
    keep("floor-outbox", phone.show("/outbox").page)


def test_receiving_on_a_tablet(receiver: Phone, keep: Keep) -> None:
    before = receiver.page.viewport_size
    assert before
    receiver.page.set_viewport_size({"width": TABLET["width"], "height": TABLET["height"]})
    receiver.show("/receive")
    expect(receiver.page.locator(".line")).to_have_count(2)
    keep("tablet-receive", receiver.page)
    receiver.page.set_viewport_size(before)


def test_the_office(browser: Browser, day: Day, phone: Phone, keep: Keep) -> None:
    phone.find_network().wait_until_sent()
    context = browser.new_context(
        viewport={"width": DESK["width"], "height": DESK["height"]}, device_scale_factor=SHARPNESS
    )
    page = sign_in_office(context.new_page(), day.url)
    keep("office-home", page)
    desk = open_stock(page, day.url)
    expect(desk.page.locator("[data-live=movements]")).to_contain_text("Chloé Martin", timeout=PATIENCE_MS)
    keep("office-stock", page)
    context.close()
