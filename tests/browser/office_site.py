"""The office on a free port of this machine, with people, places, goods and devices of the small world."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import insert
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from app.clock import now_ms
from app.config import Settings
from app.database import database, transaction
from app.people.access.passwords import hash_password
from app.people.devices.models import Device
from app.people.models import User
from app.web.assets import MANIFEST
from tests.app.visitor import PASSWORD, email_of

PEOPLE = (
    ("Ana Kowalczyk", "administrator"),
    ("Bilal Öztürk", "manager"),
    ("Chloé Martin", "operator"),
    ("Eun-ji Park", "viewer"),
)
SEASON = 60
PACE_S = 0.2


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - Werkzeug's signature
        """Say nothing."""


@contextmanager
def served_office(settings: Settings) -> Iterator[str]:
    """The office over a database that holds the tables; gives its address."""
    assert MANIFEST.exists(), "the browser tests need the front end: npm run build"
    app = create_app(settings)
    furnish(app)
    with serving(app) as address:
        yield address


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """An application on a free port; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
    with app.app_context():
        database.engine.dispose()


def sign_in(page: Page, role: str) -> Page:
    """A window in which a person of a role has come in; its context knows the address."""
    page.goto("/sign-in")
    page.fill("#email", email_of(role))
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    return page


def strike(page: Page, keys: str) -> None:
    """Keys one shortly after the other, however busy this machine is: pages take some by their pace."""
    hand = page.context.new_cdp_session(page)
    began = time.time()
    for place, key in enumerate(keys):
        for kind in ("keyDown", "keyUp"):
            event = {"type": kind, "key": key, "text": key, "timestamp": began + place * PACE_S}
            hand.send("Input.dispatchKeyEvent", event if kind == "keyDown" else event | {"text": ""})
    hand.detach()


def furnish(app: Flask) -> None:
    moment = now_ms()
    with app.app_context():
        secret = hash_password(PASSWORD)
        with transaction() as connection:
            for name, role in [*PEOPLE, *((f"Season {n:02}", "operator") for n in range(SEASON))]:
                address = f"{role if (name, role) in PEOPLE else name.replace(' ', '')}@tallyman.example"
                row = {"email": address.casefold(), "name": name, "role": role, "password_hash": secret}
                connection.execute(insert(User).values(**row, created_at=moment))
            for number, (name, pending) in enumerate((("Handheld 1", 0), ("Tablet 3", 14))):
                facts = {"name": name, "user_id": 3, "credential_hash": str(number), "pending": pending}
                times = {"enrolled_at": moment, "contact_at": moment, "credential_expires_at": moment + 10**9}
                key = f"00000000-0000-7000-8000-{number:012}"
                connection.execute(insert(Device).values(id=key, **facts, **times))


def axe_source(front_end: Path) -> str:
    """The accessibility checker, to be evaluated in a page."""
    return (front_end / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
