"""The real application on a real SQLite file, with a clock of ours, crashes and restores."""

import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from flask import Flask
from sqlalchemy import insert, update
from sqlalchemy.exc import OperationalError

import app.clock
from app.catalog.models import Item
from app.database import database, publish, transaction
from app.people.models import Device, User
from app.people.tokens import digest
from app.stock.models import Incarnation
from app.stock.recheck import recheck
from app.warehouse.models import Location
from tests.simulation.clock import DAY_MS, TrueClock
from tests.simulation.network import Network
from tests.simulation.worker import Places


class Crash(Exception):
    """The server process dies in the middle of a transaction."""


class FakeTime:
    """Stands in for the time module that ``app.clock`` reads."""

    def __init__(self, clock: TrueClock) -> None:
        self.clock = clock

    def time_ns(self) -> int:
        return self.clock.now_at * 1_000_000


class Server:
    """One installation. Stories take turns on it; each uses goods, places and devices of its own."""

    def __init__(self, flask: Flask, path: Path) -> None:
        self.flask = flask
        self.path = path
        self.clock = TrueClock()
        self.network: Network | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        """Our clock ticks in the server, and its commits fail when the network says so."""
        ticking = patch.object(app.clock, "time", FakeTime(self.clock))
        failing = patch("app.stock.book.publish", self.publish)
        with ticking, failing, self.flask.app_context():
            yield

    def publish(self, *arguments: object) -> int:
        """The last statement before COMMIT; the process may die here, or find the database locked."""
        head = publish(*arguments)  # type: ignore[arg-type]
        crash = self.network.crash if self.network else None
        if crash == "crash before commit":
            raise Crash
        if crash == "locked":
            raise locked()
        return head

    def furnish(self, tag: str) -> Places:
        """Goods and places for one story."""
        times = {"created_at": 0, "updated_at": 0}
        with transaction() as connection:
            tracked = [("none", n) for n in range(3)] + [("lot", 3), ("serial", 4)]
            items = [
                connection.execute(
                    insert(Item).values(code=f"{tag}-{n}", name="Tea", tracking=tracking, **times)
                ).inserted_primary_key[0]
                for tracking, n in tracked
            ]
            bins = [
                connection.execute(
                    insert(Location).values(code=f"{tag}-{n}", barcode=f"{tag}-{n}", kind="bin", **times)
                ).inserted_primary_key[0]
                for n in range(5)
            ]
        return Places(tuple(items[:3]), items[3], items[4], tuple(bins), tag)

    def enrol(self, name: str) -> tuple[str, str, int]:
        """A new device and its person; returns device id, credential and person."""
        device = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
        credential = f"{device}.secret"
        now = self.clock.now_at
        with transaction() as connection:
            person = connection.execute(
                insert(User).values(
                    email=f"{name}@example.com", name=name, role="operator", password_hash="", created_at=now
                )
            ).inserted_primary_key[0]
            connection.execute(
                insert(Device).values(
                    id=device,
                    name=name,
                    user_id=person,
                    credential_hash=digest(credential),
                    credential_expires_at=now + 3650 * DAY_MS,
                    enrolled_at=now,
                )
            )
        return device, credential, person

    def change_item(self, item: int, **values: object) -> None:
        """What the office does to an item: archive it, merge it."""
        with transaction() as connection:
            connection.execute(update(Item).where(Item.id == item).values(values))
            publish(connection, [("item", str(item)), *recheck(connection, [item], app.clock.now_ms())])

    def back_up(self) -> None:
        """Copy the database as it is now."""
        with (
            sqlite3.connect(self.path) as source,
            sqlite3.connect(self.path.with_suffix(".backup")) as target,
        ):
            source.backup(target)
        source.close()
        target.close()

    def restore(self) -> None:
        """Put the copy back: a new incarnation that knows less."""
        database.session.remove()
        database.engine.dispose()
        for ending in ("-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        shutil.copy(self.path.with_suffix(".backup"), self.path)
        with transaction() as connection:
            connection.execute(
                update(Incarnation).values(sid=str(uuid.uuid4()), started_at=self.clock.now_at)
            )


def locked() -> OperationalError:
    """What SQLAlchemy raises when the database stays locked."""
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return OperationalError("COMMIT", {}, busy)
