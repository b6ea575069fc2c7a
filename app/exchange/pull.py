"""Pull: what changed after a cursor, a page at a time, each page out of one read snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select

from app.clock import now_ms
from app.database import reading
from app.database.driver import rows_of
from app.exchange.caller import Caller
from app.exchange.contact import note_contact
from app.exchange.scopes import narrowed, scope_token
from app.people.devices.models import DeviceEpoch
from app.people.sites import Sites
from app.stock.feed.models import FeedChange
from app.stock.feed.row_shapes import Row
from app.stock.feed.rows import changed_rows
from app.stock.feed.site_states import scope_checksum
from app.web.errors import Refusal
from app.words import t
from sync.feed import must_start_afresh, page_of
from sync.protocol import MINIMUM_PULL_VERSION, PULL_LIMIT_DEFAULT, PULL_LIMIT_MAX

OFFICE_ONLY = "device"
PERSON = "person"
"""The feed's word that staff has changed: it brings no row, devices ask who may use them."""


@dataclass(frozen=True)
class Standing:
    """Where this server stands: its incarnation, the feed's two ends, the checksum of the stock."""

    sid: str
    head: int
    floor: int
    checksum: int


def standing(connection: Connection) -> Standing:
    """Read where the server stands, in the caller's snapshot."""
    return Standing(*rows_of(connection, STANDING, ())[0])


def pulled(caller: Caller, envelope: dict[str, Any]) -> dict[str, Any]:
    """One page of changes for the caller.

    Raises Refusal 426 ``upgrade_required`` and 409 ``snapshot_required``.
    """
    if envelope["schema"] < MINIMUM_PULL_VERSION:
        raise Refusal(426, "upgrade_required", t("exchange.upgrade_required"))
    if caller.device and envelope["clock"] and envelope["outbox"] is not None:
        note_contact(caller.device.id, envelope, now_ms())
    with reading() as connection:
        now = standing(connection)
        refuse_foreign_cursor(now, envelope)
        refuse_other_scope(connection, caller, envelope["scopes"])
        limit = min(envelope["limit"] or PULL_LIMIT_DEFAULT, PULL_LIMIT_MAX)
        page = page_of(changes_after(connection, envelope["cursor"], limit), limit, now.head)
        answer = {
            "sid": now.sid,
            "head": now.head,
            "more": page.more,
            "cursor": page.cursor,
            "changes": rows_behind(connection, caller, page.changes),
        }
        if caller.device and any(change.entity == PERSON for change in page.changes):
            answer["people"] = True
        return (
            answer if answer["more"] else {**answer, **last_page(connection, caller, now, envelope["epoch"])}
        )


def refuse_foreign_cursor(now: Standing, envelope: dict[str, Any]) -> None:
    """Raises Refusal 409 ``snapshot_required`` for a cursor that means nothing here.

    It is of another incarnation, from the future or from before the floor.
    """
    if must_start_afresh(envelope["cursor"], envelope["sid"], (now.sid, now.floor, now.head)):
        raise Refusal(409, "snapshot_required", t("exchange.snapshot_required"))


def refuse_other_scope(connection: Connection, caller: Caller, known: str | None) -> None:
    """Raises Refusal 409 ``snapshot_required`` for a caller that holds other sites than it may see now."""
    if known is not None and known != scope_token(connection, caller.sites):
        raise Refusal(409, "snapshot_required", t("exchange.snapshot_required"))


def changes_after(connection: Connection, cursor: int, limit: int) -> list[Any]:
    """The next changes in the feed's order: one more than the limit, if there are so many."""
    return list(connection.execute(CHANGES, {"cursor": cursor, "most": limit + 1}))


def rows_behind(connection: Connection, caller: Caller, page: Sequence[Any]) -> dict[str, list[Row]]:
    """The rows of a page by entity: outcomes of the caller's own device, devices for the office."""
    keys: dict[str, list[str]] = {}
    for change in page:
        keys.setdefault(change.entity, []).append(change.key)
    keys.pop(PERSON, None)
    keys.pop(OFFICE_ONLY if caller.device else "outcome", None)
    found = {entity: changed_rows(connection, entity, keys[entity], caller.device_id) for entity in keys}
    return narrowed(connection, caller.sites, {entity: rows for entity, rows in found.items() if rows})


def last_page(connection: Connection, caller: Caller, now: Standing, epoch: int) -> dict[str, int]:
    """What only the last page carries: how far the device's sequence is applied, and its rows' checksum."""
    checksum = {"checksum": checksum_for(connection, caller.sites, now)}
    if caller.device is None:
        return checksum
    return {"device_seq": applied_seq(connection, caller.device.id, epoch), **checksum}


def checksum_for(connection: Connection, sites: Sites, now: Standing) -> int:
    """The checksum of the stock that one who may see these sites holds."""
    return now.checksum if sites is None else scope_checksum(connection, sites)


def applied_seq(connection: Connection, device: str, epoch: int) -> int:
    """The last sequence number of the device's epoch that was settled; 0 for none."""
    return connection.scalar(APPLIED, {"device": device, "epoch": epoch}) or 0


STANDING = """
SELECT i.sid, c.position, c.floor, c.stock_checksum FROM incarnation i JOIN feed_counter c ON c.id = i.id"""
CHANGES = (
    select(FeedChange.entity, FeedChange.key, FeedChange.position)
    .where(FeedChange.position > bindparam("cursor"))
    .order_by(FeedChange.position)
    .limit(bindparam("most"))
)
APPLIED = select(DeviceEpoch.applied_seq).where(
    DeviceEpoch.device_id == bindparam("device"), DeviceEpoch.epoch == bindparam("epoch")
)
