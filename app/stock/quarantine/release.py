"""Releasing what was held back: it is posted, as it is or amended, in its own place in the order."""

from typing import Any

import msgspec
from sqlalchemy import Connection, select

from app.database import publish
from app.people.devices.register import OFFICE
from app.stock.book.captors import captors
from app.stock.book.incoming import Incoming
from app.stock.book.models import Operation as OperationRow
from app.stock.book.packing import reckon
from app.stock.book.posting import advance, read_epoch, write
from app.stock.office.posting import EPOCH, open_office, refuse, uuid7
from app.stock.quarantine.decisions import decide
from app.stock.quarantine.held_operations import waiting_entry
from app.stock.quarantine.held_reading import content_of
from app.stock.reach import refuse_elsewhere
from app.values.sentences import in_words
from app.web.errors import Refusal
from app.words import t
from sync.clock import Effective
from sync.movement import Operation
from sync.wire import Captured, read_operation
from sync.wire_fields import ID, Refused


def release(
    connection: Connection, number: int, amended: dict[str, Any] | None, user_id: int, now: int
) -> str:
    """Post a held operation, with another body where one is given, in the caller's write transaction.

    It keeps its captor, its place in the order and, where it can, its id and number, so that its device
    finds it again. Returns the id under which it stands. Call it last. Raises Refusal 404, 409
    ``already_decided``, and 422 with the reason where it still cannot be posted.
    """
    held = waiting_entry(connection, number)
    content = amended_content(connection, held, amended, now)
    try:
        captured = read_operation(content)
    except Refused as refused:
        raise Refusal(422, refused.reason, in_words(refused.message)) from None
    refuse_elsewhere(connection, [body] if isinstance(body := content["body"], dict) else [])
    source = source_of(connection, held, user_id)
    entry = incoming(connection, held, captured, source)
    entry.raw = msgspec.json.encode(content)
    reckon(connection, [entry])
    saved = write(connection, [(*source[:2], [entry])], now)
    refuse(entry.reason, entry.message)
    decide(connection, held, user_id, "released" if amended is None else "amended", "")
    publish(connection, [*saved.changes, ("outcome", held.operation_id)], saved.checksum_delta)
    return captured.id


def amended_content(
    connection: Connection, held: Any, amended: dict[str, Any] | None, now: int
) -> dict[str, Any]:
    """The operation to be posted: as it came, with another body, under another id where its own is taken.

    Raises Refusal 422 ``bad_body`` for what never was an operation.
    """
    content = content_of(held.raw)
    if not content:
        raise Refusal(422, "bad_body", t("book.cannot_release"))
    body = content.get("body") if amended is None else amended
    taken = connection.scalar(select(OperationRow.id).where(OperationRow.id == held.operation_id))
    name = uuid7(now) if taken or not ID.fullmatch(held.operation_id) else held.operation_id
    return {**content, "id": name, "seq": held.seq, "body": body}


def source_of(connection: Connection, held: Any, user_id: int) -> tuple[str, int, int]:
    """Device, epoch and number under which it is posted: its own, or the office's where that is taken."""
    own = (
        (OperationRow.device_id, held.device_id),
        (OperationRow.epoch, held.epoch),
        (OperationRow.seq, held.seq),
    )
    query = select(OperationRow.id).where(*(column == value for column, value in own))
    if connection.scalar(query) is None:
        return held.device_id, held.epoch, held.seq
    open_office(connection, user_id)
    epoch = read_epoch(connection, OFFICE, EPOCH)
    advance(connection, [epoch.reaching(epoch.applied_seq + 1, epoch.effective_at)])
    return OFFICE, EPOCH, epoch.applied_seq + 1


def incoming(connection: Connection, held: Any, captured: Captured, source: tuple[str, int, int]) -> Incoming:
    """The held operation on its way into the book: a person trusts it, so its device is not asked again."""
    people = captors(connection, held.device_id, [captured])
    actor = people.actor_of(captured)
    at = held.effective_at or held.recorded_at
    effective = Effective(at, held.uncertainty_ms)
    where = (*source, effective.at, effective.uncertainty_ms)
    operation = Operation(captured.id, *where, captured.body, people.permitted(actor))
    entry = Incoming(captured.id, source[2], b"", held.digest, captured, captured.capture, effective)
    entry.operation, entry.actor = operation, actor
    return entry
