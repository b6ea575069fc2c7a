"""The office posts like a device of its own, numbered without gaps: pages, releases and resolutions."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, text

from app.database import publish
from app.people.devices.register import OFFICE
from app.stock.book.arrival import Source, place, understand
from app.stock.book.captors import captors
from app.stock.book.packing import reckon
from app.stock.book.posting import PushResult, advance, judged, read_epoch, write
from app.stock.reach import refuse_elsewhere
from app.values.sentences import in_words
from app.web.errors import Refusal
from sync.clock import Receipt
from sync.heading import heading
from sync.sentence import Sentence
from sync.sequence import follow

EPOCH = 1


@dataclass(frozen=True, slots=True)
class Draft:
    """What the office wants to post; ``at`` is when it happened, in milliseconds, now where it is None."""

    kind: str
    body: dict[str, Any]
    at: int | None = None
    line: dict[str, str] | None = None
    id: str | None = None
    """Made by the caller, who looked that it is not taken; else it is made here."""


def post_office(connection: Connection, user_id: int, drafts: Sequence[Draft], now: int) -> PushResult:
    """Post operations that a person made in the office, in the caller's write transaction; call it last.

    Raises Refusal 422 with the reason where one cannot be posted: an office page can say so at once.
    """
    refuse_elsewhere(connection, [draft.body for draft in drafts])
    open_office(connection, user_id)
    epoch = read_epoch(connection, OFFICE, EPOCH)
    contents = [
        written(draft, epoch.applied_seq + 1 + index, (user_id, now)) for index, draft in enumerate(drafts)
    ]
    raws = [msgspec.json.encode(content) for content in contents]
    walk = follow([heading(raw) for raw in raws], epoch.applied_seq, {})
    arrived = understand(raws, walk)
    people = captors(connection, OFFICE, [entry.captured for entry in arrived if entry.captured])
    receipt = Receipt(now, now, now, OFFICE)
    for entry in arrived:
        place([entry], Source(OFFICE, EPOCH, receipt, people), previous=0)
    reckon(connection, arrived)
    saved = write(connection, [(OFFICE, EPOCH, arrived)], now)
    for entry in arrived:
        refuse(entry.reason, entry.message)
    reached = epoch.reaching(walk.applied_seq, now)
    advance(connection, [reached])
    head = publish(connection, saved.changes, saved.checksum_delta)
    return PushResult(reached, head, list(judged(arrived, saved).values()))


def refuse(reason: str, message: Sentence) -> None:
    """Raise Refusal 422 where there is a reason: the transaction is rolled back."""
    if reason:
        raise Refusal(422, reason, in_words(message))


def written(draft: Draft, seq: int, origin: tuple[int, int]) -> dict[str, Any]:
    """A draft as an operation on the wire. ``origin`` is who posts it, and the time now."""
    user_id, now = origin
    at = min(draft.at or now, now)
    content = {
        "id": draft.id or uuid7(now),
        "seq": seq,
        "v": 1,
        "kind": draft.kind,
        "at": at,
        "mono": at,
        "boot": OFFICE,
        "offset": 0,
        "actor": user_id,
        "body": draft.body,
    }
    return {**content, "line": draft.line} if draft.line else content


def uuid7(now: int) -> str:
    """A UUID version 7 (RFC 9562) for this moment, in milliseconds."""
    random = secrets.randbits(74)
    number = (now & 0xFFFFFFFFFFFF) << 80 | 7 << 76 | (random >> 62) << 64 | 2 << 62 | random & (2**62 - 1)
    return str(UUID(int=number))


def open_office(connection: Connection, user_id: int) -> None:
    """Make the device under which the office posts; no credential opens it."""
    connection.execute(OPEN_OFFICE, {"user": user_id})


OPEN_OFFICE = text(
    "INSERT INTO device (id, name, user_id, credential_hash, credential_expires_at, enrolled_at, app_version,"
    f" agent, pending, clock_offset_ms) VALUES ('{OFFICE}', 'Office', :user, '{OFFICE}', 0, 0, '', '', 0, 0)"
    " ON CONFLICT DO NOTHING"
)
