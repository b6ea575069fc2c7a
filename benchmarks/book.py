"""The posting path by itself: operations a second into an embedded database, against a bare insert.

Usage: python -m benchmarks.book [batches] [batch size]
"""

import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
from flask import Flask
from sqlalchemy import Connection, insert

from app import create_app
from app.base_rows import seed_base_rows
from app.catalog.models import Item
from app.config import Settings
from app.database import Base, database, transaction
from app.people.models import Device, User
from app.stock.book import post
from app.warehouse.models import Location
from sync.protocol import Clock, Push

START = 1_795_370_000_000
ITEMS, PLACES, DEVICES = 5_000, 500, 8
FIRST_ITEM, FIRST_PLACE = 2, 10
TABLES = ("operation", "movement", "stock_level", "count_point", "feed_change")


def main(batches: int = 60, size: int = 500) -> None:
    with tempfile.TemporaryDirectory() as home:
        app = prepared(Path(home))
        with app.app_context():
            phones = [Phone(f"device-{number}", number) for number in range(DEVICES)]
            fill(phones)
            pushes = [phones[n % DEVICES].push(size) for n in range(batches)]
            took = [timed(lambda push=push: send(push)) for push in pushes]  # type: ignore[misc]
            again = [timed(lambda push=push: send(push)) for push in pushes[-DEVICES:]]  # type: ignore[misc]
            singles = [phones[n % DEVICES].push(1) for n in range(200)]
            one = [timed(lambda push=push: send(push)) for push in singles]  # type: ignore[misc]
            database.session.remove()
            database.engine.dispose()
        floor = bare_insert(Path(home) / "tallyman.sqlite3", size)
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


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def prepared(home: Path) -> Flask:
    """An application on an empty file with items, places, a person and devices."""
    url = f"sqlite:///{home / 'tallyman.sqlite3'}"
    app = create_app(Settings(home=home, database_url=url, secret_key="bench", server_mode="threads"))
    with app.app_context(), transaction() as connection:
        Base.metadata.create_all(connection)
        seed_base_rows(connection)
        furnish(connection)
    return app


def furnish(connection: Connection) -> None:
    times = {"created_at": START, "updated_at": START}
    person = {"id": 1, "email": "a@example.com", "name": "Ana", "role": "operator", "password_hash": ""}
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
        self.random = random.Random(number)
        self.items = range(FIRST_ITEM + number, FIRST_ITEM + ITEMS, DEVICES)
        self.stock: dict[int, dict[int, int]] = {}
        self.seq = 0
        self.at = START

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
        for place, change in ((origin, -quantity), (to, quantity)):
            if place >= FIRST_PLACE:
                held[place] = held.get(place, 0) + change
        return self.operation("move", {"item": item, "from": origin, "to": to, "quantity": str(quantity)})

    def counted(self, item: int, place: int) -> dict[str, Any]:
        """Nine counts of ten agree with the book."""
        if self.random.random() < 0.1:
            self.stock[item][place] += 1
        held = str(self.stock[item][place])
        return self.operation("count", {"item": item, "location": place, "quantity": held})

    def operation(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        self.seq += 1
        self.at += 10_000
        name = str(uuid.UUID(int=self.random.getrandbits(128)))
        known = {"id": name, "seq": self.seq, "v": 1, "kind": kind, "at": self.at, "offset": 0, "actor": 1}
        return {**known, "body": body}


def fill(phones: list[Phone]) -> None:
    """Opening stock."""
    for phone in phones:
        for _ in range(2):
            send(phone.receive(500))


def send(push: Push) -> None:
    """One push in one transaction, as the door posts it."""
    with transaction() as connection:
        result = post(connection, push, push.device, push.clock.wall + 1000)
    assert result.stop is None
    assert {verdict.status for verdict in result.verdicts} <= {"applied", "duplicate"}


def timed(work: Callable[[], None]) -> float:
    """Seconds that it took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def bare_insert(path: Path, size: int) -> float:
    """Seconds to insert the rows of one push into tables of the same shape, once a transaction: the floor."""
    with closing(sqlite3.connect(path)) as source:
        whole = source.execute("SELECT count(*) FROM operation").fetchone()[0]
        share = size / whole
        rows = {
            table: source.execute(
                f"SELECT * FROM {table} ORDER BY random() LIMIT ?",
                (max(1, round(source.execute(f"SELECT count(*) FROM {table}").fetchone()[0] * share)),),
            ).fetchall()
            for table in TABLES
        }
        source.execute("PRAGMA synchronous=FULL")
        took = []
        for _ in range(7):
            for table in TABLES:
                source.execute(f"CREATE TABLE bare_{table} AS SELECT * FROM {table} LIMIT 0")
            source.commit()
            took.append(timed(lambda: insert_all(source, rows)))
            for table in TABLES:
                source.execute(f"DROP TABLE bare_{table}")
            source.commit()
    return statistics.median(took)


def insert_all(source: sqlite3.Connection, rows: dict[str, list[Any]]) -> None:
    source.execute("BEGIN IMMEDIATE")
    for table, found in rows.items():
        marks = ", ".join("?" * len(found[0]))
        source.executemany(f"INSERT INTO bare_{table} VALUES ({marks})", found)
    source.commit()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
