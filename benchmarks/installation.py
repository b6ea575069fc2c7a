"""An installation for the benchmarks: goods, places and enrolled devices, served by the real server."""

import gzip
import http.client
import json
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec
from sqlalchemy import insert

from app.database import disconnect, transaction
from app.people.access.random_tokens import digest
from app.people.devices.models import Device
from benchmarks import book
from benchmarks.crowd import CLIENTS
from benchmarks.places import Place
from sync.protocol import Push
from tests.proxied import nginx, plain_site, redis
from tests.serving import Served, free_port, serving

DAY_MS = 24 * 60 * 60 * 1000


def device_id(number: int) -> str:
    """The id of the device with this number."""
    return str(uuid5(NAMESPACE_URL, f"device {number}"))


def credential(number: int) -> str:
    """Its credential."""
    return f"{device_id(number)}.secret"


def furnish(at: Place, devices: int = CLIENTS) -> None:
    """Goods, places, a person and devices whose credentials we know."""
    app = book.prepared(at.settings)
    with app.app_context():
        with transaction() as connection:
            known = {"user_id": 1, "credential_expires_at": 2**52, "enrolled_at": book.START}
            rows = [
                {"id": device_id(n), "name": f"phone {n}", "credential_hash": digest(credential(n)), **known}
                for n in range(devices)
            ]
            connection.execute(insert(Device), rows)
        disconnect()


ENDLESS = "10000000"
"""Requests a minute: what is measured is the server, not how it slows people down."""


@contextmanager
def served(at: Place) -> Iterator[str]:
    """The real server on this installation, or nginx before two of them; yields ``host:port``."""
    if at.instances == 1:
        with instance(at) as alone:
            yield alone.url.removeprefix("http://")
        return
    port = free_port()
    folder = at.run / f"nginx-{port}"
    with redis(at.home) as counters:
        told = {"REDIS_URL": counters, "PROXIES": "1", "TLS_PORT": "0"}
        first, second = instance(at, **told), instance(at, **told)
        with first as one, second as other, nginx(folder, plain_site((one, other), port), port):
            yield f"127.0.0.1:{port}"


def instance(at: Place, **more: str) -> AbstractContextManager[Served]:
    """One server on this installation."""
    told = {"DATABASE_URL": at.url, "LOG_LEVEL": "warning", "TALLYMAN_BROWSER_REQUESTS": ENDLESS}
    return serving(at.home, "-k", "eventlet", "-w", "1", "wsgi:app", **told, **more)


@dataclass
class Client:
    """One device that speaks to the server over a connection that stays open."""

    host: str
    number: int
    sid: str | None = None
    took: list[float] = field(default_factory=list)
    """Seconds of each request."""

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection(self.host, timeout=60)
        self.phone = book.Phone(device_id(self.number), self.number)
        self.begin(4, self.number)

    def begin(self, days_ago: int, session: int | str) -> None:
        """Begin a page session on the device, so many days ago."""
        self.phone.begin(int(time.time() * 1000) - days_ago * DAY_MS, session)

    def ask(self, door: str, body: dict[str, Any] | None) -> tuple[dict[str, Any], int]:
        """One request, compressed; the answer and the bytes that went up."""
        headers = {"Authorization": f"Device {credential(self.number)}", "Accept-Encoding": "gzip"}
        raw = gzip.compress(json.dumps(body, separators=(",", ":")).encode()) if body is not None else None
        if raw is not None:
            headers |= {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        started = time.perf_counter()
        self.connection.request("GET" if raw is None else "POST", f"/api/sync/v1/{door}", raw, headers)
        response = self.connection.getresponse()
        content = response.read()
        self.took.append(time.perf_counter() - started)
        self.down = len(content)
        if response.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        answer = json.loads(content)
        if response.status != 200:
            raise RuntimeError(f"{door}: {response.status} {answer}")
        return answer, len(raw or b"")

    def push(self, push: Push) -> int:
        """Push what the generator made; the bytes that went up."""
        self.send(self.operations(push))
        return self.up

    def operations(self, push: Push) -> list[dict[str, Any]]:
        """What the generator made, to be looked at or changed."""
        return [msgspec.json.decode(raw) for raw in push.operations]

    def send(self, operations: list[dict[str, Any]]) -> dict[str, Any]:
        """Push operations; the answer."""
        wall = int(time.time() * 1000)
        clock = {"wall": wall, "mono": wall - self.phone.began, "boot": self.phone.boot}
        known = {"device": device_id(self.number), "epoch": 1, "sid": None, "clock": clock}
        answer, self.up = self.ask("push", {**known, "operations": operations})
        return answer

    def stock_up(self, size: int) -> None:
        """Opening stock in two pushes, so that there is something to move."""
        for _ in range(2):
            self.push(self.phone.receive(size))
        self.took.clear()

    def pull(self, cursor: int, sid: str) -> tuple[dict[str, Any], int]:
        """One page of changes, and the bytes that came down."""
        body = {"device": device_id(self.number), "epoch": 1, "sid": sid, "cursor": cursor, "schema": 1}
        answer, _ = self.ask("pull", {**body, "limit": 5000})
        return answer, self.down
