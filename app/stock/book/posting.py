"""The book: the one place where movements are written. Gather, settle, save."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from app.database import publish
from app.database.bulk import upsert_into, write_rows
from app.database.listed import listed
from app.stock.book.arrival import Source, place, understand
from app.stock.book.captors import Captors, captors_of
from app.stock.book.gather import gather
from app.stock.book.incoming import Incoming
from app.stock.book.known import Known, known_of, occupants, repeated
from app.stock.book.packing import reckon
from app.stock.book.save import Saved, save, save_quarantined
from sync.clock import Receipt
from sync.heading import Heading, heading
from sync.protocol import OpenedDiscrepancy, Push, Verdict
from sync.reconcile import settle
from sync.sequence import Stop, Walk, follow

__all__ = ["PushResult", "Stop", "post", "post_together", "write"]

Arrival = tuple[str, int, Sequence[Incoming]]
"""Operations on their way into the book, with the device and the epoch that they come from."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """How far a device's epoch has come: its last sequence number and effective time."""

    device: str
    number: int
    applied_seq: int = 0
    effective_at: int = 0

    def reaching(self, applied_seq: int, effective_at: int) -> "Epoch":
        """The epoch once it has come so far."""
        return replace(self, applied_seq=applied_seq, effective_at=effective_at)


@dataclass(frozen=True, slots=True)
class PushResult:
    """What became of a push, in the order of its operations; after a stop only those before it."""

    epoch: Epoch
    head: int
    verdicts: Sequence[Verdict] = field(default_factory=list)
    stop: Stop | None = None

    @property
    def device_seq(self) -> int:
        """The last sequence number that is settled."""
        return self.epoch.applied_seq


@dataclass(frozen=True, slots=True, eq=False)
class Received:
    """A push as it came in, at the server's time in milliseconds: what can be read of it without the book."""

    push: Push
    received_at: int
    raws: list[bytes]
    headings: list[Heading]


@dataclass(slots=True)
class Taken:
    """A push as far as the book takes it, and the epoch as it stands then."""

    received: Received
    epoch: Epoch
    walk: Walk
    arrived: list[Incoming]

    def put_in_place(self, people: Captors) -> None:
        """Give what is new its place in the order, and its captor."""
        clock, device = self.received.push.clock, self.epoch.device
        receipt = Receipt(self.received.received_at, clock.wall, clock.mono, clock.boot)
        source = Source(device, self.epoch.number, receipt, people)
        last = place(self.arrived, source, self.epoch.effective_at)
        self.epoch = self.epoch.reaching(self.walk.applied_seq, last)


def received(push: Push, received_at: int) -> Received:
    """Read the headings of a push; nobody else has to wait for that."""
    raws = [bytes(raw) for raw in push.operations]
    return Received(push, received_at, raws, [heading(raw) for raw in raws])


def post(connection: Connection, push: Push, received_at: int) -> PushResult:
    """Post one push in the caller's write transaction; see ``post_together``."""
    return post_together(connection, [received(push, received_at)])[0]


def post_together(connection: Connection, pushes: Sequence[Received]) -> list[PushResult]:
    """Post pushes of different devices in the caller's write transaction; the last thing done in it.

    No operation is named by two of them. Each push's device is the one behind its credential. A ``stop``
    in a result means 409: commit, then answer it with the verdicts of what came before.
    """
    known = known_of(connection, [named for one in pushes for named in one.headings])
    taken = take(connection, pushes, known)
    arrivals = [(each.epoch.device, each.epoch.number, each.arrived) for each in taken]
    reckon(connection, [entry for each in taken for entry in each.arrived])
    saved = write(connection, arrivals, max((one.received_at for one in pushes), default=0))
    advance(connection, [each.epoch for each in taken if each.received.raws])
    head = publish(connection, saved.changes, saved.checksum_delta)
    steps = [step for each in taken for step in each.walk.steps]
    before = repeated(connection, known, [step.heading for step in steps if step.standing == "known"])
    new = judged([entry for each in taken for entry in each.arrived], saved)
    return [PushResult(each.epoch, head, verdicts(each.walk, before, new), each.walk.stop) for each in taken]


