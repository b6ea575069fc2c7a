"""A real catalogue of 100,000 products: imported in the office, found on a phone that has no signal."""

import csv
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import NEEDED
from tests.browser.day import DESK, Phone, new_phone, sign_in_office, working_day
from tests.serving import ROOT

PRODUCTS = NEEDED["test_products.py"]
PATIENCE_MS = 240_000
FEWEST = 99_000
"""Of the 100,000 rows some are refused with a reason: names that are empty, codes that stand twice."""


@contextmanager
def working(home: Path) -> Iterator[None]:
    """The process that does the background work of an installation."""
    environment = {**os.environ, "TALLYMAN_HOME": str(home)}
    worker = subprocess.Popen([sys.executable, "-m", "flask", "worker"], cwd=ROOT, env=environment)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(30)


def a_product() -> tuple[str, str]:
    """Code and name of one product, far down in the table, whose name is found by its own words."""
    with PRODUCTS.open(encoding="utf-8", newline="") as lines:
        rows = [
            row for row in csv.DictReader(lines) if row["name"].isascii() and len(row["name"].split()) == 4
        ]
    chosen = rows[len(rows) * 3 // 4]
    return chosen["barcode"], chosen["name"]


def import_all(page: Page, url: str) -> int:
    """Upload the table, let it be checked, import the rows that are good; gives how many were added."""
    page.goto(f"{url}/imports/new?kind=items")
    page.set_input_files("#file", PRODUCTS)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Check every row").click()
    expect(page.locator("progress")).to_be_visible()
    page.get_by_role("button", name=re.compile(r"Import [\d,]+ rows")).click(timeout=PATIENCE_MS)
    expect(page.locator("progress")).to_be_visible()
    expect(page.get_by_text("The import is done")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("#import-state")).to_have_text("Done")
    expect(page.get_by_role("link", name="Take it back")).to_be_visible()
    return int(page.locator(".tile-number").first.inner_text().replace(",", ""))


def search(phone: Phone, words: str) -> None:
    phone.show("/look-up")
    phone.page.get_by_role("searchbox").fill(words)


def test_a_hundred_thousand_products_come_from_a_table_to_a_phone_in_a_cellar(
    browser: Browser, prepared_home: Path, tmp_path: Path
) -> None:
    code, name = a_product()
    with working_day(tmp_path, prepared_home) as day, working(tmp_path):
        office = browser.new_context(viewport=DESK)
        assert import_all(sign_in_office(office.new_page(), day.url), day.url) > FEWEST
        office.close()
        phone = new_phone(browser, day.url, "Phone in the cellar", patience_ms=PATIENCE_MS)
        phone.lose_network()
        search(phone, " ".join(reversed(name.split())).upper())
        expect(phone.page.locator(".list-row").filter(has_text=name).first).to_be_visible()
        phone.show("/look-up").scan(code)
        expect(phone.page.get_by_role("heading", name=name)).to_be_visible()
        phone.show("/receive").scan(code, "DOCK").press("Receive 1 line").confirmed("1 line received")
        phone.find_network().wait_until_sent()
        phone.context.close()
