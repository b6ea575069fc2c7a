"""G7 to G9: a phone begins with 100,000 items and 140,000 stock rows, and answers scans, slowed down."""

import json
import sqlite3
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from app import create_app
from benchmarks.catalogue import FIRST_PLACE, ITEMS, PRODUCTS, ROWS, barcode, fill
from benchmarks.installation import Client, furnish, served
from benchmarks.places import Place
from benchmarks.table import Line, percentile
from tests.app.visitor import PASSWORD
from tests.browser.device_page import EMAIL, open_tab, show_device_page
from tests.browser.scan_page import build
from tests.needs import find_chromium

SLOW = 4
LOOKUPS, CAPTURES = 200, 60
PACE_MS = 250
"""Between two captures: as quick as a person scans, 20 codes in 5 seconds."""

BEGIN = """
async ([email, password, code]) => {
  const pause = () => new Promise((go) => setTimeout(go, 20))
  const { floor } = window
  const began = performance.now()
  await floor.signIn(email, password, 'Phone')
  while ((await floor.itemsByBarcode(code).catch(() => [])).length === 0) await pause()
  const scan = performance.now() - began
  while (floor.state.stockAt.value === null || floor.state.phase.value !== 'ready') await pause()
  return [scan, performance.now() - began]
}
"""


def measure(at: Place) -> list[Line]:
    """Sizes from the server, times from a real browser, and the plain database's reading time beside them."""
    furnish(at)
    ids = fill(create_app(at.settings))
    plain = plain_read(at.home / "tallyman.sqlite3")
    with served(at) as host:
        sizes = snapshot_sizes(host)
        built = build(at.home / "page", "tests/device/page/vite.config.ts")
        times = on_a_phone(f"http://{host}", built, ids[0])
    total = sum(sizes) / 1e6
    kind = "real" if PRODUCTS.exists() else "made up"
    what = f"{ITEMS:,} items ({kind}) and {ROWS:,} stock rows"
    return [
        Line("G7", f"{what}: bytes of the snapshot", f"{total:.2f} MB", "≤ 4 MB"),
        Line("G7", "first scan answered, 4 × slow-down", f"{times['scan']:.1f} s", "≤ 3 s"),
        Line(
            "G7",
            "whole base ready, 4 × slow-down",
            f"{times['ready']:.1f} s",
            "≤ 10 s",
            f"{times['ready'] / plain:.0f} × reading the rows",
        ),
        Line("G8", "largest part: what an interruption costs", f"{max(sizes) / 1024:.0f} KB", "≤ 512 KB"),
        Line("G9", "capture durable, p95, 4 × slow-down", f"{times['capture']:.0f} ms", "≤ 50 ms"),
        Line("G9", "barcode look-up, p95, 4 × slow-down", f"{times['lookup']:.0f} ms", "≤ 50 ms"),
    ]


def plain_read(path: Path) -> float:
    """Seconds in which the plain database hands out the same rows as JSON: the floor."""
    started = time.perf_counter()
    with sqlite3.connect(path) as connection:
        for table in ("item", "item_barcode", "stock_level"):
            json.dumps(connection.execute(f"SELECT * FROM {table}").fetchall())
    connection.close()
    return time.perf_counter() - started


def snapshot_sizes(host: str) -> list[int]:
    """The bytes of each part, as sent."""
    answer, _ = Client(host, 0).ask("snapshot", None)
    return [part["bytes"] for part in answer["parts"]]


def on_a_phone(url: str, built: Path, item: int) -> dict[str, float]:
    """The device alone in Chromium, slowed down: seconds to first scan and whole base; p95 in ms."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        context = browser.new_context()
        show_device_page(context, built)
        page = open_tab(context, url)
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
        scan, ready = begin(page)
        times = {"scan": scan, "ready": ready, "lookup": lookups(page), "capture": captures(page, item)}
        browser.close()
        return times


def begin(page: Page) -> tuple[float, float]:
    """Seconds from the sign-in to the first scan that finds its item, the last one of all, and to the whole
    base; by the clock of the page, which tells nothing of the time until we hear of it."""
    scan, ready = page.evaluate(BEGIN, [EMAIL, PASSWORD, barcode(ITEMS - 1)])
    return scan / 1000, ready / 1000


def lookups(page: Page) -> float:
    """Milliseconds, p95, in which a barcode becomes an item."""
    codes = [barcode(n * 491 % ITEMS) for n in range(LOOKUPS)]
    took = page.evaluate(
        "async (codes) => { const took = []; for (const code of codes) { const began = performance.now();"
        " const found = await window.floor.itemsByBarcode(code);"
        " if (found.length !== 1) throw new Error(code); took.push(performance.now() - began) }"
        " return took }",
        codes,
    )
    return percentile(took, 0.95)


def captures(page: Page, item: int) -> float:
    """Milliseconds, p95, until a capture is durable, at the pace of a quick person who is online."""
    body = {"item": item, "from": 1, "to": FIRST_PLACE, "quantity": "1", "reason": "receipt"}
    took = page.evaluate(
        "async ([body, times, pace]) => { const took = []; for (let turn = 0; turn < times; turn += 1) {"
        " const began = performance.now(); await window.floor.capture([{ kind: 'move', body }]);"
        " took.push(performance.now() - began);"
        " await new Promise((go) => setTimeout(go, pace)) } return took }",
        [body, CAPTURES, PACE_MS],
    )
    return percentile(took, 0.95)
