"""What the stock's schemas share: quantities, ids, lists that grow at their head."""

from typing import Any

import msgspec
from marshmallow import Schema, ValidationError, fields, validate

from app.lists.listing import MOST_PER_PAGE, PER_PAGE
from app.words import t
from sync.quantity import format_quantity

HIGHEST = 2**31 - 1
HIGHEST_TIME = 2**53 - 1
BODY_BYTES_MAX = 64 * 1024
CURSOR = {"description": "Ask for the next page with before set to this; null on the last one."}


class Quantity(fields.String):
    """Millionths in the book, a decimal string outside."""

    def _serialize(self, value: Any, *_place: Any, **_named: Any) -> str | None:
        return format_quantity(value) if value is not None else None


class OperationId(fields.UUID):
    """The UUID of an operation, as text in small letters: sent twice under it, it counts once."""

    def _deserialize(self, value: Any, *place: Any, **named: Any) -> Any:
        return str(super()._deserialize(value, *place, **named))


class WireBody(fields.Dict):
    """The body of an operation as the sync protocol has it: JSON of a size that one can have captured."""

    def __init__(self, **named: Any) -> None:
        super().__init__(keys=fields.String(), validate=keepable, **named)


def keepable(body: dict[str, Any]) -> None:
    """Refuse what cannot be written down again: half a character, NaN, too deep, too long."""
    try:
        size = len(msgspec.json.encode(body))
    except (UnicodeError, RecursionError, msgspec.MsgspecError):
        raise ValidationError(t("error.not_keepable")) from None
    if size > BODY_BYTES_MAX:
        raise ValidationError(t("error.too_many_bytes", bytes=BODY_BYTES_MAX))


def number(most: int = HIGHEST, **named: Any) -> fields.Integer:
    """An id or a time in an address."""
    return fields.Integer(validate=[validate.Range(0, most)], **named)


class ScrolledQuerySchema(Schema):
    """Which part of a list that grows at its head."""

    before = number(HIGHEST_TIME, metadata={"description": "Only what stands before this id."})
    limit = fields.Integer(load_default=PER_PAGE, validate=validate.Range(1, MOST_PER_PAGE))


def scrolled(rows: list[Any], limit: int) -> dict[str, Any]:
    """A page of a list that grows at its head."""
    return {"rows": rows, "next_before": rows[-1].id if len(rows) == limit else None}
