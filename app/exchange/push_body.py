"""The body of a push: an envelope, and operations that are kept as they were received."""

import json
from typing import Any

import msgspec
from flask import request

from app.errors import Refusal
from app.exchange.envelope import DeviceEnvelope, checked, read_body


class PushBody(msgspec.Struct):
    """The body of a push or a rescue; its fields are checked when the envelope is opened."""

    operations: list[msgspec.Raw]
    device: Any = None
    epoch: Any = None
    sid: Any = None
    clock: Any = None
    outbox: Any = None


def read_push() -> PushBody:
    """Decode the body of a push. Raises Refusal 400 ``bad_envelope``.

    Half a character or NaN inside an operation makes that operation bad, not the envelope around it.
    """
    try:
        body: PushBody = read_body(PushBody)
    except Refusal as refusal:
        try:
            return leniently_read(request.get_data())
        except (ValueError, TypeError, RecursionError):
            raise refusal from None
    return body


def leniently_read(text: bytes) -> PushBody:
    """The body out of JSON that only a lenient reader accepts. Raises ValueError or TypeError."""
    content = json.loads(text)
    if not isinstance(content, dict) or not isinstance(content.get("operations"), list):
        raise TypeError("a push is an object with a list of operations")
    operations = content.pop("operations")
    body: PushBody = msgspec.convert({**content, "operations": []}, PushBody)
    body.operations = [msgspec.Raw(json.dumps(operation).encode()) for operation in operations]
    return body


def envelope_of(body: PushBody, schema: type[DeviceEnvelope]) -> dict[str, Any]:
    """The checked envelope around the operations. Raises Refusal 400 ``bad_envelope``."""
    names = ("device", "epoch", "sid", "clock", "outbox")
    given = {name: getattr(body, name) for name in names}
    return checked(schema, {name: value for name, value in given.items() if value is not None})
