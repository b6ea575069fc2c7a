"""Reading one operation off the wire: it becomes a capture of a fact, or a reason why it cannot."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from sync.clock import Capture
from sync.movement import (
    KINDS,
    REASONS,
    TASK_STATES,
    UNIDENTIFIED,
    Body,
    Count,
    Move,
    Packed,
    Reverse,
    Task,
    Void,
)
from sync.protocol import EXACT_MAX, OPERATION_VERSIONS, fnv1a
from sync.quantity import SCALE, BadQuantity, parse_quantity
from sync.sentence import Sentence, said
from sync.wire_shapes import WireClocks, WireCount, WireMove, WireOperation, WirePack, WireReverse, WireTask

NAME_MAX = 64
"""The longest id under which an operation can be kept."""
LOT_MAX = 64
SERIAL_MAX = 64
CODE_MAX = 1_000
WORD_MAX = 64
SERIALS_MAX = 500
INTEGER_MAX = 2**31 - 1

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
UNKEPT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
SEPARATORS = str.maketrans("", "", "\x04\x1d\x1e")
"""Control characters that belong to scanned codes: they part the elements of GS1 and ISO 15434 messages."""


MISSING = re.compile(r"Object missing required field `(\w+)`(?: - at `(.+)`)?$")
SHAPE = re.compile(r"Expected `([^`]+)`, got `([^`]+)`(?: - at `(.+)`)$")
"""Two sentences of msgspec's; whatever else it says is passed on as it is."""


class Refused(Exception):
    """An operation cannot be posted: it goes to quarantine under ``reason``; the message is for a person."""

    def __init__(self, reason: str, message: Sentence) -> None:
        super().__init__(str(message))
        self.reason = reason
        self.message = message


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


class Heading(NamedTuple):
    """What can be read of any operation, sound or not; ``seq`` is None where it names none."""

    id: str
    seq: int | None
    digest: str
    content: Any


def heading(raw: bytes) -> Heading:
    """Read id, sequence number and digest of an operation, whatever else is wrong with it.

    The digest covers everything but ``seq``, which changes when a device starts a new epoch; it stands
    for the id where there is none that could be kept.
    """
    try:
        content = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        digest = digest_of(raw)
        return Heading(*names_in(damaged(raw), digest), digest, None)
    if not isinstance(content, dict):
        digest = digest_of(raw)
        return Heading(digest, None, digest, content)
    seq = content.pop("seq", None)
    digest = digest_of(msgspec.json.encode(content, order="sorted"))
    content["seq"] = seq
    return Heading(*names_in(content, digest), digest, content)


