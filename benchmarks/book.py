"""The posting path by itself: operations a second against a bare insert.

Usage: python -m benchmarks.book [batches] [batch size] [sqlite or postgresql]
"""

import json
import random
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from flask import Flask
from sqlalchemy import Connection, insert, text

from app import create_app
from app.catalog.models import Item
from app.config import Settings
from app.database import Base, disconnect, reading, transaction
from app.database.base_rows import seed_base_rows
from app.database.bulk import Insert, insert_into, write_rows
from app.people.devices.models import Device
from app.people.models import User
from app.stock.book.posting import post
from app.warehouse.models import Location
from benchmarks.places import place
from benchmarks.table import percentile
from sync.protocol import Clock, Push

START = 1_795_370_000_000
ITEMS, PLACES, DEVICES = 5_000, 500, 8
FIRST_ITEM, FIRST_PLACE = 2, 10
TABLES = ("operation", "movement", "stock_level", "count_point", "feed_change")


def main(batches: int = 60, size: int = 500, engine: str = "sqlite") -> None:
    with place(engine) as at:
        app = prepared(at.settings)
        with app.app_context():
            phones = [Phone(f"device-{number}", number) for number in range(DEVICES)]
            fill(phones)
            pushes = [phones[n % DEVICES].push(size) for n in range(batches)]
            took = [timed(lambda push=push: send(push)) for push in pushes]  # type: ignore[misc]
            again = [timed(lambda push=push: send(push)) for push in pushes[-DEVICES:]]  # type: ignore[misc]
            singles = [phones[n % DEVICES].push(1) for n in range(200)]
            one = [timed(lambda push=push: send(push)) for push in singles]  # type: ignore[misc]
            floor = bare_insert(size)
            disconnect()
    report(size, took, again, one, floor)


def report(size: int, took: list[float], again: list[float], one: list[float], floor: float) -> None:
    """Print the figures; the floor is the same rows, inserted and nothing else."""
    middle = statistics.median(took)
    print(f"push of {size}: p50 {middle * 1e3:.1f} ms, p99 {percentile(took, 0.99) * 1e3:.1f} ms")
    print(f"operations/s: {size * len(took) / sum(took):,.0f} (by the median {size / middle:,.0f})")
    print(f"bare insert of the same rows: {floor * 1e3:.1f} ms, {size / floor:,.0f} operations/s")
    print(f"ratio to the bare insert: {middle / floor:.1f}")
    print(f"resend of {size} known: p50 {statistics.median(again) * 1e3:.1f} ms")
    print(f"single pushes/s: {len(one) / sum(one):,.0f}, p99 {percentile(one, 0.99) * 1e3:.1f} ms")


def prepared(settings: Settings) -> Flask:
    """An application on an empty database with items, places, a person and devices."""
    app = create_app(settings)
    with app.app_context(), transaction() as connection:
        Base.metadata.create_all(connection)
        seed_base_rows(connection)
        furnish(connection)
    return app


def furnish(connection: Connection) -> None:
    times = {"created_at": START, "updated_at": START}
    person = {"email": "a@example.com", "name": "Ana", "role": "operator", "password_hash": ""}
    connection.execute(insert(User).values(**person, created_at=START))
    items = range(FIRST_ITEM, FIRST_ITEM + ITEMS)
    connection.execute(
        insert(Item), [{"id": n, "code": f"I{n}", "name": f"Item {n}", **times} for n in items]
    )
    places = range(FIRST_PLACE, FIRST_PLACE + PLACES)
    rows = [{"id": n, "kind": "bin", "code": f"L{n}", "barcode": f"L{n}", **times} for n in places]
    connection.execute(insert(Location), rows)
    for number in range(DEVICES):
        known = {"name": f"tablet {number}", "user_id": 1, "credential_hash": str(number)}
        connection.execute(
            insert(Device).values(id=f"device-{number}", credential_expires_at=0, enrolled_at=START, **known)
        )


