"""Writers change cells as fast as they may, a reader follows the feed: what does it miss, how late is it?"""

import random
import threading
import time
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask import Flask
from sqlalchemy import select

from app import create_app
from app.clock import now_ms
from app.config import Settings
from app.database import database, publish, reading, transaction
from app.database.bulk import upsert_into, write_rows
from app.exchange.caller import Caller
from app.exchange.pull import pulled
from app.stock.book.models import StockLevel
from app.web.errors import Refusal
from sync.quantity import SCALE
from tests.soak.cells import CELLS, Cell, key_of

POLL_S = 0.01
"""The reader rests so long when it is at the head."""
GIVEN_UP = 0.1
"""The share of transactions that are rolled back after they took their places in the feed."""
PATIENCE_S = 300

LEVEL = upsert_into("stock_level", ("item_id", "lot", "location_id"), ("quantity", "named_at", "changed_at"))


class GivenUp(Exception):
    """The writer changes its mind just before the commit."""


@dataclass
class Soaked:
    """What came of it."""

    commits: int
    changes: int
    lost: list[Cell]
    """Cells in which the reader at the head holds something else than the table."""
    lags_s: list[float] = field(default_factory=list)
    """From each commit to the reader's having it."""

    @property
    def p99_s(self) -> float:
        """The lag that one of a hundred commits exceeds."""
        ranked = sorted(self.lags_s)
        return ranked[int(len(ranked) * 0.99)]


def soak(settings: Settings, seconds: float, writers: Sequence[int], context: Any) -> Soaked:
    """Let so many writers work in each process of ``context``, and follow them until all was read.

    ``multiprocessing.dummy`` stands for threads of this process. The cells' items and places must be there.
    """
    done, ready = context.Queue(), context.Barrier(len(writers) + 1)
    processes = [
        context.Process(target=write, args=(settings, count, seconds, ready, done)) for count in writers
    ]
    for process in processes:
        process.start()
    app = create_app(settings)
    with app.app_context():
        reader = Reader()
        ready.wait(PATIENCE_S)
        reader.follow(lambda: done.qsize() < len(writers) and any(one.is_alive() for one in processes))
        lost = reader.differences()
        database.session.remove()
        database.engine.dispose()
    told = [commit for _ in writers for commit in done.get(timeout=PATIENCE_S)]
    lags = [reader.seen_at(head) - at for head, at, _ in told]
    return Soaked(len(told), sum(count for _, _, count in told), lost, lags)


def write(settings: Settings, count: int, seconds: float, ready: Any, done: Any) -> None:
    """One process: so many writers for so many seconds; tells (head, time, changes) of each commit."""
    app = create_app(settings)
    parts: list[list[tuple[int, float, int]]] = [[] for _ in range(count)]
    ready.wait(PATIENCE_S)
    until = time.time() + seconds
    threads = [threading.Thread(target=change_cells, args=(app, until, part)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        database.engine.dispose()
    done.put([commit for part in parts for commit in part])


def change_cells(app: Flask, until: float, commits: list[tuple[int, float, int]]) -> None:
    """One writer: a few cells at a time, the same that all others change."""
    chance = random.Random()
    with app.app_context():
        while time.time() < until:
            cells = chance.sample(CELLS, chance.randint(1, 4))
            try:
                head = changed(cells, chance)
            except (GivenUp, Refusal):
                continue
            commits.append((head, time.time(), len(cells)))
        database.session.remove()


def changed(cells: Sequence[Cell], chance: random.Random) -> int:
    """Write the cells and publish them in one transaction; its place in the feed."""
    rows = [(*cell, chance.randint(0, 10**9), 0, now_ms()) for cell in cells]
    with transaction() as connection:
        write_rows(connection, LEVEL, rows)
        head = publish(connection, [("stock", key_of(cell)) for cell in cells])
        if chance.random() < GIVEN_UP:
            raise GivenUp
    return head


class Reader:
    """A client of the office that pulls page after page, as the real door answers them."""

    def __init__(self) -> None:
        self.base: dict[Cell, int] = {}
        self.cursors: list[int] = []
        self.moments: list[float] = []
        self.envelope: dict[str, Any] = dict.fromkeys(("sid", "scopes", "clock", "outbox", "limit"))
        self.envelope |= {"cursor": 0, "schema": 1, "epoch": 1}

    def follow(self, is_going_on: Any) -> None:
        """Pull until nobody writes any more and the head is reached."""
        while True:
            goes_on = is_going_on()
            page = pulled(Caller(None, 1), self.envelope)
            for item, lot, location, quantity in page["changes"].get("stock", ()):
                self.base[item, lot, location] = int(Decimal(quantity) * SCALE)
            self.cursors.append(page["cursor"])
            self.moments.append(time.time())
            self.envelope |= {"cursor": page["cursor"], "sid": page["sid"]}
            if page["more"]:
                continue
            if not goes_on:
                return
            time.sleep(POLL_S)

    def seen_at(self, head: int) -> float:
        """When the cursor had come to this place of the feed."""
        return self.moments[bisect_left(self.cursors, head)]

    def differences(self) -> list[Cell]:
        """Cells of the table that the reader has otherwise."""
        columns = (StockLevel.item_id, StockLevel.lot, StockLevel.location_id, StockLevel.quantity)
        with reading() as connection:
            table = {tuple(cell): quantity for *cell, quantity in connection.execute(select(*columns))}
        return sorted(
            cell for cell in table.keys() | self.base.keys() if table.get(cell) != self.base.get(cell)
        )
