"""The network between a phone and the server: it loses, repeats, cuts and delays."""

import json
from collections import Counter
from random import Random
from typing import Any

from flask.testing import FlaskClient


class Lost(Exception):
    """No answer came. Whether the server saw the request, the phone cannot know."""


class Network:
    """Delivers requests to the real application, with faults drawn from the seed."""

    def __init__(self, client: FlaskClient, random: Random, coverage: Counter[str]) -> None:
        self.client = client
        self.random = random
        self.coverage = coverage
        self.fault_rate = 0.25
        self.crash: str | None = None
        self.delayed: list[tuple[str, bytes, str]] = []

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
            faults += ["late duplicate", "crash before commit", "crash after commit", "locked"] * 2
        fault = self.random.choice(faults)
        self.crash = fault if fault in ("crash before commit", "locked") else None
        return fault

    def deliver(self, door: str, raw: bytes, credential: str) -> tuple[int, dict[str, Any]]:
        """Hand the bytes to the server."""
        response = self.client.post(
            f"/api/sync/v1/{door}",
            data=raw,
            content_type="application/json",
            headers={"Authorization": f"Device {credential}"},
        )
        self.crash = None
        return response.status_code, response.get_json()

    def deliver_stragglers(self) -> None:
        """Requests sent long ago arrive now, in any order; nobody waits for their answers."""
        self.random.shuffle(self.delayed)
        for door, raw, credential in self.delayed:
            self.deliver(door, raw, credential)
        self.delayed.clear()

    def heal(self) -> None:
        """From now on nothing goes wrong."""
        self.fault_rate = 0.0
        self.crash = None
