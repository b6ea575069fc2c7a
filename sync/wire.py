"""Reading one operation off the wire: it becomes a capture of a fact, or a reason why it cannot."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from sync.clock import Capture
from sync.movement import KINDS, Body
from sync.protocol import EXACT_MAX, OPERATION_VERSIONS
from sync.sentence import said
from sync.wire_body import READERS
from sync.wire_fields import ID, INTEGER_MAX, Refused, check_word, converted
from sync.wire_shapes import WireClocks, WireOperation


class Line(NamedTuple):
    """The document line that an operation serves."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Captured:
    """An operation as its device captured it: sound in itself, not yet in its place in the order."""

    id: str
    seq: int
    version: int
    kind: str
    capture: Capture
    body: Body
    actor: int | None = None
    line: Line | None = None


def read_operation(content: Any) -> Captured:
    """Turn decoded JSON into a captured fact. Raises Refused with the reason for quarantine."""
    if not isinstance(content, dict):
        raise Refused("bad_body", said("not_an_object"))
    if content.get("v") not in OPERATION_VERSIONS or isinstance(content["v"], bool):
        raise Refused("unsupported_version", said("version"))
    wire = converted(content, WireOperation)
    check_heading(wire)
    body = READERS[wire.kind](wire.body)
    capture = Capture(wire.at, wire.mono, wire.boot, wire.offset)
    line = Line(wire.line.kind, wire.line.id) if wire.line else None
    return Captured(wire.id, wire.seq, wire.v, wire.kind, capture, body, wire.actor, line)


def capture_of(content: Any) -> Capture | None:
    """What the clocks said at capture, as far as it can be read off an operation that is refused."""
    try:
        wire: WireClocks = msgspec.convert(content, WireClocks)
    except msgspec.ValidationError:
        return None
    return Capture(wire.at, wire.mono, wire.boot, wire.offset)


def check_heading(wire: WireOperation) -> None:
    """Raises Refused for ids that are none, unknown kinds, numbers that not every client counts exactly."""
    if not ID.fullmatch(wire.id):
        raise Refused("bad_body", said("id_no_uuid"))
    if wire.kind not in KINDS:
        raise Refused("bad_body", said("kind", choices=", ".join(KINDS)))
    for number in (wire.seq, wire.at, wire.offset or 0, wire.mono or 0):
        if not -EXACT_MAX <= number <= EXACT_MAX:
            raise Refused("bad_body", said("number_range"))
    if wire.actor is not None and not 0 < wire.actor <= INTEGER_MAX:
        raise Refused("bad_body", said("actor"))
    check_word(wire.boot, "boot")
    if wire.line:
        check_word(wire.line.kind, "line.kind", 20)
        check_word(wire.line.id, "line.id", 36)
