"""A working day on the real server: the small named world, phones in hands and a desktop in the office."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import insert

from app import create_app
from app.clock import now_ms
from app.database import database, transaction
from app.people.access.passwords import hash_password
from app.people.models import User
from app.setup.seed import seed_world
from app.web.assets import MANIFEST
from tests.app.visitor import PASSWORD, email_of
from tests.conftest import settings_at
from tests.serving import Served, serving

PEOPLE = {"administrator": "Ana Kowalczyk", "manager": "Bilal Öztürk", "operator": "Chloé Martin"}
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
ASSAM = "9521234001010"
"""The GTIN of the Assam tea, of which lots T2401 and T2402 stand in A-01-01 and A-01-02."""
PATIENCE_MS = 30_000
"""Longer than a device rests after a failure, on a machine that has much else to do."""
NEXT_RELEASE = "next-release"
"""While a file of this name lies in the home, the next release of the app is out."""


def gs1(lot: str, quantity: int, expires: str = "270630") -> str:
    """The label of a box of Assam tea, as a scanner types it."""
    return f"(01)0{ASSAM}(10){lot}(17){expires}(37){quantity}"


def furnished(home: Path, prepared_home: Path) -> Flask:
    """The small world in this home; the app that reaches its database beside the server."""
    assert MANIFEST.exists(), "the browser tests need the front end: npm run build"
    shutil.copy(prepared_home / "tallyman.sqlite3", home / "tallyman.sqlite3")
    app = create_app(settings_at(home))
    with app.app_context():
        secret = hash_password(PASSWORD)
        with transaction() as connection:
            rows = [
                {"email": email_of(role), "name": name, "role": role, "password_hash": secret}
                for role, name in PEOPLE.items()
            ]
            connection.execute(insert(User), [row | {"created_at": now_ms()} for row in rows])
        seed_world()
        database.engine.dispose()
    return app


@dataclass
class Day:
    """The server that runs, and its database for what no page can do."""

    served: Served
    app: Flask

    @property
    def url(self) -> str:
        return self.served.url


@contextmanager
def working_day(home: Path, prepared_home: Path) -> Iterator[Day]:
    """The real server over the small world; ended with the block."""
    app = furnished(home, prepared_home)
    with serving(home, "tests.browser.releasing:app") as served:
        yield Day(served, app)
    with app.app_context():
        database.engine.dispose()


@dataclass
class Phone:
    """A signed-in device on the floor."""

    context: BrowserContext
    page: Page
    url: str

    def show(self, path: str) -> "Phone":
        """Go to a screen within the app, by its own link where there is one: it works without network."""
        self.page.goto(f"{self.url}/floor{path}")
        self.page.wait_for_selector(".floor")
        return self

    def scan(self, *codes: str) -> "Phone":
        for code in codes:
            field = self.page.locator("[data-scan]")
            field.fill(code)
            field.press("Enter")
            self.page.wait_for_function("() => !document.querySelector('[data-scan]')?.value")
        return self

    def press(self, name: str) -> "Phone":
        self.page.get_by_role("button", name=name).first.click()
        return self

    def confirmed(self, words: str) -> "Phone":
        expect(self.page.locator(".toast.green").last).to_contain_text(words)
        return self

    def lose_network(self) -> "Phone":
        self.context.set_offline(True)
        return self

    def find_network(self) -> "Phone":
        self.context.set_offline(False)
        return self

    @property
    def status(self) -> Locator:
        return self.page.locator(".status-button")

    def wait_until_sent(self) -> "Phone":
        expect(self.status).to_contain_text("All sent", timeout=PATIENCE_MS)
        return self

    def pick(self, place: str, code: str) -> "Phone":
        """Take what the code says out of a place, and confirm it."""
        return self.show("/pick").scan(place, code).press("Pick 1 line").confirmed("1 line picked")

    def move(self, origin: str, code: str, destination: str) -> "Phone":
        self.show("/move").scan(origin, code, destination)
        return self.press("Move 1 line").confirmed("1 line moved")

    def count(self, place: str, code: str) -> "Phone":
        """Count one line of a place as the code says."""
        return self.show("/count").scan(place, code).press("Confirm count").confirmed("1 count recorded")


def enrol(context: BrowserContext, url: str, name: str, patience_ms: int = 2 * PATIENCE_MS) -> Phone:
    """Sign in on a new device and wait until it holds the whole stock and its own app.

    The screens open as soon as the catalogue is there: what is on its way then would be missing offline.
    """
    page = context.new_page()
    page.goto(f"{url}/floor")
    page.fill("[name=email]", email_of("operator"))
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=device]", name)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Not now").click(timeout=patience_ms)
    page.wait_for_selector(".status-button", timeout=patience_ms)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null", timeout=PATIENCE_MS)
    phone = Phone(context, page, url)
    expect(phone.status).not_to_contain_text("no stock yet", timeout=patience_ms)
    return phone.wait_until_sent()


def new_phone(
    browser: Browser, url: str, name: str, scale: float = 1, patience_ms: int = 2 * PATIENCE_MS
) -> Phone:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=scale)
    return enrol(context, url, name, patience_ms)


@dataclass
class Desk:
    """Someone in the office who has the live stock open."""

    page: Page

    def row(self, *words: str) -> Locator:
        """The line that shows all of these words."""
        rows = self.page.locator(".live-row:visible")
        for each in words:
            rows = rows.filter(has_text=each)
        return rows

    def quantity(self, *words: str) -> str:
        return self.row(*words).locator("[data-part=number]").inner_text()

    def place(self) -> tuple[str, float]:
        """What is searched for, and how far the list is scrolled."""
        scrolled = self.page.locator("[data-live=box]").evaluate("(box) => box.scrollTop")
        return self.page.locator("[data-live=search]").input_value(), scrolled

    @property
    def link(self) -> Locator:
        return self.page.locator("[data-live=link]")


def sign_in_office(page: Page, url: str, role: str = "manager") -> Page:
    page.goto(f"{url}/sign-in")
    page.fill("#email", email_of(role))
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/")
    return page


def open_stock(page: Page, url: str, patience_ms: int = PATIENCE_MS) -> Desk:
    """The live stock once it is complete."""
    page.goto(f"{url}/stock")
    desk = Desk(page)
    expect(desk.link).to_have_text("Live", timeout=patience_ms)
    return desk