def take(connection: Connection, pushes: Sequence[Received], known: Known) -> list[Taken]:
    """Follow each push along its device's sequence, and give what is new its place in the order."""
    epochs = read_epochs(connection, [(one.push.device, one.push.epoch) for one in pushes])
    walks = [walk(connection, one, epoch, known) for one, epoch in zip(pushes, epochs, strict=True)]
    taken = [
        Taken(one, epoch, walk, understand(one.raws, walk))
        for one, epoch, walk in zip(pushes, epochs, walks, strict=True)
    ]
    people = captors_of(
        connection,
        {each.epoch.device: [one.captured for one in each.arrived if one.captured] for each in taken},
    )
    for each in taken:
        each.put_in_place(people[each.epoch.device])
    return taken


def walk(connection: Connection, push: Received, epoch: Epoch, known: Known) -> Walk:
    """Follow a push along its device's sequence; numbers that it gives to others than stand there end it."""
    moved = known.moved(epoch.device, epoch.number, push.headings)
    passed = [number for number in moved if number <= epoch.applied_seq]
    taken = occupants(connection, epoch.device, epoch.number, passed)
    return follow(push.headings, epoch.applied_seq, known.digests, taken)


def write(connection: Connection, arrivals: Sequence[Arrival], now: int) -> Saved:
    """Gather, settle, save: post what can be posted and keep the rest in quarantine.

    The caller publishes what the result tells.
    """
    arrived = [entry for _, _, entries in arrivals for entry in entries]
    fit = [entry for entry in arrived if not entry.reason]
    operations = [entry.operation for entry in fit if entry.operation]
    ledger = gather(connection, operations)
    settlement = settle(operations, ledger)
    for entry, decision in zip(fit, settlement.decisions, strict=True):
        entry.reason, entry.message = decision.reason, decision.message
    saved = save(connection, arrived, ledger, settlement, now)
    for device_id, epoch, entries in arrivals:
        saved.changes += save_quarantined(connection, entries, device_id, epoch, now)
    return saved


def read_epochs(connection: Connection, named: Sequence[tuple[str, int]]) -> list[Epoch]:
    """How far these epochs of devices have come. The caller's write transaction keeps others from them."""
    rows = listed(connection, ("device", "number"), named, EPOCHS)
    found = {(row.device_id, row.epoch): (row.applied_seq, row.effective_at) for row in rows}
    return [Epoch(*name, *found.get(name, (0, 0))) for name in named]


def read_epoch(connection: Connection, device_id: str, number: int) -> Epoch:
    """How far one epoch of a device has come."""
    return read_epochs(connection, [(device_id, number)])[0]


def advance(connection: Connection, epochs: Sequence[Epoch]) -> None:
    """Note how far epochs have come; one that begins gets its row."""
    rows = [(epoch.device, epoch.number, epoch.applied_seq, epoch.effective_at) for epoch in epochs]
    write_rows(connection, UPSERT_EPOCH, rows)


def judged(arrived: Iterable[Incoming], saved: Saved) -> dict[str, Verdict]:
    """The verdicts of new operations, by content."""
    opened = defaultdict(list)
    for subject, row in saved.opened.items():
        opened[saved.causes[subject]].append(OpenedDiscrepancy(row, subject[0]))
    return {
        entry.digest: Verdict(entry.name, "quarantined", [], entry.reason, str(entry.message))
        if entry.reason
        else Verdict(entry.name, "applied", opened[entry.name])
        for entry in arrived
    }


def verdicts(walk: Walk, before: Mapping[str, Verdict], new: Mapping[str, Verdict]) -> list[Verdict]:
    """The verdict of every operation that was walked; one sent twice in a push is known the second time."""
    found = []
    for step in walk.steps:
        verdict = before.get(step.heading.digest) or new[step.heading.digest]
        if step.standing == "known" and verdict.status == "applied":
            verdict = Verdict(verdict.id, "duplicate", verdict.discrepancies)
        found.append(verdict)
    return found


EPOCHS = """
SELECT e.device_id, e.epoch, e.applied_seq, e.effective_at FROM {wanted} CROSS JOIN device_epoch e
WHERE e.device_id = wanted.device AND e.epoch = wanted.number"""
UPSERT_EPOCH = upsert_into("device_epoch", ("device_id", "epoch"), ("applied_seq", "effective_at"))