def damaged(raw: bytes) -> Any:
    """What can be read of JSON that holds half a character or NaN; None where nothing can."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def names_in(content: Any, digest: str) -> tuple[str, int | None]:
    """The id and the sequence number that the content names; the digest where there is no id to be kept."""
    if not isinstance(content, dict):
        return digest, None
    name, seq = content.get("id"), content.get("seq")
    if not isinstance(name, str) or not 0 < len(name) <= NAME_MAX or UNKEPT.search(name):
        name = digest
    if not isinstance(seq, int) or isinstance(seq, bool) or not 0 < seq <= EXACT_MAX:
        seq = None
    return name, seq


def digest_of(content: bytes) -> str:
    """32 hexadecimal digits that stand for the content."""
    return blake2b(content, digest_size=16).hexdigest()


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


def converted(content: Any, kind: Any) -> Any:
    """The content in its typed form. Raises Refused ``bad_body`` naming the field that is wrong."""
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        raise Refused("bad_body", misfit(str(error))) from None


def misfit(error: str) -> Sentence:
    """What msgspec found wrong with a content, as a sentence that names the field."""
    if missing := MISSING.match(error):
        return said("field_missing", field=f"{inside(missing[2])}{missing[1]}")
    if shape := SHAPE.match(error):
        return said("field_shape", field=inside(shape[3]).rstrip("."), found=shape[2], expected=shape[1])
    return said("unreadable", detail=error.replace("`$.", "`")[:200])


def inside(path: str | None) -> str:
    """The path of a field as people write it: ``pack.`` for what stands in the pack; empty at the top."""
    return f"{path.removeprefix('$.')}." if path else ""


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


def check_word(text: str | None, field: str, longest: int = WORD_MAX) -> str:
    """The text, ``""`` for none. Raises Refused for one that is too long or holds control characters."""
    if not text:
        return ""
    if len(text) > longest:
        raise Refused("bad_body", said("too_long", field=field, most=longest))
    if not text.isprintable() and CONTROL.search(text):
        raise Refused("bad_body", said("control", field=field))
    return text


def check_code(code: str | None) -> str:
    """A scanned code; it may hold the separators of its elements."""
    if code:
        check_word(code.translate(SEPARATORS), "code", CODE_MAX)
    return code or ""


def check_serials(serials: list[str] | None, field: str) -> tuple[str, ...]:
    """Serials, each named once. Raises Refused."""
    if not serials:
        return ()
    if len(serials) > SERIALS_MAX:
        raise Refused("bad_body", said("too_many", field=field, most=SERIALS_MAX))
    if len(set(serials)) < len(serials) or "" in serials:
        raise Refused("bad_body", said("named_twice", field=field))
    return tuple(check_word(serial, field, SERIAL_MAX) for serial in serials)


def check_place(*numbers: int) -> None:
    """Raises Refused for numbers that no item or location can have."""
    for number in numbers:
        if not 0 < number <= INTEGER_MAX:
            raise Refused("bad_body", said("place_number"))


def check_quantity(text: object, least: int) -> int:
    """A quantity in millionths. Raises Refused ``bad_quantity``."""
    try:
        quantity = parse_quantity(text)
    except BadQuantity as error:
        raise Refused("bad_quantity", said(error.key)) from None
    if quantity < least:
        raise Refused("bad_quantity", said("quantity_zero" if least else "quantity_negative"))
    return quantity


def check_pack(wire: WirePack | None, quantity: int) -> Packed | None:
    """The packs in which so many millionths were captured, none where nobody counted in packs.

    Raises Refused: their number times their factor is the quantity.
    """
    if wire is None:
        return None
    check_place(wire.id)
    packed = Packed(
        wire.id,
        check_word(wire.unit, "pack.unit"),
        check_quantity(wire.factor, 1),
        check_quantity(wire.quantity, 0),
    )
    if packed.quantity * packed.factor != quantity * SCALE:
        raise Refused("bad_quantity", said("pack_quantity"))
    return packed


def check_date(text: str | None) -> str | None:
    """An ISO date within 2000 to 2199, or none. Raises Refused."""
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if len(text) != 10 or not 2000 <= found.year <= 2199:
        raise Refused("bad_body", said("date"))
    return text


def goods(item: int | None, lot: str | None, code: str) -> tuple[int, str]:
    """Item and lot that the body names; unknown goods stand on UNIDENTIFIED with the code for a lot.

    Raises Refused where neither an item nor a code is named.
    """
    if item is not None:
        check_place(item)
        return item, check_word(lot, "lot", LOT_MAX)
    if not code:
        raise Refused("bad_body", said("no_goods"))
    return UNIDENTIFIED, lot_of_code(code)


def lot_of_code(code: str) -> str:
    """The lot under which goods of an unknown code stand: the code, shortened where it is too long."""
    plain = CONTROL.sub(" ", code)
    return plain if len(plain) <= LOT_MAX else f"{plain[: LOT_MAX - 9]}~{fnv1a(code):08x}"


def read_move(content: dict[str, Any]) -> Move:
    """The body of a move. Raises Refused."""
    wire: WireMove = converted(content, WireMove)
    check_place(wire.origin, wire.destination)
    code = check_code(wire.code)
    item, lot = goods(wire.item, wire.lot, code)
    serials = check_serials(wire.serials, "serials")
    quantity = check_quantity(wire.quantity, 1)
    if serials and quantity != len(serials) * SCALE:
        raise Refused("bad_quantity", said("serial_quantity"))
    if wire.origin == wire.destination:
        raise Refused("same_location", said("same_location"))
    if wire.reason and wire.reason not in REASONS:
        raise Refused("bad_body", said("reason", choices=", ".join(REASONS)))
    route = (wire.origin, wire.destination, quantity, serials)
    symbology = check_word(wire.symbology, "symbology", 16)
    packed = check_pack(wire.pack, quantity)
    return Move(item, lot, *route, code, symbology, check_date(wire.expires_on), wire.reason or "", packed)


def read_count(content: dict[str, Any]) -> Count:
    """The body of a count. Raises Refused."""
    wire: WireCount = converted(content, WireCount)
    check_place(wire.location)
    code = check_code(wire.code)
    item, lot = goods(wire.item, wire.lot, code)
    absent = check_serials(wire.absent, "absent")
    quantity = check_quantity(wire.quantity, 0)
    named = wire.serials is not None and (wire.serials or not quantity)
    serials = check_serials(wire.serials, "serials") if named else None
    if serials is not None and quantity != len(serials) * SCALE:
        raise Refused("bad_quantity", said("seen_quantity"))
    if set(absent) & set(serials or ()):
        raise Refused("bad_body", said("seen_and_absent"))
    reason = check_word(wire.reason, "reason")
    packed = check_pack(wire.pack, quantity)
    return Count(item, lot, wire.location, quantity, serials, absent, code, reason, packed)


def read_reverse(content: dict[str, Any]) -> Reverse:
    """The body of a reverse. Raises Refused."""
    wire: WireReverse = converted(content, WireReverse)
    if not ID.fullmatch(wire.target):
        raise Refused("bad_body", said("target"))
    return Reverse(wire.target, check_word(wire.reason, "reason", 200))


def read_task(content: dict[str, Any]) -> Task:
    """The body of a task. Raises Refused."""
    wire: WireTask = converted(content, WireTask)
    if wire.state not in TASK_STATES:
        raise Refused("bad_body", said("state", choices=", ".join(TASK_STATES)))
    return Task(check_word(wire.task, "task"), wire.state)


def read_void(content: dict[str, Any]) -> Void:
    """The body of a void: whatever it holds, it says nothing."""
    del content
    return Void()


READERS: dict[str, Callable[[dict[str, Any]], Body]] = {
    "move": read_move,
    "count": read_count,
    "reverse": read_reverse,
    "task": read_task,
    "void": read_void,
}
