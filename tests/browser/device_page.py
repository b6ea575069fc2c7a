"""Phones without screens in a real browser, before a real server: the device alone, driven by hand."""

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import BrowserContext, Page, Route
from sqlalchemy import insert, update
from werkzeug.serving import make_server

from app import create_app
from app.catalog.models import Item, ItemBarcode
from app.clock import now_ms
from app.config import Settings
from app.database import database, transaction
from app.people.access.passwords import hash_password
from app.people.devices.models import Device
from app.people.models import User
from app.stock.book.models import Operation, StockLevel
from app.stock.quarantine.models import Quarantine
from app.warehouse.models import Location
from tests.app.visitor import PASSWORD
from tests.browser.office_site import Quiet

PLACE = "/device-page/"
EMAIL = "ana@tallyman.example"
DOCK, BIN, TEA = 100, 101, 7
SYNCED = "() => window.floor?.state.stockAt.value !== null && window.floor?.state.phase.value === 'ready'"


@contextmanager
def served_world(settings: Settings) -> Iterator[str]:
    """The application on a free port, over a home that holds one person, two places and one tea."""
    app = create_app(settings)
    furnish(app)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
    with app.app_context():
        database.engine.dispose()


def furnish(app: Flask) -> None:
    """One person, two places and one tea."""
    moment = now_ms()
    times = {"created_at": moment, "updated_at": moment}
    with app.app_context(), transaction() as connection:
        person = {"email": EMAIL, "name": "Ana", "role": "operator", "created_at": moment}
        connection.execute(insert(User).values(**person, password_hash=hash_password(PASSWORD)))
        for key, code in ((DOCK, "DOCK"), (BIN, "A-01-01")):
            place = {"id": key, "kind": "bin", "code": code, "barcode": f"L-{code}"}
            connection.execute(insert(Location).values(**place, **times))
        tea = {"id": TEA, "code": "TEA", "name": "Green tea", "unit": "piece", "sort_name": "green tea"}
        connection.execute(insert(Item).values(**tea, **times))
        connection.execute(insert(ItemBarcode).values(code="04006381333931", item_id=TEA))


@dataclass(frozen=True)
class Book:
    """What the server has, read from its file."""

    settings: Settings

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """A connection of one's own."""
        app = create_app(self.settings)
        with app.app_context():
            with database.engine.connect() as connection:
                yield connection
            database.engine.dispose()

    def operations(self) -> list[tuple[int, int, str]]:
        """Epoch, number and kind of every operation, in order."""
        with self.reading() as connection:
            columns = (Operation.epoch, Operation.seq, Operation.kind)
            rows = connection.execute(Operation.__table__.select().with_only_columns(*columns))
            return sorted(tuple(row) for row in rows)

    def quarantined(self) -> list[str]:
        """Why operations were set aside."""
        with self.reading() as connection:
            return [row.reason for row in connection.execute(Quarantine.__table__.select())]

    def shut_out_every_device(self) -> None:
        """As a manager would."""
        app = create_app(self.settings)
        with app.app_context():
            with transaction() as connection:
                connection.execute(update(Device).values(revoked_at=now_ms()))
            database.engine.dispose()

    def on_hand(self, location: int) -> float:
        """What the server holds to be at a place, in base units."""
        with self.reading() as connection:
            levels = StockLevel.__table__
            rows = connection.execute(levels.select().where(levels.c.location_id == location))
            return sum(row.quantity for row in rows) / 1_000_000


def show_device_page(context: BrowserContext, built: Path) -> None:
    """Answer the page's own addresses from the folder in which it was built; all else is the server's."""

    def answer(route: Route) -> None:
        name = route.request.url.split(PLACE)[1].split("?")[0] or "index.html"
        kind = mimetypes.guess_type(name)[0] or "text/plain"
        route.fulfill(body=(built / name).read_bytes(), content_type=kind)

    context.route(f"**{PLACE}**", answer)


def open_tab(context: BrowserContext, url: str) -> Page:
    """A tab in which the device has started."""
    page = context.new_page()
    page.goto(url + PLACE)
    page.wait_for_function("() => window.floor && window.floor.state.phase.value !== 'starting'")
    return page


def sign_in(page: Page) -> None:
    """Sign in and wait for the first stock."""
    page.evaluate("([email, password]) => window.floor.signIn(email, password, 'Phone')", [EMAIL, PASSWORD])
    page.wait_for_function(SYNCED)


def receive(page: Page, quantity: int, times: int = 1) -> None:
    """Receive tea at the dock, each time in a capture of its own."""
    body = {"item": TEA, "from": 1, "to": DOCK, "quantity": str(quantity), "reason": "receipt"}
    page.evaluate(
        "async ([body, times]) => { for (let turn = 0; turn < times; turn += 1) "
        "await window.floor.capture([{ kind: 'move', body }]) }",
        [body, times],
    )


def shown(page: Page, location: int = DOCK) -> float:
    """What the device shows at a place, in base units."""
    return float(
        page.evaluate(
            "async ([item, location]) => Number((await window.floor.stockOfItem(item))"
            ".find((line) => line.location === location)?.quantity ?? 0n) / 1e6",
            [TEA, location],
        )
    )


def unsent(page: Page) -> int:
    """How many operations wait, counted in the stored outbox."""
    return int(
        page.evaluate(
            "async () => JSON.parse(await (await window.floor.rescueFile()).text()).operations.length"
        )
    )


def wait_until_sent(page: Page) -> None:
    """Wait until nothing is unsent and the stock shown has caught up."""
    page.evaluate("() => window.floor.syncNow()")
    page.wait_for_function(
        "() => window.floor.state.unsent.value === 0 && window.floor.state.behind.value === 0"
    )
