"""A simulated phone: durable outbox, journal and base, and the client's side of the protocol."""

import json
from copy import copy
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from sync.quantity import BadQuantity, parse_quantity
from tests.simulation.clock import PhoneClock
from tests.simulation.network import Lost, Network
from tests.simulation.shelf import Cell

Wire = dict[str, Any]


@dataclass
class Durable:
    """What survives when the phone is killed."""

    epoch: int = 1
    next_seq: int = 1
    sid: str | None = None
    cursor: int = 0
    offset_ms: int = 0
    outbox: dict[int, Wire] = field(default_factory=dict)
    answered: list[int] = field(default_factory=list)
    journal: dict[int, Wire] = field(default_factory=dict)
    earlier: dict[int, list[Wire]] = field(default_factory=dict)
    earlier_due: bool = False
    base: dict[Cell, int] = field(default_factory=dict)

    def copy(self) -> "Durable":
        """The same once more; operations themselves never change."""
        return Durable(**{name: copy(held) for name, held in vars(self).items()})


class Phone:
    """One device in a worker's hand. ``bugs`` names the planted defects that it suffers from."""

    def __init__(
        self, name: str, credential: str, network: Network, clock: PhoneClock, bugs: set[str]
    ) -> None:
        self.name = name
        self.credential = credential
        self.network = network
        self.clock = clock
        self.bugs = bugs
        self.durable = Durable()
        self.reachable = True
        self.release = 1
        """The release of the app: its version of operations, and of the rows that it understands."""
        self.update_due = False
        self.batch_limit = 500
        self.first_cursor = 0
        self.captured: dict[str, Wire] = {}
        self.actor: int | None = None
        self.glitches: list[str] = []
        """Moments in which the screen lost an own operation or showed it twice."""
        self.delayed: list[str] = []
        """Operations that got no answer because of another in the same push."""

    @property
    def random(self) -> Random:
        return self.network.random

    def capture(self, kind: str, body: Wire) -> str:
        """Store one operation durably and return its id; only then the worker hears the beep."""
        durable = self.durable
        seq = durable.next_seq
        durable.next_seq += 1
        operation = {
            "id": str(UUID(int=self.random.getrandbits(128), version=4)),
            "seq": seq,
            "v": self.release,
            "kind": kind,
            "at": self.clock.wall,
            "mono": self.clock.mono,
            "boot": self.clock.boot,
            "offset": durable.offset_ms,
            "seen": durable.cursor,
            "body": body,
        }
        if self.actor is not None:
            operation["actor"] = self.actor
        durable.outbox[seq] = operation
        self.captured[operation["id"]] = operation
        return str(operation["id"])

    def shown(self, cell: Cell) -> int:
        """On hand as the screen shows it: base and own operations that the base does not hold yet."""
        quantity = self.durable.base.get(cell, 0)
        for _, operation in sorted(self.durable.outbox.items()):
            quantity = effect(operation, cell, quantity)
        return quantity

    def sync(self) -> bool:
        """Hello, push, pull; True when everything went through. Every failure leaves the outbox whole."""
        if not self.reachable:
            return False
        self.take_update()
        try:
            return self.hello() and self.push_earlier() and self.push_all() and self.pull_all()
        except Lost:
            return False

    def envelope(self) -> Wire:
        """What every request carries."""
        durable = self.durable
        unsent = self.unsent()
        return {
            "device": self.name,
            "epoch": durable.epoch,
            "sid": durable.sid,
            "clock": self.clock.reading(),
            "outbox": {
                "pending": len(unsent),
                "oldest_at": durable.outbox[unsent[0]]["at"] + durable.offset_ms if unsent else None,
                "max_seq": durable.next_seq - 1,
            },
        }

    def hello(self) -> bool:
        """Learn which server this is, how far it knows this device, and what time it is there."""
        status, answer = self.network.post(
            "hello", {**self.envelope(), "app": "sim", "schema": self.release}, self.credential
        )
        if status == 403:
            self.drain()
        if status != 200:
            return False
        self.durable.offset_ms = answer["server_time"] - self.clock.wall
        self.clock.measured = True
        self.update_due = "reload_app" in answer["directives"]
        self.meet(answer["sid"])
        if answer["device_seq"] >= self.durable.next_seq:
            self.fork()
        return True

    def drain(self) -> None:
        """Shut out: hand over what is held; it waits for a decision. Nothing is forgotten before that."""
        if "purge on revoke" in self.bugs:
            self.durable.outbox = {}
        self.network.coverage["drained"] += bool(self.unsent())
        self.push_all()

    def take_update(self) -> None:
        """Load the app's next release, whatever waits, unless only this session knows the time of it."""
        if self.update_due and (self.clock.measured or not self.durable.outbox):
            self.network.coverage["updated with a full queue"] += bool(self.durable.outbox)
            self.kill()
            self.release, self.update_due = 2, False

    def unsent(self) -> list[int]:
        """What no server has answered yet."""
        return sorted(set(self.durable.outbox) - set(self.durable.answered))

    def meet(self, sid: str) -> None:
        """A server that was restored knows less: its rows are no base any more; the journal refills it.

        All of it is sent again: a copy of this phone may have filled the numbers that the server names.
        """
        durable = self.durable
        if durable.sid not in (None, sid) and "no incarnation" not in self.bugs:
            self.start_afresh()
            durable.outbox = {**durable.journal, **durable.outbox}
            durable.journal, durable.answered = {}, []
            durable.earlier_due = True
            self.network.coverage["new incarnation"] += 1
        durable.sid = sid

    def start_afresh(self) -> None:
        """Drop the base, keep outbox and journal."""
        self.durable.cursor, self.durable.base = self.first_cursor, {}

    def push_earlier(self) -> bool:
        """Fill a restored server with what earlier epochs of this phone had delivered."""
        durable = self.durable
        if not durable.earlier_due:
            return True
        for epoch, operations in sorted(durable.earlier.items()):
            body = {**self.envelope(), "epoch": epoch, "operations": operations}
            status, _ = self.network.post("push", body, self.credential)
            if status not in (200, 409):
                return False
        durable.earlier_due = False
        return True

    def push_all(self) -> bool:
        """Send what the server lacks, in order, batch by batch."""
        for _ in range(200):
            pending = [self.durable.outbox[seq] for seq in self.unsent()]
            if not pending:
                return True
            if not self.push(pending[: self.random.randint(1, self.batch_limit)]):
                return False
        raise AssertionError(f"{self.name} never comes to the end of its queue")

    def push(self, batch: list[Wire]) -> bool:
        """One request; False means: try again later."""
        if "ack before commit" in self.bugs:
            for operation in batch:
                self.durable.outbox.pop(operation["seq"])
        sent = [self.spoiled(operation) for operation in batch]
        status, answer = self.network.post("push", {**self.envelope(), "operations": sent}, self.credential)
        if status == 200:
            return self.take_verdicts(batch, answer)
        if status == 409 and answer["code"] == "gap":
            return self.fill_gap(answer["expect"])
        if status == 409 and answer["code"] == "fork":
            self.fork()
            return True
        return False

    def spoiled(self, operation: Wire) -> Wire:
        """The operation as a client with planted defects would send it."""
        if "new id each try" in self.bugs:
            return {**operation, "id": str(UUID(int=self.random.getrandbits(128), version=4))}
        if "pushed as current user" in self.bugs:
            return {**operation, "actor": self.actor}
        return operation

    def take_verdicts(self, batch: list[Wire], answer: Wire) -> bool:
        """Note how far the server is; the outbox keeps its rows until the base holds them."""
        held = [verdict["status"] == "quarantined" for verdict in answer["verdicts"]]
        self.delayed += [operation["id"] for operation in batch[len(held) :]]
        self.network.coverage["poison in mid-push"] += any(held[1:-1])
        if any(held) and "poison blocks" in self.bugs:
            return False
        before = {cell: self.shown(cell) for cell in cells_of(batch)}
        taken = [operation["seq"] for operation in batch[: len(answer["verdicts"])]]
        self.durable.answered = sorted({*self.durable.answered, *taken})
        if "hint trusted" in self.bugs:
            self.durable.cursor = answer["head"]
        if "overlay dropped at ack" in self.bugs:
            self.settle(answer["device_seq"])
        self.glitches += [str(cell) for cell, quantity in before.items() if self.shown(cell) != quantity]
        return True

    def settle(self, device_seq: int) -> None:
        """The base holds everything up to here: move it from the outbox to the journal."""
        durable = self.durable
        for seq in [seq for seq in durable.answered if seq <= device_seq and seq in durable.outbox]:
            durable.journal[seq] = durable.outbox.pop(seq)
        durable.answered = [seq for seq in durable.answered if seq in durable.outbox]

    def fill_gap(self, expect: int) -> bool:
        """The server misses what came before: send it from the journal, or say that it is lost."""
        durable = self.durable
        known = {**durable.journal, **durable.outbox}
        for seq in range(expect, durable.next_seq):
            durable.outbox[seq] = known.get(seq) or self.void(seq)
        durable.answered = [seq for seq in durable.answered if seq < expect]
        self.network.coverage["gap filled"] += 1
        return True

    def void(self, seq: int) -> Wire:
        """Declare that what stood at this number is lost."""
        durable = self.durable
        next_seq, durable.next_seq = durable.next_seq, seq
        identity = self.capture("void", {})
        durable.next_seq = next_seq
        self.network.coverage["void"] += 1
        return self.captured[identity]

    def lose(self, before: Durable, identity: str) -> None:
        """The storage falls back to ``before``; the mirror still knows the number of what is lost."""
        mirrored = self.durable.next_seq
        del self.captured[identity]
        self.durable = before
        for seq in range(before.next_seq, mirrored):
            self.durable.outbox[seq] = self.void(seq)
        self.durable.next_seq = mirrored

    def fork(self) -> None:
        """Another phone speaks with this one's name: begin a new epoch and renumber what is unsent."""
        durable = self.durable
        unsent = [durable.outbox[seq] for seq in self.unsent()]
        answered = {seq: durable.outbox[seq] for seq in durable.answered if seq in durable.outbox}
        delivered = {**durable.journal, **answered}
        durable.earlier[durable.epoch] = [delivered[seq] for seq in sorted(delivered)]
        durable.epoch += 1
        durable.journal, durable.answered = {}, []
        durable.outbox = {seq: {**operation, "seq": seq} for seq, operation in enumerate(unsent, 1)}
        durable.next_seq = len(unsent) + 1
        self.network.coverage["fork"] += 1

    def pull_all(self) -> bool:
        """Stage pages; flip base, cursor and outbox together once the last one is here."""
        cursor, staged = self.durable.cursor, []
        for _ in range(500):
            request = {
                **self.envelope(),
                "cursor": cursor,
                "schema": self.release,
                "limit": self.random.choice((5, 500, 500)),
            }
            status, answer = self.network.post("pull", request, self.credential)
            if status == 409:
                self.start_afresh()
                return False
            if status != 200:
                return False
            staged.append(answer["changes"])
            cursor = answer["cursor"]
            if "naive cursor" in self.bugs:
                cursor = answer["head"]
            if not answer["more"]:
                if any(seq <= answer["device_seq"] for seq in self.unsent()):
                    return False
                self.flip(cursor, staged, answer["device_seq"])
                return True
            if "naive cursor" in self.bugs:
                self.flip(cursor, staged, 0)
        raise AssertionError("the feed never ends")

    def flip(self, cursor: int, staged: list[Wire], device_seq: int) -> None:
        """One transaction on the device."""
        durable = self.durable
        for changes in staged:
            for item, lot, location, *rest in changes.get("stock", []):
                durable.base[item, lot, location] = parse_quantity(rest[0]) if rest else 0
        durable.cursor = cursor
        self.settle(device_seq)

    def kill(self) -> None:
        """The process dies and is opened again: only what is durable remains."""
        self.durable = thawed(json.loads(frozen(self.durable)))
        self.clock.start_session()

    def log_out(self) -> None:
        """The screen is locked. Nothing is deleted."""
        if "logout clears" in self.bugs:
            self.durable.outbox = {}


