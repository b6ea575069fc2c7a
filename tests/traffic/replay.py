"""Sends what an earlier client once sent, and says what is answered otherwise than it was then."""

from collections import defaultdict
from typing import Any

from flask.testing import FlaskClient

from sync.quantity import parse_quantity

ECHOES = ("sid", "cursor", "scopes")
"""What a client only gives back as it got it: each server has its own."""


class Replay:
    """The recorded devices once more; ``differences`` names what they would stumble over."""

    def __init__(self, client: FlaskClient, keys: dict[str, str]) -> None:
        self.client = client
        self.keys = keys
        self.differences: list[str] = []
        self.echoes: dict[tuple[str, str], dict[Any, Any]] = defaultdict(dict)
        self.parts: dict[str, str] = {}
        self.bases: dict[str, dict[tuple[int, str, int], int]] = {device: {} for device in keys}

    def ask(self, recorded: dict[str, Any]) -> None:
        """Send one request again and compare the answers."""
        path, device = recorded["path"], recorded["device"]
        folder, _, part = path.rpartition("/")
        if folder and part not in self.parts:
            return
        answer = self.client.open(
            f"/api/sync/v1/{folder}/{self.parts[part]}" if folder else f"/api/sync/v1/{path}",
            method="POST" if recorded["sent"] else "GET",
            json=self.present(device, recorded["sent"]),
            headers={"Authorization": f"Device {self.keys[device]}"},
        )
        if answer.status_code != recorded["status"]:
            self.differences.append(f"{path}: {answer.status_code} instead of {recorded['status']}")
        elif not folder:
            self.compare(path, recorded["answered"], answer.json)
            self.learn(device, recorded["answered"], answer.json)

    def present(self, device: str, sent: dict[str, Any] | None) -> dict[str, Any] | None:
        """What was sent, with the names that this server has given."""
        if sent is None:
            return None
        known = {name: self.echoes[device, name] for name in ECHOES}
        return {
            name: known.get(name, {}).get(held, held) if name in known else held
            for name, held in sent.items()
        }

    def learn(self, device: str, then: dict[str, Any], now: dict[str, Any]) -> None:
        """Note how this server names what the other one named, and what the device holds from now on."""
        for name in ECHOES:
            if isinstance(then.get(name), str | int):
                self.echoes[device, name][then[name]] = now.get(name)
        pairs = zip(then.get("parts", ()), now.get("parts", ()), strict=False)
        self.parts.update({old["hash"]: new["hash"] for old, new in pairs})
        for item, lot, location, *rest in now.get("changes", {}).get("stock", ()):
            self.bases[device][item, lot, location] = parse_quantity(rest[0]) if rest else 0

    def compare(self, path: str, then: dict[str, Any], now: dict[str, Any]) -> None:
        """Every field is still there, and what it says of operations is the same."""
        if gone := then.keys() - now.keys():
            self.differences.append(f"{path}: no {', '.join(sorted(gone))} any more")
        for name in ("code", "expect", "last", "device_seq", "more"):
            if then.get(name) != now.get(name):
                self.differences.append(f"{path}: {name} is {now.get(name)}, it was {then.get(name)}")
        for old, new in zip(told(then), told(now), strict=False):
            if old != new:
                self.differences.append(f"{path}: verdict {new}, it was {old}")

    def shown(self, device: str) -> list[list[object]]:
        """What the device shows at the end, as ``tests.traffic.world.balances`` writes it."""
        held = self.bases[device].items()
        return sorted([[*cell, quantity] for cell, quantity in held if quantity], key=str)


def told(answer: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What became of each operation; discrepancies by kind, for their numbers are the server's own."""
    return [
        (each["id"], each["status"], each.get("reason"), sorted(one["kind"] for one in each["discrepancies"]))
        for each in answer.get("verdicts", ())
    ]


def moment_of(recorded: dict[str, Any]) -> int:
    """When the server got a request, in milliseconds."""
    answered = recorded["answered"] or {}
    return int(answered.get("server_time", recorded["at"]))
