"""G7 to G9: a phone begins with 100,000 items and 140,000 stock rows, and answers scans, slowed down."""

import json
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from app import create_app
from app.database import disconnect, reading
from benchmarks.catalogue import FIRST_PLACE, PRODUCTS, barcode, ids_of
from benchmarks.installation import Client, served
from benchmarks.interruption import came_again
from benchmarks.places import Place
from benchmarks.sizes import Sizes
from benchmarks.table import Line, percentile
from tests.app.visitor import PASSWORD
from tests.browser.device_page import EMAIL, open_tab, show_device_page
from tests.browser.scan_page import build
from tests.needs import find_chromium

SLOW = 4
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

BARE = """
async ([times, pace]) => {
  const done = (asked, told) => new Promise((go, fail) => { asked[told] = go; asked.onerror = fail })
  const opened = indexedDB.open('bare', 1)
  opened.onupgradeneeded = () => opened.result.createObjectStore('operation')
  await done(opened, 'onsuccess')
  const puts = [], gets = []
  for (let turn = 0; turn < times; turn += 1) {
    let began = performance.now()
    const writing = opened.result.transaction('operation', 'readwrite', { durability: 'strict' })
    writing.objectStore('operation').put({ turn, kind: 'move', quantity: '1' }, turn)
    await done(writing, 'oncomplete')
    puts.push(performance.now() - began)
    began = performance.now()
    await done(opened.result.transaction('operation').objectStore('operation').get(turn), 'onsuccess')
    gets.push(performance.now() - began)
    await new Promise((go) => setTimeout(go, pace))
  }
  return [puts, gets]
}
"""


def measure(at: Place) -> list[Line]:
    """Sizes from the server, times from a real browser, and the plain database's reading time beside them."""
    first = ids_of(create_app(at.settings))[0]
    plain = plain_read(at)
    built = device_page(at)
    with served(at) as host:
        parts, url = snapshot_sizes(host), f"http://{host}"
        times = on_a_phone(url, built, first, at.sizes)
        again = came_again(url, sum(parts), lambda cable: begin_anew(cable, built, at.sizes))
    return [
        *base_lines(at.sizes, parts, times, plain),
        Line(
            "G8",
            "comes once more when the connection breaks half way",
            f"{again / 1024:.0f} KB",
            "≤ 512 KB",
            f"{again / max(parts):.1f} × the largest part",
        ),
        beside("capture durable, p95, 4 × slow-down", times["capture"], times["bare put"], "put"),
        beside("barcode look-up, p95, 4 × slow-down", times["lookup"], times["bare get"], "get"),
    ]


def base_lines(sizes: Sizes, parts: list[int], times: dict[str, float], plain: float) -> list[Line]:
    """How large a base is and how soon it answers; ``plain`` are the seconds of reading its rows."""
    kind = "real" if PRODUCTS.exists() else "made up"
    what = f"{sizes.items:,} items ({kind}) and {sizes.rows:,} stock rows"
    scan, ready = (f"{times[name] / plain:.0f} × reading the rows" for name in ("scan", "ready"))
    return [
        Line("G7", f"{what}: bytes of the snapshot", f"{sum(parts) / 1e6:.2f} MB", "≤ 4 MB"),
        Line("G7", "first scan answered, 4 × slow-down", f"{times['scan']:.1f} s", "≤ 3 s", scan),
        Line("G7", "whole base ready, 4 × slow-down", f"{times['ready']:.1f} s", "≤ 10 s", ready),
    ]


def beside(what: str, took: float, bare: float, act: str) -> Line:
    """Milliseconds on the phone beside those of the browser's plain store."""
    return Line("G9", what, f"{took:.0f} ms", "≤ 50 ms", f"{took / bare:.1f} × a bare {act}")


def device_page(at: Place) -> Path:
    """The page with the device alone, built once in a run."""
    built = at.run / "page"
    return built if (built / "index.html").exists() else build(built, "tests/device/page/vite.config.ts")


def plain_read(at: Place) -> float:
    """Seconds in which the plain database hands out the same rows as JSON: the floor."""
    app = create_app(at.settings)
    with app.app_context():
        started = time.perf_counter()
        with reading() as connection:
            for table in ("item", "item_barcode", "stock_level"):
                rows = connection.exec_driver_sql(f"SELECT * FROM {table}").fetchall()
                json.dumps([tuple(row) for row in rows], default=str)
        took = time.perf_counter() - started
        disconnect()
    return took


def snapshot_sizes(host: str) -> list[int]:
    """The bytes of each part, as sent."""
    answer, _ = Client(host, 0).ask("snapshot", None)
    return [part["bytes"] for part in answer["parts"]]


def on_a_phone(url: str, built: Path, item: int, sizes: Sizes) -> dict[str, float]:
    """The device alone in Chromium, slowed down: seconds to first scan and whole base; p95 in ms."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        context = browser.new_context()
        show_device_page(context, built)
        page = open_tab(context, url)
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
        times = begin(page, sizes.items - 1) | bare_store(page, sizes.captures)
        times |= {"lookup": lookups(page, sizes), "capture": captures(page, item, sizes.captures)}
        browser.close()
        return times


def begin_anew(url: str, built: Path, sizes: Sizes) -> None:
    """A phone that nobody slows down begins at this address, until its whole base is there."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        context = browser.new_context()
        show_device_page(context, built)
        begin(open_tab(context, url), sizes.items - 1)
        browser.close()


def begin(page: Page, last: int) -> dict[str, float]:
    """Seconds from the sign-in to the first scan that finds its item, the last one of all, and to the whole
    base; by the clock of the page, which tells nothing of the time until we hear of it."""
    scan, ready = page.evaluate(BEGIN, [EMAIL, PASSWORD, barcode(last)])
    return {"scan": scan / 1000, "ready": ready / 1000}


def bare_store(page: Page, times: int) -> dict[str, float]:
    """Milliseconds, p95, of a durable put and of a get in a plain store of the same browser: the floor."""
    puts, gets = page.evaluate(BARE, [times, PACE_MS / 5])
    return {"bare put": percentile(puts, 0.95), "bare get": percentile(gets, 0.95)}


def lookups(page: Page, sizes: Sizes) -> float:
    """Milliseconds, p95, in which a barcode becomes an item."""
    codes = [barcode(n * 491 % sizes.items) for n in range(sizes.lookups)]
    took = page.evaluate(
        "async (codes) => { const took = []; for (const code of codes) { const began = performance.now();"
        " const found = await window.floor.itemsByBarcode(code);"
        " if (found.length !== 1) throw new Error(code); took.push(performance.now() - began) }"
        " return took }",
        codes,
    )
    return percentile(took, 0.95)


def captures(page: Page, item: int, times: int) -> float:
    """Milliseconds, p95, until a capture is durable, at the pace of a quick person who is online."""
    body = {"item": item, "from": 1, "to": FIRST_PLACE, "quantity": "1", "reason": "receipt"}
    took = page.evaluate(
        "async ([body, times, pace]) => { const took = []; for (let turn = 0; turn < times; turn += 1) {"
        " const began = performance.now(); await window.floor.capture([{ kind: 'move', body }]);"
        " took.push(performance.now() - began);"
        " await new Promise((go) => setTimeout(go, pace)) } return took }",
        [body, times, PACE_MS],
    )
    return percentile(took, 0.95)
