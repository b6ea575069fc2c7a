"""The real application on a real database, with a clock of ours, crashes and restores."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from unittest.mock import patch

from flask import Flask
from sqlalchemy import Connection, insert, select, update

import app.clock
from app.catalog.changes import known
from app.catalog.models import Item
from app.catalog.pack_changes import change_pack
from app.catalog.pack_register import write_new_packs
from app.catalog.packs import PackDraft
from app.database import database, publish, transaction
from app.exchange import hello, pull
from app.people.access.random_tokens import digest
from app.people.devices.models import Device
from app.people.models import User
from app.stock.book.models import Operation
from app.stock.book.recheck import recheck
from app.stock.feed.models import Incarnation
from app.stock.quarantine.models import Quarantine
from app.stock.quarantine.release import release
from app.warehouse.models import Location
from app.web.errors import Refusal
from tests.simulation.clock import DAY_MS, TrueClock
from tests.simulation.network import CRASH, Network
from tests.simulation.packs import FACTORS, UNIT, Case
from tests.simulation.storage import Storage
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

    def __init__(self, flask: Flask, storage: Storage) -> None:
        self.flask = flask
        self.storage = storage
        self.clock = TrueClock()
        self.network: Network | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        """Our clock ticks in the server, and its commits fail when the network says so."""
        ticking = patch.object(app.clock, "time", FakeTime(self.clock))
        failing = patch("app.stock.book.posting.publish", self.publish)
        newest = patch("sync.wire.OPERATION_VERSIONS", (1, 2))
        hello_asks = patch.object(hello, "MINIMUM_PULL_VERSION", 1)
        pull_asks = patch.object(pull, "MINIMUM_PULL_VERSION", 1)
        with ticking, failing, newest, hello_asks, pull_asks, self.flask.app_context():
            yield

    def ask_for(self, version: int) -> None:
        """From now on a pull must understand rows of this version."""
        vars(hello)["MINIMUM_PULL_VERSION"] = vars(pull)["MINIMUM_PULL_VERSION"] = version

    def publish(self, connection: Connection, *arguments: Any) -> int:
        """The last statement before COMMIT; the process may die here, or the database fail."""
        head = publish(connection, *arguments)
        failure = self.network.failure if self.network else None
        if failure == CRASH:
            raise Crash
        if failure:
            self.storage.fail(failure, connection)
        return head

    def furnish(self, tag: str) -> Places:
        """Goods and places for one story."""
        times = {"created_at": 0, "updated_at": 0}
        with transaction() as connection:
            tracked = [("none", n) for n in range(3)] + [("lot", 3), ("serial", 4)]
            items = [
                connection.execute(
                    insert(Item).values(code=f"{tag}-{n}", name="Tea", tracking=tracking, decimals=3, **times)
                ).inserted_primary_key[0]
                for tracking, n in tracked
            ]
            bins = [
                connection.execute(
                    insert(Location).values(code=f"{tag}-{n}", barcode=f"{tag}-{n}", kind="bin", **times)
                ).inserted_primary_key[0]
                for n in range(5)
            ]
            drafts = [
                (item, PackDraft(UNIT, factor)) for item, factor in zip(items[:4], FACTORS, strict=False)
            ]
            packs = write_new_packs(connection, drafts, 0)
        cases = {item: Case(packs[item, UNIT], item, draft.factor) for item, draft in drafts}
        return Places(tuple(items[:3]), items[3], items[4], tuple(bins), cases, tag)

    def employ(self, name: str) -> int:
        """A new person who moves goods."""
        values = {"email": f"{name}@example.com", "name": name, "password_hash": ""}
        with transaction() as connection:
            added = insert(User).values(**values, role="operator", created_at=self.clock.now_at)
            return int(connection.execute(added).inserted_primary_key[0])

    def enrol(self, name: str, person: int) -> tuple[str, str]:
        """A new device of a person; returns its id and credential."""
        device = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
        credential = f"{device}.secret"
        now = self.clock.now_at
        values = {"credential_hash": digest(credential), "credential_expires_at": now + 3650 * DAY_MS}
        with transaction() as connection:
            added = insert(Device).values(id=device, name=name, user_id=person, enrolled_at=now, **values)
            connection.execute(added)
        return device, credential

    def change_device(self, device: str, **values: object) -> None:
        """What the office does to a device: shut it out."""
        with transaction() as connection:
            connection.execute(update(Device).where(Device.id == device).values(values))

    def change_person(self, person: int, **values: object) -> None:
        """What the office does to an account: close it, give it another role."""
        with transaction() as connection:
            connection.execute(update(User).where(User.id == person).values(values))

    def forgive(self, people: set[int]) -> None:
        """Everybody who was shut out by mistake is let in again."""
        with transaction() as connection:
            let_in = {"revoked_at": None, "stolen_at": None}
            connection.execute(update(Device).where(Device.user_id.in_(people)).values(let_in))
            connection.execute(update(User).where(User.id.in_(people)).values(disabled_at=None))

    def release_all(self, person: int) -> int:
        """Release what was held back because its sender was not trusted; returns how much was tried.

        What cannot be posted for another reason stays where it is.
        """
        mistrusted = (Quarantine.decided_at.is_(None), Quarantine.reason == "device_revoked")
        with database.engine.connect() as connection:
            held = list(connection.scalars(select(Quarantine.id).where(*mistrusted).order_by(Quarantine.id)))
        for number in held:
            with suppress(Refusal), transaction() as connection:
                release(connection, number, None, person, self.clock.now_at)
        return len(held)

    def change_item(self, item: int, **values: object) -> None:
        """What the office does to an item: archive it, merge it."""
        with transaction() as connection:
            connection.execute(update(Item).where(Item.id == item).values(values))
            publish(connection, [("item", str(item)), *recheck(connection, [item], app.clock.now_ms())])

    def change_factor(self, case: Case, factor: int, kind: str) -> None:
        """What the office does to a pack: it holds another number from now on, or held it all along."""
        with transaction() as connection:
            seen = known(connection, case.item).updated_at
            change_pack(connection, (case.item, case.id), {"factor": factor, "factor_kind": kind}, seen)

    def recorded(self, operations: Iterable[str]) -> set[str]:
        """Which of these operations stand in the book."""
        with database.engine.connect() as connection:
            return set(connection.scalars(select(Operation.id).where(Operation.id.in_(list(operations)))))

    def restore(self) -> None:
        """Put the copy back: a new incarnation that knows less."""
        self.storage.restore()
        with transaction() as connection:
            connection.execute(
                update(Incarnation).values(sid=str(uuid.uuid4()), started_at=self.clock.now_at)
            )
