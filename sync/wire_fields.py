"""Single fields of an operation on the wire: each read within its limits, or refused with the reason."""

import re
from datetime import date
from typing import Any

import msgspec

from sync.quantity import BadQuantity, parse_quantity
from sync.sentence import Sentence, said

LOT_MAX = 64
SERIAL_MAX = 64
CODE_MAX = 1_000
WORD_MAX = 64
SERIALS_MAX = 500
INTEGER_MAX = 2**31 - 1

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
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