class Phone:
    """A device that receives, moves, picks and counts its own share of the items, and never lacks stock."""

    def __init__(self, device: str, number: int) -> None:
        self.device = device
        self.items = range(FIRST_ITEM + number, FIRST_ITEM + ITEMS, DEVICES)
        self.stock: dict[int, dict[int, int]] = {}
        self.seq = 0
        self.seen = 81_234
        self.begin(START, number)

    def begin(self, at: int, session: int | str) -> None:
        """Begin a page session at a time; what it draws by chance follows from its name."""
        self.random = random.Random(session)
        self.at = self.began = at
        self.boot = f"{self.random.getrandbits(40):010x}"
        self.common = 7 << 76 | self.random.getrandbits(12) << 64 | 2 << 62 | self.random.getrandbits(61)
        self.person = str(uuid.UUID(int=at << 80 | self.common))

    def push(self, size: int) -> Push:
        """The next push of so many operations."""
        operations = [msgspec.Raw(json.dumps(next(self.work())).encode()) for _ in range(size)]
        return Push(self.device, 1, operations, Clock(wall=self.at))

    def receive(self, size: int) -> Push:
        """A push that only brings goods in."""
        chosen = (self.items[n % len(self.items)] for n in range(size))
        operations = [msgspec.Raw(json.dumps(self.received(item)).encode()) for item in chosen]
        return Push(self.device, 1, operations, Clock(wall=self.at))

    def work(self) -> Iterator[dict[str, Any]]:
        """One operation after the other: mostly moves, one in ten a count."""
        item = self.random.choice(list(self.stock))
        place = max(self.stock[item], key=lambda held: self.stock[item][held])
        chance = self.random.random()
        if chance < 0.1:
            yield self.counted(item, place)
        elif chance < 0.3 or self.stock[item][place] < 2:
            yield self.received(item)
        elif chance < 0.6:
            yield self.moved(item, place, 2)
        else:
            yield self.moved(item, place, self.random.randrange(FIRST_PLACE, FIRST_PLACE + PLACES))

    def received(self, item: int) -> dict[str, Any]:
        return self.moved(item, 1, self.random.randrange(FIRST_PLACE, FIRST_PLACE + PLACES), 20)

    def moved(self, item: int, origin: int, to: int, quantity: int = 1) -> dict[str, Any]:
        held = self.stock.setdefault(item, {})
        to = to if to != origin else FIRST_PLACE + (to - FIRST_PLACE + 1) % PLACES
        for where, change in ((origin, -quantity), (to, quantity)):
            if where >= FIRST_PLACE:
                held[where] = held.get(where, 0) + change
        route = {"item": item, "from": origin, "to": to, "quantity": str(quantity)}
        return self.operation("move", {**route, "reason": "transfer" if origin >= FIRST_PLACE else "receipt"})

    def counted(self, item: int, place: int) -> dict[str, Any]:
        """Nine counts of ten agree with the book."""
        if self.random.random() < 0.1:
            self.stock[item][place] += 1
        held = str(self.stock[item][place])
        return self.operation("count", {"item": item, "location": place, "quantity": held})

    def operation(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        """All that the floor app says of an operation, in its order."""
        self.seq += 1
        self.at += self.random.randrange(2_000, 18_000)
        self.common += 1
        self.seen += self.random.choice((0, 0, 17))
        name = str(uuid.UUID(int=self.at << 80 | self.common))
        fresh = {"id": name, "at": self.at, "mono": self.at - self.began, "seq": self.seq, "seen": self.seen}
        session = {"v": 1, "actor": 1, "sess": self.person, "boot": self.boot, "offset": 0}
        return {**fresh, **session, "kind": kind, "body": body}


def fill(phones: list[Phone]) -> None:
    """Opening stock."""
    for phone in phones:
        for _ in range(2):
            send(phone.receive(500))


def send(push: Push) -> None:
    """One push in one transaction, as the door posts it."""
    with transaction() as connection:
        result = post(connection, push, push.clock.wall + 1000)
    assert result.stop is None
    assert {verdict.status for verdict in result.verdicts} <= {"applied", "duplicate"}


def timed(work: Callable[[], None]) -> float:
    """Seconds that it took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def bare_insert(size: int) -> float:
    """Seconds to insert the rows of one push into tables of the same shape, once a transaction: the floor."""
    with reading() as connection:
        whole = connection.execute(text("SELECT count(*) FROM operation")).scalar_one()
        rows = [share_of(connection, name, size / whole) for name in TABLES]
    took = []
    for _ in range(7):
        for name in TABLES:
            alone(f"CREATE TABLE bare_{name} AS SELECT * FROM {name} LIMIT 0")
        took.append(timed(lambda: insert_all(rows)))
        for name in TABLES:
            alone(f"DROP TABLE bare_{name}")
    return statistics.median(took)


def share_of(connection: Connection, name: str, share: float) -> tuple[Insert, list[tuple[Any, ...]]]:
    """As many rows of a table as one push writes, and how they are inserted into the bare one."""
    number = max(1, round(connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() * share))
    found = connection.execute(text(f"SELECT * FROM {name} ORDER BY random() LIMIT {number}"))
    return insert_into(f"bare_{name}", *found.keys()), [tuple(row) for row in found]


def alone(statement: str) -> None:
    with transaction() as connection:
        connection.execute(text(statement))


def insert_all(rows: list[tuple[Insert, list[tuple[Any, ...]]]]) -> None:
    with transaction() as connection:
        for statement, found in rows:
            write_rows(connection, statement, found)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *sys.argv[3:4])
