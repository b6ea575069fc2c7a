"""A shift without network on the real app, in words that every browser understands."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.catalog.models import Item
from app.database import database
from app.people.devices.models import Device
from app.stock.book.models import Operation, StockLevel
from app.warehouse.models import Location
from tests.app.visitor import PASSWORD, email_of
from tests.browser.day import ASSAM, Day
from tests.engines.cable import Cable
from tests.engines.engine import ENTER, SEPARATOR, Engine, Start

PATIENCE_S = 60
UNIT = 1_000_000
PHONE = "Phone in the cold store"
TEA = "Assam tea 250 g"
LOOK_S = 0.05
SHOWN = "(query) => [...document.querySelectorAll(query)].map((part) => part.innerText.replace(/\\s+/g, ' '))"
IS_THERE = """(path) =>
    document.evaluate(path, document, null, XPathResult.BOOLEAN_TYPE).booleanValue"""
HAS_OWN_APP = "() => navigator.serviceWorker.controller !== null"
LINES = """() => [...document.querySelectorAll('.list-row')].map((row) => {
    const lot = row.querySelector('.detail')?.innerText.match(/Lot (\\S+)/)?.[1] ?? ''
    return [row.querySelector('.title').innerText, lot, row.querySelector('.quantity').firstChild.data]
})"""
ALL_NAMED = """() => {
    const names = [...document.querySelectorAll('.list-row .title')].map((title) => title.innerText)
    return names.length > 0 && !names.includes('…')
}"""
HAS_FOCUS = "() => document.activeElement?.matches('[data-scan]') ?? false"
IS_READ = "() => !document.querySelector('[data-scan]')?.value"


def label(lot: str, quantity: int) -> str:
    """The label of a box of Assam tea, as a scanner types it."""
    return f"010{ASSAM}1727063010{lot}{SEPARATOR}37{quantity}"


@dataclass
class Worker:
    """Somebody with a phone, at the far end of a cable from the server."""

    start: Start
    profile: Path
    cable: Cable
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.engine = self.start(self.profile)

    def until(self, function: str, *arguments: Any, wanted: Any = True) -> None:
        """Wait until the page gives the wanted answer."""
        deadline = time.monotonic() + PATIENCE_S
        while (found := self.engine.evaluate(function, *arguments)) != wanted:
            assert time.monotonic() < deadline, f"{function} {arguments}: {found}\n{self.shown('body')}"
            time.sleep(LOOK_S)

    def sees(self, query: str, words: str) -> "Worker":
        """Wait until a part of the page shows the words."""
        deadline = time.monotonic() + PATIENCE_S
        while not any(words in text for text in self.shown(query)):
            assert time.monotonic() < deadline, f"{query} never showed {words!r}: {self.shown('body')}"
            time.sleep(LOOK_S)
        return self

    def shown(self, query: str) -> list[str]:
        return list(self.engine.evaluate(SHOWN, query))

    def press(self, path: str) -> "Worker":
        self.until(IS_THERE, path)
        self.engine.click(path)
        return self

    def button(self, name: str) -> "Worker":
        return self.press(f"//button[contains(., {name!r}) and not(@disabled)]")

    def write(self, name: str, text: str) -> "Worker":
        self.press(f"//input[@name={name!r}]")
        self.engine.strokes(text)
        return self

    def show(self, path: str) -> "Worker":
        self.engine.go(f"{self.cable.url}/floor{path}")
        return self

    def scan(self, *codes: str) -> "Worker":
        """What a scanner does: it types into whatever waits for it."""
        for code in codes:
            self.until(HAS_FOCUS)
            self.engine.strokes(code + ENTER)
            self.until(IS_READ)
        return self

    def enrol(self, name: str) -> "Worker":
        """Sign in, and wait until the phone holds the whole stock and its own app."""
        self.show("").write("email", email_of("operator")).write("password", PASSWORD).write("device", name)
        self.button("Sign in").button("Not now")
        self.sees(".status-button", "All sent")
        self.until(HAS_OWN_APP)
        self.until(
            "() => document.querySelector('.status-button').innerText.includes('no stock yet')", wanted=False
        )
        return self

    def lose_network(self) -> "Worker":
        self.cable.pull()
        self.engine.lose_network()
        return self

    def find_network(self) -> "Worker":
        self.cable.plug_in()
        self.engine.find_network()
        return self

    def start_again(self) -> "Worker":
        """The browser is ended and started anew; it is as far from the network as it was."""
        self.engine.end()
        self.engine = self.start(self.profile)
        self.engine.lose_network()
        return self

    def stock_at(self, place: str) -> list[tuple[str, str, float]]:
        """Name, lot and quantity of each line that the phone shows to stand at a place."""
        self.show("/look-up").scan(place).sees("h1", place)
        self.until(ALL_NAMED)
        return sorted((name, lot, float(quantity)) for name, lot, quantity in self.engine.evaluate(LINES))


def stock_of(day: Day, place: str) -> list[tuple[str, str, float]]:
    """The same of the server."""
    levels = (
        select(Item.name, StockLevel.lot, StockLevel.quantity)
        .join(Item, Item.id == StockLevel.item_id)
        .join(Location, Location.id == StockLevel.location_id)
        .where(Location.code == place, StockLevel.quantity != 0)
    )
    with day.app.app_context(), database.engine.connect() as connection:
        return sorted((row.name, row.lot, row.quantity / UNIT) for row in connection.execute(levels))


def kinds_sent(day: Day) -> list[str]:
    """The operations of the phone that the server has, in the order of their capture."""
    query = select(Operation.kind).join(Device, Device.id == Operation.device_id).where(Device.name == PHONE)
    with day.app.app_context(), database.engine.connect() as connection:
        return list(connection.scalars(query.order_by(Operation.epoch, Operation.seq)))


@contextmanager
def at_work(start: Start, profile: Path, day: Day) -> Iterator[Worker]:
    """Somebody whose browser is ended with the block."""
    worker = Worker(start, profile, Cable(day.url))
    try:
        yield worker
    finally:
        worker.engine.end()
        worker.cable.pull()


def work_without_network(worker: Worker, day: Day) -> None:
    """Receive, move and count without network, through a cold start and a reload, and come back."""
    worker.enrol(PHONE).lose_network()
    worker.show("/receive").scan("DOCK", label("T2501", 24)).button("Receive 1 line")
    worker.sees(".toast.green", "1 line received").sees(".status-button", "1 unsent")
    worker.start_again().show("/move").sees(".status-button", "1 unsent")
    worker.scan("DOCK", label("T2501", 10), "A-01-01").button("Move 1 line")
    worker.sees(".toast.green", "1 line moved")
    worker.show("/count").scan("A-01-01", label("T2401", 34), label("T2501", 10))
    worker.sees(".line", ": 10 piece").button("Confirm count")
    worker.sees(".toast.green", "2 counts recorded").engine.reload()
    worker.sees(".status-button", "4 unsent").sees(".status-button", "Offline")
    assert kinds_sent(day) == []


def come_back(worker: Worker, day: Day) -> None:
    """All is sent, and the phone shows what the server has: what was worked on, and what was there before."""
    worker.find_network().sees(".status-button", "All sent")
    assert kinds_sent(day) == ["move", "move", "count", "count"]
    assert (TEA, "T2501", 14) in stock_of(day, "DOCK")
    assert {(TEA, "T2401", 34), (TEA, "T2501", 10)} <= set(stock_of(day, "A-01-01"))
    for place in ("DOCK", "A-01-01", "A-02-03"):
        shown, held = worker.stock_at(place), stock_of(day, place)
        assert shown == held, f"{place}: the phone shows {shown}, the server has {held}"
