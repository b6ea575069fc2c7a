"""G10: a phone that was away for a week comes home with its work, to a catalogue that has changed."""

import time
from typing import Any

from flask import Flask
from playwright.sync_api import BrowserContext, Page, sync_playwright
from sqlalchemy import update

from app import create_app
from app.catalog.models import Item
from app.database import disconnect, publish, transaction
from benchmarks.bootstrap import device_page
from benchmarks.catalogue import FIRST_PLACE, ids_of
from benchmarks.installation import served
from benchmarks.places import Place
from benchmarks.push import floor_of
from benchmarks.table import Line
from tests.browser.device_page import open_tab, show_device_page, sign_in, wait_until_sent
from tests.needs import find_chromium

A_TIME = 50


def measure(at: Place) -> list[Line]:
    """Capture offline, change the catalogue meanwhile, then count seconds and bytes until both agree."""
    app = create_app(at.settings)
    ids, built = ids_of(app), device_page(at)
    operations, changes = at.sizes.away_operations, at.sizes.away_changes
    with served(at) as host, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        context = browser.new_context()
        show_device_page(context, built)
        page = open_tab(context, f"http://{host}")
        sign_in(page)
        context.set_offline(True)
        work(page, ids, operations)
        change(app, ids[:changes])
        took, carried = home_again(context, page)
        browser.close()
    floor = floor_of(at, operations)
    ratio = f"{took / floor:.0f} × inserting their rows"
    what = f"{operations:,} operations and {changes:,} changes after a week offline"
    return [
        Line("G10", f"{what}: seconds", f"{took:.1f} s", "≤ 15 s", ratio),
        Line("G10", f"{what}: bytes both ways", f"{carried / 1e3:.0f} KB", "≤ 400 KB"),
    ]


def work(page: Page, ids: list[int], operations: int) -> None:
    """Receipts of many items."""
    page.evaluate(
        "async ([ids, to, times, each]) => { for (let turn = 0; turn < times; turn += 1) {"
        " const body = (n) => ({ item: ids[(turn * each + n) * 37 % ids.length], from: 1, to,"
        " quantity: '1', reason: 'receipt' });"
        " const drafts = Array.from({ length: each }, (_, n) => ({ kind: 'move', body: body(n) }));"
        " await window.floor.capture(drafts) } }",
        [ids[:20_000], FIRST_PLACE, operations // A_TIME, A_TIME],
    )


def change(app: Flask, chosen: list[int]) -> None:
    """New names, as an office gives them."""
    with app.app_context():
        with transaction() as connection:
            renamed = Item.name + " (new)"
            connection.execute(update(Item).where(Item.id.in_(chosen)).values(name=renamed))
            publish(connection, [("item", str(item)) for item in chosen])
        disconnect()


def home_again(context: BrowserContext, page: Page) -> tuple[float, int]:
    """Seconds until nothing is unsent and nothing is missing, and the bytes on the wire."""
    session = context.new_cdp_session(page)
    carried: list[int] = []
    session.on("Network.loadingFinished", lambda event: carried.append(int(event["encodedDataLength"])))
    session.on("Network.requestWillBeSent", lambda event: carried.append(sent(event["request"])))
    session.send("Network.enable")
    began = time.perf_counter()
    context.set_offline(False)
    wait_until_sent(page)
    return time.perf_counter() - began, sum(carried)


def sent(request: dict[str, Any]) -> int:
    """The bytes of a request's body, which is compressed already."""
    entries = request.get("postDataEntries") or []
    return sum(len(entry.get("bytes", "")) * 3 // 4 for entry in entries)
