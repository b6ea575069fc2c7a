"""What a simulated phone keeps: durable outbox, journal and base, and how they change."""

import json
from random import Random
from typing import Any
from uuid import UUID

from sync.quantity import parse_quantity
from tests.simulation.clock import PhoneClock
from tests.simulation.durable import Durable, Wire, frozen, thawed
from tests.simulation.effect import effect
from tests.simulation.network import Network
from tests.simulation.packs import Case
from tests.simulation.shelf import Cell

PACKS_COLUMN = 10
"""Where the packs stand in the row of an item, counted behind its number."""


class Device:
    """One installation in a worker's hand. ``bugs`` names the planted defects that it suffers from."""

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
        self.guessed: set[str] = set()
        """Operations stamped by a clock not measured since it was set: their time dies with this session."""
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
        if not self.clock.measured:
            self.guessed.add(operation["id"])
        durable.outbox[seq] = operation
        self.captured[operation["id"]] = operation
        return str(operation["id"])

    def shown(self, cell: Cell) -> int:
        """On hand as the screen shows it: base and own operations that the base does not hold yet."""
        quantity = self.durable.base.get(cell, 0)
        for _, operation in sorted(self.durable.outbox.items()):
            quantity = effect(operation, cell, quantity)
        return quantity

    def factor_of(self, case: Case) -> int:
        """What a case holds as this phone knows it."""
        return self.durable.factors.get(case.id, case.at_first)

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

    def flip(self, cursor: int, staged: list[Wire], device_seq: int) -> None:
        """One transaction on the device."""
        durable = self.durable
        for changes in staged:
            for item, lot, location, *rest in changes.get("stock", []):
                durable.base[item, lot, location] = parse_quantity(rest[0]) if rest else 0
            for _, *row in changes.get("item", []):
                durable.factors |= {pack: parse_quantity(factor) for pack, _, factor, _ in packs_in(row)}
        durable.cursor = cursor
        self.settle(device_seq)

    def may_die(self) -> bool:
        """Whether nothing is kept whose time would be lost with this session, should it be sent again."""
        durable = self.durable
        earlier = [operation for operations in durable.earlier.values() for operation in operations]
        kept = [*durable.outbox.values(), *durable.journal.values(), *earlier]
        return not any(operation["id"] in self.guessed for operation in kept)

    def kill(self) -> None:
        """The process dies and is opened again: only what is durable remains."""
        self.durable = thawed(json.loads(frozen(self.durable)))
        self.clock.start_session()

    def log_out(self) -> None:
        """The screen is locked. Nothing is deleted."""
        if "logout clears" in self.bugs:
            self.durable.outbox = {}


def packs_in(row: list[Any]) -> list[Any]:
    """The packs in the row of an item, behind its number; none where it has none or is gone."""
    return row[PACKS_COLUMN] if len(row) > PACKS_COLUMN else []
