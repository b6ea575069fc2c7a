"""A server that is killed while phones push to it, and an audit of what it kept."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.config import Settings
from app.database import database, reading
from app.stock.book.check import differences
from app.stock.book.models import Operation
from app.stock.quarantine.models import Quarantine
from tests.app.phone import SUPPLIER, Phone
from tests.serving import ROOT, free_port
from tests.wired import NoAnswer, Wire

START_S = 60
BATCH = 20
MOST_UNSENT = 100
"""A phone that holds so much waits for the server, or the bench would measure only the backlog."""
PAUSE_S = 0.02
PATIENCE_S = 60
LONGEST_LIFE_S = 0.6
"""A server is killed somewhere between its first answer and this."""


@dataclass(frozen=True)
class Goods:
    """What is moved, and where."""

    item: int
    dock: int
    shelf: int


@dataclass
class Audit:
    """What the book holds against what the phones captured."""

    kills: int
    captured: int
    acknowledged: int
    lost: list[str]
    doubled: list[str]
    strange: list[str]
    """Recorded, but captured by nobody."""
    differences: list[str]
    restarts_s: Sequence[float] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Nothing lost, doubled or strange, and the book agrees with what is derived from it."""
        return not (self.lost or self.doubled or self.strange or self.differences)

    def told(self) -> str:
        """One line."""
        slowest = f"{max(self.restarts_s, default=0):.1f} s"
        return (
            f"{self.kills} kills, {self.captured} operations captured, {len(self.lost)} lost,"
            f" {len(self.doubled)} doubled, {len(self.strange)} strange, {len(self.differences)} differences;"
            f" the slowest restart took {slowest}"
        )


@dataclass(frozen=True)
class Manner:
    """How the server runs, what chance decides, and after how many seconds the killing ends at the latest."""

    mode: str = "eventlet"
    seed: int = 1
    most_s: float = float("inf")


class Victim:
    """The real server, in a process group that can be killed as one."""

    def __init__(self, settings: Settings, mode: str) -> None:
        self.settings = settings
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = settings.home / "victim.log"
        places = {"HOST": "127.0.0.1", "PORT": str(self.port), "TLS_PORT": "0", "SERVER_MODE": mode}
        own = {"TALLYMAN_HOME": str(settings.home), "DATABASE_URL": settings.database_url}
        self.environment = {**os.environ, **places, **own, "LOG_LEVEL": "warning"}
        self.restarts_s: list[float] = []
        self.process = self.started()

    def started(self) -> "subprocess.Popen[bytes]":
        """Start it, and wait until it answers."""
        began = time.monotonic()
        with self.log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "wsgi:app"],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        while not self.is_answering():
            if process.poll() is not None or time.monotonic() - began > START_S:
                raise AssertionError(f"it did not start again:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.02)
        self.restarts_s.append(time.monotonic() - began)
        return process

    def is_answering(self) -> bool:
        """Whether it is there."""
        with contextlib.suppress(NoAnswer):
            return Wire(self.url).get("/healthz").status_code == 200
        return False

    def kill(self) -> None:
        """SIGKILL to all of it at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def revive(self) -> None:
        """Start it again on the same port."""
        self.process = self.started()


class Pusher(threading.Thread):
    """A phone that captures and pushes without a pause until it is told to stop, then sends the rest."""

    def __init__(self, phone: Phone, goods: Goods, seed: int) -> None:
        super().__init__(daemon=True)
        self.phone = phone
        self.goods = goods
        self.random = random.Random(seed)
        self.stopping = threading.Event()
        self.unsent: list[dict[str, Any]] = []
        self.acknowledged: set[str] = set()
        self.trouble: BaseException | None = None

    def run(self) -> None:
        """Push; whatever goes wrong is kept for the audit."""
        try:
            while not self.stopping.is_set():
                if len(self.unsent) < MOST_UNSENT:
                    self.capture()
                self.push()
            self.drain()
        except BaseException as error:  # it is raised again where it is seen
            self.trouble = error

    def capture(self) -> None:
        """Some facts: mostly moves, sometimes a count."""
        goods, phone = self.goods, self.phone
        for _ in range(self.random.randint(1, BATCH)):
            if self.random.random() < 0.05:
                fact = phone.count(goods.item, goods.shelf, str(self.random.randint(0, 50)))
            elif self.random.random() < 0.5:
                fact = phone.move(goods.item, SUPPLIER, goods.dock, str(self.random.randint(1, 9)))
            else:
                fact = phone.move(goods.item, goods.dock, goods.shelf, str(self.random.randint(1, 9)))
            self.unsent.append(fact)

    def push(self) -> None:
        """Send what is unsent; what has its verdict is never sent again."""
        batch = self.unsent[:MOST_UNSENT]
        try:
            answer = self.phone.push(batch)
        except NoAnswer:
            time.sleep(PAUSE_S)
            return
        if answer.status_code != 200:
            assert answer.status_code == 503, answer.text
            time.sleep(PAUSE_S)
            return
        settled = {verdict["id"] for verdict in answer.json["verdicts"]}
        assert settled == {fact["id"] for fact in batch}
        self.acknowledged |= settled
        del self.unsent[: len(batch)]

    def drain(self) -> None:
        """Send what is left."""
        deadline = time.monotonic() + PATIENCE_S
        while self.unsent:
            assert time.monotonic() < deadline, "what is left was not taken"
            self.push()


@contextlib.contextmanager
def pushing(phones: Sequence[Phone], goods: Goods, victim: Victim, seed: int) -> Iterator[list[Pusher]]:
    """All phones push during the block; at its end they send the rest."""
    for phone in phones:
        phone.client = Wire(victim.url)  # type: ignore[assignment]
    pushers = [Pusher(phone, goods, seed + number) for number, phone in enumerate(phones)]
    for pusher in pushers:
        pusher.start()
    try:
        yield pushers
    finally:
        for pusher in pushers:
            pusher.stopping.set()
        for pusher in pushers:
            pusher.join()
    for pusher in pushers:
        if pusher.trouble:
            raise pusher.trouble


def killed_under_load(
    settings: Settings, phones: Sequence[Phone], goods: Goods, kills: int, manner: Manner
) -> Audit:
    """Kill the server so many times while the phones push, and audit.

    Call it in an application's context on the same database.
    """
    chance, deadline = random.Random(manner.seed), time.monotonic() + manner.most_s
    victim = Victim(settings, manner.mode)
    done = 0
    try:
        with pushing(phones, goods, victim, manner.seed) as pushers:
            while done < kills and time.monotonic() < deadline:
                time.sleep(chance.uniform(0.02, LONGEST_LIFE_S))
                victim.kill()
                victim.revive()
                done += 1
    finally:
        victim.kill()
    return audited(pushers, done, victim.restarts_s)


def audited(pushers: Sequence[Pusher], kills: int, restarts_s: Sequence[float]) -> Audit:
    """Compare what the book and the quarantine hold with what was captured."""
    captured = {fact["id"] for pusher in pushers for fact in pusher.phone.captured}
    database.session.rollback()
    with reading() as connection:
        posted = Counter(connection.execute(select(Operation.id)).scalars())
        held = Counter(connection.execute(select(Quarantine.operation_id)).scalars())
        found = differences(connection)
    kept = posted + held
    return Audit(
        kills=kills,
        captured=len(captured),
        acknowledged=sum(len(pusher.acknowledged) for pusher in pushers),
        lost=sorted(captured - kept.keys()),
        doubled=sorted(name for name, times in kept.items() if times > 1),
        strange=sorted(kept.keys() - captured),
        differences=found,
        restarts_s=restarts_s,
    )
