"""The network between a phone and the server: it loses, repeats, cuts and delays."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from io import BytesIO
from random import Random
from typing import Any

from tests.simulation.storage import FAILURES

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
"""What speaks WSGI."""


CRASH = "crash before commit"
STOPS = (CRASH, *FAILURES)
"""What stops the server just before it would commit."""


class Lost(Exception):
    """No answer came. Whether the server saw the request, the phone cannot know."""


class Network:
    """Delivers requests to the real application, with faults drawn from the seed."""

    def __init__(self, application: Application, random: Random, coverage: Counter[str]) -> None:
        self.application = application
        self.random = random
        self.coverage = coverage
        self.fault_rate = 0.25
        self.failure: str | None = None
        """What stops the request that is on its way."""
        self.delayed: list[tuple[str, bytes, str]] = []

    @property
    def is_whole(self) -> bool:
        """Whether every fault has ended: nothing is lost from here on, by the server neither."""
        return self.fault_rate == 0

    def post(self, door: str, body: dict[str, Any], credential: str) -> tuple[int, dict[str, Any]]:
        """Send one request; returns status and answer, or raises Lost."""
        raw = json.dumps(body).encode()
        fault = self.draw(door)
        self.coverage[f"network {fault}"] += 1
        if fault == "request lost":
            raise Lost
        if fault == "truncated":
            self.deliver(door, raw[: len(raw) // 2], credential)
            raise Lost
        status, answer = self.deliver(door, raw, credential)
        if fault == "late duplicate":
            self.delayed.append((door, raw, credential))
        if fault == "duplicate":
            self.deliver(door, raw, credential)
        if fault in ("response lost", "crash after commit"):
            raise Lost
        return status, answer

    def draw(self, door: str) -> str:
        """Which fault befalls this request."""
        if self.random.random() > self.fault_rate:
            return "clear"
        faults = ["request lost", "response lost", "truncated", "duplicate"]
        if door == "push":
            faults += ["late duplicate", "crash after commit", *STOPS] * 2
        fault = self.random.choice(faults)
        self.failure = fault if fault in STOPS else None
        return fault

    def deliver(self, door: str, raw: bytes, credential: str) -> tuple[int, dict[str, Any]]:
        """Hand the bytes to the server."""
        status, answer = posted(self.application, f"/api/sync/v1/{door}", raw, f"Device {credential}")
        self.failure = None
        return status, json.loads(answer)

    def deliver_stragglers(self) -> None:
        """Requests sent long ago arrive now, in any order; nobody waits for their answers."""
        self.random.shuffle(self.delayed)
        for door, raw, credential in self.delayed:
            self.deliver(door, raw, credential)
        self.delayed.clear()

    def heal(self) -> None:
        """From now on nothing goes wrong."""
        self.fault_rate = 0.0
        self.failure = None


def posted(application: Application, path: str, raw: bytes, authorization: str) -> tuple[int, bytes]:
    """One POST of JSON over WSGI, with no more around it than a server puts there; status and answer."""
    lines: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "HTTP_AUTHORIZATION": authorization,
        "HTTP_COOKIE": "tallyman_device=0123456789abcdef",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(raw)),
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(raw),
        "wsgi.errors": sys.stderr,
    }
    parts = application(environ, lambda line, *_: lines.append(line))
    answer = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    return int(lines[-1].split(" ")[0]), answer
