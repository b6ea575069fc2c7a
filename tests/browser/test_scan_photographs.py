"""Real photographs through the photo door of the real browser, with the rate that was reached.

Collected only where the photographs lie. What is asserted is what was measured.
"""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from sync.barcode import read_code
from sync.gtin import gtin14

PHOTOGRAPHS = Path(__file__).parents[3] / "shared" / "data" / "barcode-photos"
DONE = "() => window.reads.length > 0 || document.querySelector('[data-search]:not([data-search=searching])')"
FOUND = """() => ({
  reads: window.reads.map(({ reading }) => [reading.gtin, reading.raw]),
  choices: document.querySelectorAll('.scan-choice').length,
})"""


@dataclass(frozen=True)
class Group:
    """Formats measured together, and what was reached: right at least, wrong at most.

    The wrong ones are a UPC-E misread twice alike, and a code that shines through from the back of the sheet.
    """

    formats: tuple[str, ...]
    right: int
    wrong: int


GROUPS = {
    "EAN and UPC": Group(("EAN13", "EAN8", "UPCA", "UPCE"), 49, 1),
    "other linear": Group(
        ("ITF", "Code39", "Code93", "Code128", "Codabar", "DataBar", "DataBarStacked"), 0, 99
    ),
    "matrix": Group(("QRCode", "DataMatrix", "Aztec", "PDF417"), 51, 0),
    "no code in the picture": Group(("None",), 0, 0),
}

OUTCOMES = ("right", "wrong", "none")


@pytest.fixture(scope="module")
def tally() -> Counter[str]:
    """Outcomes over the groups with codes so far."""
    return Counter()


@pytest.fixture(scope="module")
def door(browser: Browser, scan_address: str) -> Page:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(scan_address)
    page.wait_for_function("() => window.reads")
    return page


def expected_of(row: dict[str, str]) -> str:
    """The item number where the code has one, else its text."""
    text = row["expected"]
    if row["format"].startswith("DataBar"):
        return text[-14:]
    if row["format"] == "UPCE":
        return read_code(text, "]E0").gtin or text
    if row["format"].startswith(("UPC", "EAN")) and len(text) > 13:
        text = text[:13]
    return gtin14(text) or text


def outcome_of(page: Page, row: dict[str, str]) -> str:
    """right, wrong or none: several codes to choose from count as right if the right one is among them."""
    page.evaluate("() => { window.reads.length = 0 }")
    page.locator("[data-photo]").set_input_files(PHOTOGRAPHS / row["file"])
    page.wait_for_function(DONE, timeout=60_000)
    found = page.evaluate(FOUND)
    if found["choices"]:
        page.locator(".scan-choice").first.click()
        found = page.evaluate(FOUND)
    elif not found["reads"]:
        page.get_by_role("button", name="Close", exact=True).click()
    page.locator("dialog[open]").wait_for(state="detached")
    return judged(found["reads"], row)


def judged(reads: list[list[Any]], row: dict[str, str]) -> str:
    if not reads:
        return "none"
    gtin, raw = reads[0]
    said = {gtin, " ".join(raw.split())}
    return "right" if row["format"] != "None" and " ".join(expected_of(row).split()) in said else "wrong"


@pytest.mark.parametrize("name", GROUPS)
def test_photographs(door: Page, tally: Counter[str], capsys: pytest.CaptureFixture[str], name: str) -> None:
    group = GROUPS[name]
    with (PHOTOGRAPHS / "expected.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["format"] in group.formats]
    kinds = Counter((row["format"], outcome_of(door, row)) for row in rows)
    totals = {one: sum(kinds[kind, one] for kind in group.formats) for one in OUTCOMES}
    if "None" not in group.formats:
        tally.update(totals)
    with capsys.disabled():
        print(f"\nPhotographs, {name}: {totals}; with a code so far: {dict(tally)}")
        for kind in group.formats:
            print(f"  {kind}: { {one: kinds[kind, one] for one in OUTCOMES} }")
    assert totals["right"] >= group.right
    assert totals["wrong"] <= group.wrong
