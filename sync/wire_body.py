"""The bodies of operations: what each kind of fact says, read off the wire."""

from collections.abc import Callable
from typing import Any

from sync.movement import REASONS, TASK_STATES, UNIDENTIFIED, Body, Count, Move, Packed, Reverse, Task, Void
from sync.protocol import fnv1a
from sync.quantity import SCALE
from sync.sentence import said
from sync.wire_fields import (
    CONTROL,
    ID,
    LOT_MAX,
    Refused,
    check_code,
    check_date,
    check_place,
    check_quantity,
    check_serials,
    check_word,
    converted,
)
from sync.wire_shapes import WireCount, WireMove, WirePack, WireReverse, WireTask


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
