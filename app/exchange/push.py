"""Push: the operations of a device are posted in one transaction and each gets its verdict."""

from collections.abc import Sequence
from typing import Any

import msgspec

from app.clock import now_ms
from app.database import transaction
from app.exchange.contact import Report, Settled, news_among, report_of, write_contacts
from app.exchange.pull import standing
from app.exchange.push_queue import Outcome, Waiting, pushes
from app.monitoring.logs import note, some_of
from app.monitoring.metrics import meters
from app.stock.book.posting import Epoch, PushResult, Stop, post_together, received
from app.web.errors import Refusal
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
    mine = Waiting(received(push_of(envelope, operations), received_at), envelope)
    result, sid, head = taken(pushes().outcome_of(mine, posted))
    meters().pushed(result.stop.code if result.stop else "taken", result.verdicts)
    note(operations=some_of([verdict.id for verdict in result.verdicts]))
    if result.stop:
        raise stopped(result.stop)
    answer = {"sid": sid, "device_seq": result.device_seq, "head": head}
    return {**answer, "server_time": received_at, "verdicts": result.verdicts}


def taken(outcome: Outcome) -> tuple[PushResult, str, int]:
    """What became of a push that was taken. Raises the Refusal of one that was not."""
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def posted(group: Sequence[Waiting]) -> list[Outcome]:
    """One transaction: the operations, then what the devices told of themselves; the feed's head then."""
    with transaction() as connection:
        sid = standing(connection).sid
        meant = [one for one in group if one.received.push.sid in (None, sid)]
        results = dict(zip(meant, post_together(connection, [one.received for one in meant]), strict=True))
        told = [reported(one, results[one].epoch) for one in meant if one.contact]
        news = news_among(connection, told)
        write_contacts(connection, news)
        head = standing(connection).head if news else max((one.head for one in results.values()), default=0)
        return [(results[one], sid, head) if one in results else other_server(sid) for one in group]


def other_server(sid: str) -> Refusal:
    """The refusal of a push that was meant for another incarnation: sent before a restore, it may be hours
    old.

    Its monotonic distances would then say the wrong time; after a hello the device sends it anew.
    """
    return Refusal(409, "other_server", t("exchange.other_server"), sid=sid)


def reported(one: Waiting, epoch: Epoch) -> tuple[Report, str]:
    """What a device tells of itself with a push, seen against what is settled then; and which it is."""
    settled = Settled(epoch.applied_seq, epoch.effective_at)
    return report_of(one.contact or {}, one.received.received_at, settled), epoch.device


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


def stopped(stop: Stop) -> Refusal:
    """The refusal that tells the device where to go on, or that its numbers were used by another."""
    if stop.code == "gap":
        return Refusal(409, "gap", t("exchange.gap", expect=stop.seq), expect=stop.seq)
    return Refusal(409, "fork", t("exchange.fork"), last=stop.seq)