def cells_of(operations: list[Wire]) -> set[Cell]:
    """The cells that operations name."""
    places = ("from", "to", "location")
    bodies = [operation["body"] for operation in operations if "item" in operation["body"]]
    return {
        (body["item"], body.get("lot", ""), body[place])
        for body in bodies
        for place in places
        if place in body
    }


def frozen(durable: Durable) -> str:
    """The durable part as text."""
    entries = dict(vars(durable))
    entries["base"] = [[*cell, quantity] for cell, quantity in durable.base.items()]
    return json.dumps(entries)


def thawed(entries: Wire) -> Durable:
    """The durable part read back."""
    base = {(item, lot, location): quantity for item, lot, location, quantity in entries.pop("base")}
    numbered = {
        name: {int(seq): op for seq, op in entries.pop(name).items()} for name in ("outbox", "journal")
    }
    entries["earlier"] = {int(epoch): operations for epoch, operations in entries["earlier"].items()}
    return Durable(base=base, **numbered, **entries)


def effect(operation: Wire, cell: Cell, quantity: int) -> int:
    """What one own, unsettled operation does to the quantity shown for a cell."""
    item, lot, location = cell
    body = operation["body"]
    if (body.get("item"), body.get("lot", "")) != (item, lot):
        return quantity
    if operation["kind"] == "count" and body["location"] == location and "serials" not in body:
        return parse_quantity(body["quantity"])
    if operation["kind"] != "move":
        return quantity
    try:
        moved = parse_quantity(body["quantity"])
    except BadQuantity:
        return quantity
    return quantity + moved * ((body["to"] == location) - (body["from"] == location))
