"""The body of a push: an envelope, and operations that are kept as they were received."""

import json
from typing import Any, TypeVar

import msgspec
from flask import request

from app.exchange.envelope import DeviceEnvelope, checked, read_body
from app.web.errors import Refusal


class PushBody(msgspec.Struct):
    """The body of a push; its fields are checked when the envelope is opened."""

    operations: list[msgspec.Raw]
    device: Any = None
    epoch: Any = None
    sid: Any = None
    clock: Any = None
    outbox: Any = None


class LaterEpoch(msgspec.Struct):
    """Operations of an epoch that a device began later, as a rescue file holds them."""

    operations: list[msgspec.Raw]
    epoch: Any = None


class RescueBody(PushBody):
    """The body of a rescue: the operations of the first epoch, then of each that came after."""

    more: list[LaterEpoch] = []


Body = TypeVar("Body", bound=PushBody)


def read_push(kind: type[Body]) -> Body:
    """Decode the body of a push or a rescue. Raises Refusal 400 ``bad_envelope``.

    Half a character or NaN inside an operation makes that operation bad, not the envelope around it.
    """
    try:
        body: Body = read_body(kind)
    except Refusal as refusal:
        try:
            return leniently_read(request.get_data(), kind)
        except (ValueError, TypeError, RecursionError):
            raise refusal from None
    return body


def leniently_read(text: bytes, kind: type[Body]) -> Body:
    """The body out of JSON that only a lenient reader accepts. Raises ValueError or TypeError."""
    content = json.loads(text)
    if not isinstance(content, dict) or not isinstance(content.get("operations"), list):
        raise TypeError("a push is an object with a list of operations")
    body: Body = msgspec.convert({**content, "operations": [], "more": []}, kind)
    body.operations = as_received(content["operations"])
    if isinstance(body, RescueBody):
        body.more = later_of(content)
    return body


def later_of(content: dict[str, Any]) -> list[LaterEpoch]:
    """The later epochs of a rescue file. Raises TypeError where they are none."""
    later = content.get("more", [])
    if not isinstance(later, list) or not all(isinstance(one, dict) for one in later):
        raise TypeError("later epochs are a list of objects")
    return [LaterEpoch(as_received(one.get("operations")), one.get("epoch")) for one in later]


def as_received(operations: Any) -> list[msgspec.Raw]:
    """Operations as text again. Raises TypeError where they are no list."""
    if not isinstance(operations, list):
        raise TypeError("operations are a list")
    return [msgspec.Raw(json.dumps(operation).encode()) for operation in operations]


def envelope_of(body: PushBody, schema: type[DeviceEnvelope]) -> dict[str, Any]:
    """The checked envelope around the operations. Raises Refusal 400 ``bad_envelope``."""
    names = ("device", "epoch", "sid", "clock", "outbox")
    given = {name: getattr(body, name) for name in names}
    return checked(schema, {name: value for name, value in given.items() if value is not None})
