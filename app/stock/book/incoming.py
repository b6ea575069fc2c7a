"""Operations on their way into the book: as received, as understood, and what became of them."""

from dataclasses import dataclass

from sync.clock import Capture, Effective
from sync.movement import Operation
from sync.sentence import NOTHING, Sentence
from sync.wire import Captured

NEVER = Effective(0, 0)


@dataclass(slots=True)
class Incoming:
    """One operation of a push. With a ``reason`` it goes to quarantine, otherwise ``operation`` is posted."""

    name: str
    """Its id as far as it has one: quarantine keeps it under this name."""
    seq: int
    raw: bytes
    digest: str
    captured: Captured | None = None
    capture: Capture | None = None
    """What its clocks said, also where the rest cannot be understood."""
    effective: Effective = NEVER
    operation: Operation | None = None
    actor: int | None = None
    reason: str = ""
    message: Sentence = NOTHING
