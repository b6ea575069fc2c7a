"""The envelope of each sync request: read with limits, refused as ``bad_envelope`` when it cannot be."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from app.people.devices.schemas import DeviceId
from app.web.errors import Refusal
from app.words import t
from sync.protocol import EXACT_MAX


def whole(least: int = 0, most: int = EXACT_MAX, **named: Any) -> fields.Integer:
    """A whole number within limits; a string, a fraction or a truth value is none."""
    return fields.Integer(strict=True, validate=[validate.Range(least, most)], **named)


def word(longest: int = 64, **named: Any) -> fields.String:
    """A short text."""
    return fields.String(validate=[validate.Length(max=longest), validate.ContainsNoneOf("\0")], **named)


class Envelope(Schema):
    """What all of them have in common. Fields of later versions are passed over."""

    class Meta:
        unknown = EXCLUDE


class ClockSchema(Envelope):
    """The device's clocks at the moment of sending, in milliseconds."""

    wall = whole(required=True)
    mono = fields.Float(load_default=None, allow_none=True, validate=validate.Range(0, EXACT_MAX))
    boot = word(load_default=None, allow_none=True)


class OutboxSchema(Envelope):
    """What the device still holds."""

    pending = whole(most=10_000_000, load_default=0)
    oldest_at = whole(load_default=None, allow_none=True)
    max_seq = whole(load_default=None, allow_none=True)


class EpochSchema(Envelope):
    """Of an epoch that stands in a rescue file beside the first."""

    epoch = whole(1, 1_000_000, required=True)


class DeviceEnvelope(Envelope):
    """Of a request that one device makes."""

    device = DeviceId(required=True)
    epoch = whole(1, 1_000_000, required=True)
    sid = word(load_default=None, allow_none=True)


class HelloSchema(DeviceEnvelope):
    """Of hello."""

    app = word(40, load_default="")
    schema = whole(most=1_000_000, required=True)
    clock = fields.Nested(ClockSchema, required=True)
    outbox = fields.Nested(OutboxSchema, load_default=dict)


class PushSchema(DeviceEnvelope):
    """Of push, without its operations."""

    clock = fields.Nested(ClockSchema, required=True)
    outbox = fields.Nested(OutboxSchema, load_default=dict)


class RescueSchema(DeviceEnvelope):
    """Of rescue, without its operations."""


class PullSchema(Envelope):
    """Of pull; the office names no device."""

    device = DeviceId(load_default=None, allow_none=True)
    epoch = whole(1, 1_000_000, load_default=1)
    sid = word(load_default=None, allow_none=True)
    cursor = whole(required=True)
    schema = whole(most=1_000_000, required=True)
    limit = whole(1, load_default=None, allow_none=True)
    scopes = word(load_default=None, allow_none=True)
    clock = fields.Nested(ClockSchema, load_default=None, allow_none=True)
    outbox = fields.Nested(OutboxSchema, load_default=None, allow_none=True)


def bad_envelope(errors: Any = None) -> Refusal:
    """The refusal of a body that is no envelope."""
    details = {"errors": errors} if errors else {}
    return Refusal(400, "bad_envelope", t("exchange.bad_envelope"), **details)


def read_body(kind: type[Any]) -> Any:
    """Decode the body. Raises Refusal 400 ``bad_envelope`` for what is not the JSON it must be."""
    try:
        return msgspec.json.decode(request.get_data(), type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise bad_envelope({"body": str(error)[:200]}) from None


@functools.cache
def reader(schema: type[Schema]) -> Schema:
    """The one reader of a kind of envelope: making it takes longer than reading with it."""
    return schema()


def checked(schema: type[Schema], fields_given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields in their checked form. Raises Refusal 400 ``bad_envelope``."""
    try:
        return dict(reader(schema).load(fields_given))
    except ValidationError as error:
        raise bad_envelope(error.messages) from None


def opened(schema: type[Schema]) -> Callable[[Callable[[dict[str, Any]], Any]], Callable[[], Any]]:
    """Hand a view the checked envelope of the request."""

    def decorate(view: Callable[[dict[str, Any]], Any]) -> Callable[[], Any]:
        @functools.wraps(view)
        def open_envelope() -> Any:
            return view(checked(schema, read_body(dict[str, Any])))

        return open_envelope

    return decorate
