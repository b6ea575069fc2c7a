"""The book: the one place where movements are written. Gather, settle, save."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

from app.database import publish
from app.stock.arrival import Source, place, understand
from app.stock.captors import captors
from app.stock.gather import gather
from app.stock.incoming import Incoming
from app.stock.known import Known, known_of, repeated
from app.stock.packing import reckon
from app.stock.save import Saved, save, save_quarantined
from sync.clock import Receipt
from sync.protocol import OpenedDiscrepancy, Push, Verdict
from sync.reconcile import settle
from sync.sequence import Stop, Walk, follow
from sync.wire import heading

__all__ = ["PushResult", "Stop", "post", "write"]


@dataclass(frozen=True, slots=True)
class PushResult:
    """What became of a push, in the order of its operations; after a stop only those before it."""

    device_seq: int
    head: int
    verdicts: Sequence[Verdict] = field(default_factory=list)
    stop: Stop | None = None


@dataclass(frozen=True, slots=True)
class Epoch:
    """How far a device's epoch has come: its last sequence number and effective time."""

    device: str
    number: int
    applied_seq: int = 0
    effective_at: int = 0


def post(connection: Connection, push: Push, device_id: str, received_at: int) -> PushResult:
    """Post a push in the caller's write transaction; call it last, it takes the feed position.

    ``device_id`` is the device behind the credential, ``received_at`` the server's time in milliseconds.
    A ``stop`` in the result means 409: commit, then answer it with the verdicts of what came before.
    """
    epoch = lock_epoch(connection, device_id, push.epoch, bool(push.operations))
    raws = [bytes(raw) for raw in push.operations]
    headings = [heading(raw) for raw in raws]
    known = known_of(connection, headings)
    walk = follow(headings, epoch.applied_seq, known.digests)
    arrived = understand(raws, walk)
    receipt = Receipt(received_at, push.clock.wall, push.clock.mono, push.clock.boot)
    people = captors(connection, device_id, [entry.captured for entry in arrived if entry.captured])
    last = place(arrived, Source(device_id, push.epoch, receipt, people), epoch.effective_at)
    reckon(connection, arrived)
    saved = write(connection, arrived, (device_id, push.epoch), received_at)
    advance(connection, epoch, walk.applied_seq, last)
    head = publish(connection, saved.changes, saved.checksum_delta)
    given = verdicts(connection, walk, known, judged(arrived, saved))
    return PushResult(walk.applied_seq, head, given, walk.stop)


def write(connection: Connection, arrived: Sequence[Incoming], source: tuple[str, int], now: int) -> Saved:
    """Gather, settle, save: post what can be posted and keep the rest in quarantine.

    ``source`` is device and epoch. The caller publishes what the result tells.
    """
    fit = [entry for entry in arrived if not entry.reason]
    operations = [entry.operation for entry in fit if entry.operation]
    ledger = gather(connection, operations)
    settlement = settle(operations, ledger)
    for entry, decision in zip(fit, settlement.decisions, strict=True):
        entry.reason, entry.message = decision.reason, decision.message
    saved = save(connection, arrived, ledger, settlement, now)
    saved.changes += save_quarantined(connection, arrived, *source, now)
    return saved


def lock_epoch(connection: Connection, device_id: str, number: int, begins: bool) -> Epoch:
    """The row of a device's epoch, held until the transaction ends: one push of it at a time.

    ``begins`` says that something will stand in it: only then a new epoch gets its row.
    """
    names = {"device": device_id, "epoch": number}
    if begins:
        connection.execute(OPEN_EPOCH, names)
    lock = " FOR UPDATE" if connection.dialect.name == "postgresql" else ""
    row = connection.execute(text(READ_EPOCH + lock), names).first()
    return Epoch(device_id, number, row.applied_seq, row.effective_at) if row else Epoch(device_id, number)


def advance(connection: Connection, epoch: Epoch, applied_seq: int, effective_at: int) -> None:
    """Note how far the device's epoch has come."""
    values = {"device": epoch.device, "epoch": epoch.number, "seq": applied_seq, "at": effective_at}
    connection.execute(ADVANCE_EPOCH, values)


def judged(arrived: Iterable[Incoming], saved: Saved) -> dict[str, Verdict]:
    """The verdicts of new operations, by content."""
    opened = defaultdict(list)
    for subject, row in saved.opened.items():
        opened[saved.causes[subject]].append(OpenedDiscrepancy(row, subject[0]))
    return {
        entry.digest: Verdict(entry.name, "quarantined", [], entry.reason, entry.message)
        if entry.reason
        else Verdict(entry.name, "applied", opened[entry.name])
        for entry in arrived
    }


def verdicts(connection: Connection, walk: Walk, known: Known, new: dict[str, Verdict]) -> list[Verdict]:
    """The verdict of every operation that was walked; one sent twice in a push is known the second time."""
    again = [step.heading for step in walk.steps if step.standing == "known"]
    before = repeated(connection, known, again)
    found = []
    for step in walk.steps:
        verdict = before.get(step.heading.digest) or new[step.heading.digest]
        if step.standing == "known" and verdict.status == "applied":
            verdict = Verdict(verdict.id, "duplicate", verdict.discrepancies)
        found.append(verdict)
    return found


OPEN_EPOCH = text(
    "INSERT INTO device_epoch (device_id, epoch, applied_seq, effective_at) VALUES (:device, :epoch, 0, 0)"
    " ON CONFLICT (device_id, epoch) DO NOTHING"
)
READ_EPOCH = "SELECT applied_seq, effective_at FROM device_epoch WHERE device_id = :device AND epoch = :epoch"
ADVANCE_EPOCH = text(
    "UPDATE device_epoch SET applied_seq = :seq, effective_at = :at"
    " WHERE device_id = :device AND epoch = :epoch"
)
