"""Push: operations of one device are posted in one transaction and each gets its verdict."""

from typing import Any

import msgspec
from sqlalchemy import Connection

from app.clock import now_ms
from app.database import transaction
from app.errors import Refusal
from app.exchange.contact import news_of, write_contact
from app.exchange.pull import Standing, standing
from app.logs import note, some_of
from app.metrics import meters
from app.stock.book import PushResult, Stop, post
from app.words import t
from sync.protocol import OPERATIONS_MAX, PUSH_BYTES_MAX, Clock, Outbox, Push


def too_large(operations: int = OPERATIONS_MAX, largest_bytes: int = PUSH_BYTES_MAX) -> Refusal:
    """The refusal of too much at once."""
    words = t("exchange.too_large", operations=operations, kilobytes=largest_bytes // 1024)
    return Refusal(413, "too_large", words)


def pushed(envelope: dict[str, Any], operations: list[msgspec.Raw]) -> dict[str, Any]:
    """Post the operations of a push and note the contact.

    Raises Refusal 409 ``gap`` or ``fork`` after what came before it was posted, 409 ``other_server``, 503.
    """
    received_at = now_ms()
    result, now = posted(push_of(envelope, operations), received_at, envelope)
    meters().pushed(result.stop.code if result.stop else "taken", result.verdicts)
    note(operations=some_of([verdict.id for verdict in result.verdicts]))
    if result.stop:
        raise stopped(result.stop)
    answer = {"sid": now.sid, "device_seq": result.device_seq, "head": now.head}
    return {**answer, "server_time": received_at, "verdicts": result.verdicts}


def posted(
    push: Push, received_at: int, contact: dict[str, Any] | None = None
) -> tuple[PushResult, Standing]:
    """One transaction: the operations, then what the device told of itself; where the server then stands."""
    with transaction() as connection:
        refuse_other_server(connection, push)
        result = post(connection, push, push.device, received_at)
        if contact:
            note_remainder(connection, contact, received_at)
        return result, standing(connection)


def refuse_other_server(connection: Connection, push: Push) -> None:
    """A push that was meant for another incarnation: sent before a restore, it may be hours old.

    Its monotonic distances would then say the wrong time; after a hello the device sends it anew.
    """
    sid = standing(connection).sid
    if push.sid not in (None, sid):
        raise Refusal(409, "other_server", t("exchange.other_server"), sid=sid)


def push_of(envelope: dict[str, Any], operations: list[msgspec.Raw]) -> Push:
    """The push as the book takes it."""
    return Push(
        device=envelope["device"],
        epoch=envelope["epoch"],
        operations=operations,
        clock=Clock(**envelope["clock"]),
        sid=envelope["sid"],
        outbox=Outbox(**envelope["outbox"]),
    )


def note_remainder(connection: Connection, envelope: dict[str, Any], received_at: int) -> None:
    """Write down what the device holds after this push, where it is news."""
    device: str = envelope["device"]
    if report := news_of(connection, device, envelope, received_at):
        write_contact(connection, device, report)


def stopped(stop: Stop) -> Refusal:
    """The refusal that tells the device where to go on, or that its numbers were used by another."""
    if stop.code == "gap":
        return Refusal(409, "gap", t("exchange.gap", expect=stop.seq), expect=stop.seq)
    return Refusal(409, "fork", t("exchange.fork"), last=stop.seq)
