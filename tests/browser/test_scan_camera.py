"""Barcodes held before a fake camera, read by the real decoder in a real browser under the real policy."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from tests.browser.barcodes import Code, centred, draw, film, scene

EAN = Code("9521234543213", "EAN13")
MATRIX = Code("(01)09521234543213(17)261231(10)AB-123", "DataMatrix", "gs1", 8)
QR = Code("(01)09521234543213(10)L7(21)S9", "QRCode", "gs1", 8)
PLACE = Code("BIN-A-01-01", "Code128", scale=3)
LONG = Code("(01)09521234543213(17)261231(10)AB-1234567890(21)SERIAL-0001", "Code128", "gs1", 2)
BOX = Code("19521234543210", "ITF", scale=3)
EMPTY_FRAMES = 45
PATIENCE_MS = 90_000
"""Long enough for a film to come round several times: a busy machine sees few of its pictures."""
SEEN = "(number) => new Set(window.reads.map((one) => one.reading.raw)).size >= number"


@pytest.fixture(scope="session")
def labels() -> dict[str, Any]:
    codes = {"ean": EAN, "matrix": MATRIX, "qr": QR, "place": PLACE, "long": LONG, "box": BOX}
    return dict(zip(codes, draw(codes.values()), strict=True))


@pytest.fixture
def show(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path, scan_address: str
) -> Iterator[Any]:
    """Start a browser whose camera shows these scenes, and open the page in it."""
    opened: list[Browser] = []

    def start(*scenes: tuple[Any, int], query: str = "") -> Page:
        path = film(tmp_path / "film.mjpeg", scenes)
        arguments = [*browser_type_launch_args["args"], f"--use-file-for-fake-video-capture={path}"]
        browser = browser_type.launch(**{**browser_type_launch_args, "args": arguments})
        opened.append(browser)
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto(scan_address + query)
        page.get_by_role("button", name="Scan with the camera").click()
        return page

    yield start
    for browser in opened:
        browser.close()


def wait_for_reads(page: Page, number: int) -> list[dict[str, Any]]:
    page.wait_for_function("(number) => window.reads.length >= number", arg=number, timeout=PATIENCE_MS)
    return page.evaluate("() => window.reads.map(({ reading, source }) => ({ ...reading, source }))")


def test_each_kind_of_label_fills_what_it_says(show: Any, labels: dict[str, Any]) -> None:
    empty = (scene(), EMPTY_FRAMES)
    page = show(
        *((centred(labels["ean"]), 30), empty, (centred(labels["matrix"]), 30), empty),
        *((centred(labels["qr"]), 30), empty, (centred(labels["place"]), 30), empty),
        *((centred(labels["long"]), 30), empty, (centred(labels["box"]), 30), empty),
    )
    page.wait_for_function(SEEN, arg=6, timeout=PATIENCE_MS)
    reads = wait_for_reads(page, 7)
    seen = {(read["kind"], read["symbology"], read["gtin"], read["lot"], read["serial"]) for read in reads}
    assert seen == {
        ("gtin", "]E0", "09521234543213", None, None),
        ("gs1", "]d2", "09521234543213", "AB-123", None),
        ("gs1", "]Q3", "09521234543213", "L7", "S9"),
        ("text", "]C0", None, None, None),
        ("gs1", "]C1", "09521234543213", "AB-1234567890", "SERIAL-0001"),
        ("gtin", "]I1", "19521234543210", None, None),
    }
    assert {read["expiresOn"] for read in reads if read["symbology"] == "]d2"} == {"2026-12-31"}
    assert {read["source"] for read in reads} == {"camera"}


def test_a_label_that_stays_in_view_is_read_once_and_again_after_a_tap(
    show: Any, labels: dict[str, Any]
) -> None:
    page = show((centred(labels["matrix"]), 30))
    wait_for_reads(page, 1)
    page.get_by_text("Just read").wait_for()
    page.wait_for_timeout(2500)
    assert len(wait_for_reads(page, 1)) == 1
    page.locator("video").click()
    assert len(wait_for_reads(page, 2)) == 2


def test_slanted_labels_are_read(show: Any) -> None:
    angles = {"9521234543213": 22, "9521234500018": 38, "9521234509998": 90, "95212340": 143}
    codes = [Code(text, "EAN8" if len(text) == 8 else "EAN13", scale=4) for text in angles]
    slanted = [centred(label, degrees) for label, degrees in zip(draw(codes), angles.values(), strict=True)]
    page = show(*((frame, 45) for frame in slanted))
    page.wait_for_function(SEEN, arg=4, timeout=PATIENCE_MS)
    assert {read["gtin"] for read in wait_for_reads(page, 4)} == {text.zfill(14) for text in angles}


def test_of_several_labels_a_person_chooses(show: Any, labels: dict[str, Any]) -> None:
    two = scene((labels["matrix"], (440, 360)), (labels["place"], (860, 360)))
    page = show((two, 30))
    page.get_by_text("2 codes in view. Tap the one you mean.").first.wait_for()
    expect(page.locator(".scan-outline")).to_have_count(2)
    page.get_by_role("button", name="BIN-A-01-01").click()
    assert [read["raw"] for read in wait_for_reads(page, 1)] == ["BIN-A-01-01"]
    page.wait_for_timeout(1500)
    assert len(wait_for_reads(page, 1)) == 1
    expect(page.locator(".scan-outline")).to_have_count(0)


def test_an_outline_in_the_picture_can_be_tapped(show: Any, labels: dict[str, Any]) -> None:
    page = show((scene((labels["matrix"], (540, 360)), (labels["qr"], (760, 360))), 30))
    expect(page.locator(".scan-outline")).to_have_count(2)
    outlines = page.locator(".scan-outline polygon")
    boxes = [outlines.nth(place).bounding_box() for place in range(2)]
    left = min((box for box in boxes if box), key=lambda box: box["x"])
    page.mouse.click(left["x"] + left["width"] / 2, left["y"] + left["height"] / 2)
    assert wait_for_reads(page, 1)[0]["symbology"] == "]d2"


def test_the_label_that_the_task_expects_is_taken_unasked(show: Any, labels: dict[str, Any]) -> None:
    two = scene((labels["matrix"], (440, 360)), (labels["place"], (860, 360)))
    page = show((two, 30), query="?expect=BIN-A-01-01")
    assert wait_for_reads(page, 1)[0]["raw"] == "BIN-A-01-01"
    page.wait_for_timeout(1000)
    assert len(wait_for_reads(page, 1)) == 1


def test_nothing_is_read_from_an_empty_table(show: Any) -> None:
    page = show((scene(), 30))
    page.locator("[data-state=running]").wait_for()
    page.wait_for_timeout(3000)
    assert page.evaluate("() => window.reads.length") == 0


def test_the_loop_rests_while_a_sheet_lies_over_it(show: Any, labels: dict[str, Any]) -> None:
    page = show((scene(), 60), (centred(labels["matrix"]), 120))
    page.locator("[data-state=running]").wait_for()
    page.locator("#open-sheet").click()
    page.locator("#in-sheet").wait_for()
    before = page.evaluate("() => window.reads.length")
    page.wait_for_timeout(7000)
    assert page.evaluate("() => window.reads.length") == before
    page.locator("#in-sheet").click()
    assert len(wait_for_reads(page, before + 1)) == before + 1


def test_a_closed_camera_is_let_go(show: Any, labels: dict[str, Any]) -> None:
    page = show((centred(labels["matrix"]), 30))
    wait_for_reads(page, 1)
    page.evaluate("() => { window.track = document.querySelector('video').srcObject.getTracks()[0] }")
    page.get_by_role("button", name="Close the camera").click()
    page.get_by_role("button", name="Scan with the camera").wait_for()
    page.wait_for_function("() => window.track.readyState === 'ended'")
