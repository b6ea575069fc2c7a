"""A phone for tests: captures operations, numbers them, and speaks to the sync doors."""

import gzip
import json
import uuid
from typing import Any

from flask.testing import FlaskClient

from app.clock import now_ms

SUPPLIER, CUSTOMER, SCRAP, ADJUSTMENT, TRANSIT = 1, 2, 3, 4, 5


class Phone:
    """One installation: its own id, epoch and sequence; keeps every operation it ever captured."""

    def __init__(self, client: FlaskClient, actor: int | None = None, device: str | None = None) -> None:
        self.client = client
        self.actor = actor
        self.device = device or str(uuid.uuid4())
        self.credential = ""
        self.epoch = 1
        self.sid: str | None = None
        self.base_sid: str | None = None
        """The incarnation that the phone's stock was pulled from."""
        self.cursor = 0
        self.captured: list[dict[str, Any]] = []

    def capture(self, kind: str, at: int | None = None, **body: Any) -> dict[str, Any]:
        """Record a fact durably, as the floor app does before it beeps."""
        body = {name.rstrip("_"): value for name, value in body.items()}
        operation = {
            "id": str(uuid.uuid4()),
            "seq": len(self.captured) + 1,
            "v": 1,
            "kind": kind,
            "at": at or now_ms(),
            "offset": 0,
            "actor": self.actor,
            "body": body,
        }
        self.captured.append(operation)
        return operation

    def move(self, item: int, origin: int, to: int, quantity: str = "1", **more: Any) -> dict[str, Any]:
        return self.capture("move", item=item, from_=origin, to=to, quantity=quantity, **more)

    def count(self, item: int, location: int, quantity: str, **more: Any) -> dict[str, Any]:
        return self.capture("count", item=item, location=location, quantity=quantity, **more)

    def clock(self) -> dict[str, Any]:
        return {"wall": now_ms(), "mono": 1000.0, "boot": "b1"}

    def outbox(self, pending: int = 0, oldest_at: int | None = None) -> dict[str, Any]:
        return {"pending": pending, "oldest_at": oldest_at, "max_seq": len(self.captured)}

    def envelope(self, **more: Any) -> dict[str, Any]:
        return {"device": self.device, "epoch": self.epoch, "sid": self.sid, **more}

    def ask(self, door: str, body: Any, **named: Any) -> Any:
        """POST to a door with the device's credential; ``body`` may be bytes as they are."""
        headers = {"Authorization": f"Device {self.credential}", **named.pop("headers", {})}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        path = f"/api/sync/v1/{door}"
        return self.client.post(path, data=content, content_type="application/json", headers=headers, **named)

    def read(self, path: str) -> Any:
        """GET below the sync doors."""
        headers = {"Authorization": f"Device {self.credential}"}
        return self.client.get(f"/api/sync/v1/{path}", headers=headers)

    def hello(self, **more: Any) -> Any:
        given = self.envelope(app="1.0", schema=1, clock=self.clock(), outbox=self.outbox())
        answer = self.ask("hello", {**given, **more})
        if answer.status_code == 200:
            self.sid = answer.json["sid"]
        return answer

    def push(self, operations: list[Any] | None = None, **more: Any) -> Any:
        """Push these operations, or everything captured."""
        chosen = self.captured if operations is None else operations
        given = self.envelope(clock=self.clock(), outbox=self.outbox(len(chosen)), operations=chosen)
        return self.ask("push", {**given, **more})

    def pull(self, **more: Any) -> Any:
        """One page from the phone's cursor, which moves on."""
        given = {**self.envelope(cursor=self.cursor, schema=1), "sid": self.base_sid}
        answer = self.ask("pull", {**given, **more})
        if answer.status_code == 200:
            self.cursor, self.base_sid = answer.json["cursor"], answer.json["sid"]
        return answer

    def pull_all(self, **more: Any) -> dict[str, dict[tuple[Any, ...], list[Any]]]:
        """Every page from the cursor on: the newest row by entity and key columns."""
        rows: dict[str, dict[tuple[Any, ...], list[Any]]] = {}
        while True:
            answer = self.pull(**more)
            assert answer.status_code == 200, answer.json
            apply(rows, answer.json["changes"])
            if not answer.json["more"]:
                return rows


def apply(rows: dict[str, dict[tuple[Any, ...], list[Any]]], changes: dict[str, list[list[Any]]]) -> None:
    """Lay changes over rows as a client does."""
    from sync.protocol import COLUMNS

    for entity, changed in changes.items():
        for row in changed:
            rows.setdefault(entity, {})[tuple(row[: COLUMNS[entity].key])] = row


def unpacked(answer: Any) -> Any:
    """The JSON in a part of a snapshot."""
    return json.loads(gzip.decompress(answer.data))


def statuses(answer: Any) -> list[str]:
    """What became of each operation of a push."""
    assert answer.status_code == 200, answer.json
    return [verdict["status"] for verdict in answer.json["verdicts"]]
