"""Operations as they arrive: understood, put in their place in time, or held back with a reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.stock.book.captors import Captors
from app.stock.book.incoming import Incoming
from sync.clock import BadTime, Capture, Effective, Receipt, effective_time
from sync.movement import Operation
from sync.sentence import Sentence, said
from sync.sequence import Step, Walk
from sync.wire import capture_of, read_operation
from sync.wire_fields import Refused


@dataclass(frozen=True, slots=True)
class Source:
    """Where operations come from: device and epoch, the moment of receipt, who stands behind them."""

    device: str
    epoch: int
    receipt: Receipt
    captors: Captors


def understand(raws: Sequence[bytes], walk: Walk) -> list[Incoming]:
    """What is new in a push, each operation read as far as it can be."""
    return [understood(step, raws[step.index]) for step in walk.steps if step.standing != "known"]


def understood(step: Step, raw: bytes) -> Incoming:
    """One new operation. Whatever is wrong with it becomes a reason for quarantine."""
    entry = Incoming(step.heading.id, step.seq, raw, step.heading.digest)
    try:
        entry.captured = read_operation(step.heading.content)
        entry.capture = entry.captured.capture
    except Refused as refused:
        entry.reason, entry.message = refused.reason, refused.message
        entry.capture = capture_of(step.heading.content)
    if step.standing == "reuse":
        entry.reason = "id_reuse"
        entry.message = said("id_taken")
    return entry


def place(arrived: Iterable[Incoming], source: Source, previous: int) -> int:
    """Give each operation its effective time, one after the other, and its captor.

    Returns the effective time of the last one. What cannot be believed, or comes from one who is not
    trusted any more, is held back.
    """
    for entry in arrived:
        try:
            entry.effective = effective_of(entry.capture, source.receipt, previous)
        except BadTime:
            hold(entry, "bad_body", said("captured_when"))
        previous = max(previous, entry.effective.at)
        if entry.captured:
            attribute(entry, source)
    return previous


def effective_of(capture: Capture | None, receipt: Receipt, previous: int) -> Effective:
    """When it happened; for what tells no time, when the operation before it did. Raises BadTime."""
    return effective_time(capture, receipt, previous) if capture else Effective(previous, 0)


def hold(entry: Incoming, reason: str, message: Sentence) -> None:
    """Hold an operation back; the first reason stands."""
    if not entry.reason:
        entry.reason, entry.message = reason, message


def attribute(entry: Incoming, source: Source) -> None:
    """Make the fact of an operation that was understood, with its captor and their right to it."""
    captured = entry.captured
    assert captured is not None
    entry.actor = source.captors.actor_of(captured)
    hold(entry, *source.captors.objection(entry.actor, entry.effective.at))
    entry.operation = Operation(
        captured.id,
        source.device,
        source.epoch,
        entry.seq,
        entry.effective.at,
        entry.effective.uncertainty_ms,
        captured.body,
        source.captors.permitted(entry.actor),
    )
