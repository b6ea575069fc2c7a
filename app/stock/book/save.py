"""Save: what was settled is written in a few statements for the whole batch."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, insert, text

from app.database.bulk import insert_into, upsert_into, write_rows
from app.database.driver import in_one_message
from app.database.listed import listed
from app.stock.book.incoming import Incoming
from app.stock.book.open_findings import LookedAt, save_findings
from app.stock.book.packing import posted_quantity
from app.stock.count_tasks.tasks import tasks_of
from app.stock.feed.site_states import note_stock
from app.stock.quarantine.models import Quarantine
from app.values.sentences import kept_values
from sync.count import CountPoint
from sync.discrepancy import Subject
from sync.movement import Count, Leg, Reverse
from sync.protocol import feed_key, stock_hash
from sync.settlement import Ledger, LotTrace, Settlement

Change = tuple[str, str]
"""Entity and key of a row that changed."""


class Saved:
    """What the feed is to be told, and which discrepancies were opened."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.checksum_delta = 0
        self.opened: dict[Subject, int] = {}
        self.causes: dict[Subject, str] = {}
        """The operation that brought each discrepancy to light."""


def save(
    connection: Connection, arrived: Sequence[Incoming], ledger: Ledger, settlement: Settlement, now: int
) -> Saved:
    """Write operations, movements and all that is kept of them. Returns what to publish."""
    saved = Saved()
    posted = [entry for entry in arrived if not entry.reason]
    with in_one_message(connection):
        save_operations(connection, posted, settlement, now)
        save_movements(connection, settlement, now)
        save_levels(connection, ledger, settlement, saved, now)
        save_points(connection, settlement)
        save_serials(connection, settlement, saved)
        save_lots(connection, ledger, settlement, saved, now)
    looked_at = LookedAt(settlement.findings, settlement.causes, settlement.undone)
    changed, saved.opened = save_findings(connection, looked_at, now)
    saved.causes = settlement.causes
    saved.changes += tasks_of(connection, {*settlement.points, *settlement.undone})
    saved.changes += [("discrepancy", str(row)) for row in changed]
    return saved


def save_operations(
    connection: Connection, posted: Sequence[Incoming], settlement: Settlement, now: int
) -> None:
    """Write the operations; mark those that were taken back."""
    rows = [operation_row(entry, settlement.reversals, now) for entry in posted]
    write_rows(connection, INSERT_OPERATION, rows)
    taken = [{"target": name, "taker": settlement.reversals[name]} for name in settlement.undone]
    if taken:
        connection.execute(TAKE_BACK, taken)
        connection.execute(REVERSE_POINT, taken)


def operation_row(entry: Incoming, reversals: dict[str, str], now: int) -> tuple[Any, ...]:
    """The columns of an operation."""
    operation, captured = entry.operation, entry.captured
    assert operation is not None and captured is not None
    body, line = operation.body, captured.line
    return (
        operation.id,
        operation.device,
        operation.epoch,
        operation.seq,
        captured.version,
        captured.kind,
        entry.actor,
        captured.capture.at,
        operation.effective_at,
        operation.uncertainty_ms,
        now,
        body.target if isinstance(body, Reverse) else None,
        line.kind if line else None,
        line.id if line else None,
        operation.permitted,
        reversals.get(operation.id),
        "applied",
        entry.raw.decode(),
        entry.digest,
        posted_quantity(entry),
    )


def save_movements(connection: Connection, settlement: Settlement, now: int) -> None:
    """Write the legs."""
    rows = [
        (entry.operation, entry.cause, entry.role, entry.effective_at, *leg_columns(entry.leg), now)
        for entry in settlement.entries
    ]
    write_rows(connection, INSERT_MOVEMENT, rows)


def leg_columns(leg: Leg) -> tuple[Any, ...]:
    """The columns of a leg."""
    return (leg.item, leg.lot, leg.serial, leg.origin, leg.destination, leg.quantity)


def save_levels(
    connection: Connection, ledger: Ledger, settlement: Settlement, saved: Saved, now: int
) -> None:
    """Write the levels in the order of their keys; tell the feed of those whose quantity changed."""
    rows = []
    by_place: Counter[int] = Counter()
    for cell in sorted(settlement.levels):
        level, before = settlement.levels[cell], ledger.levels.get(cell)
        rows.append((*cell, level.quantity, level.named_at, now))
        old = before.quantity if before else 0
        if level.quantity != old:
            saved.changes.append(("stock", feed_key(*cell)))
            by_place[cell.location] += stock_hash(*cell, level.quantity) - stock_hash(*cell, old)
    write_rows(connection, UPSERT_LEVEL, rows)
    saved.checksum_delta += by_place.total()
    note_stock(connection, by_place)


def save_points(connection: Connection, settlement: Settlement) -> None:
    """Write new counts, and the adjustments of those that were corrected."""
    rows = [point_row(point, settlement.reversals) for point in settlement.points.values()]
    rows += [point_row(point, settlement.reversals) for point in dropped_points(settlement)]
    write_rows(connection, UPSERT_POINT, rows)


def dropped_points(settlement: Settlement) -> Iterable[CountPoint]:
    """Counts that were taken back before they came: kept as such, with no adjustment."""
    for decision in settlement.decisions:
        operation = decision.operation
        if isinstance(operation.body, Count) and operation.id in settlement.reversals:
            body = operation.body
            about = (operation.id, operation.key, operation.uncertainty_ms, body.cell, body.quantity)
            yield CountPoint(*about, body.serials is not None)


def point_row(point: CountPoint, reversals: dict[str, str]) -> tuple[Any, ...]:
    """The columns of a count point."""
    return (
        point.operation,
        *point.key,
        point.uncertainty_ms,
        *point.cell,
        point.counted,
        point.enumerated,
        point.operation in reversals,
        point.adjustment,
        point.adjusted_serials,
    )


def save_serials(connection: Connection, settlement: Settlement, saved: Saved) -> None:
    """Write who was seen, and where each serial is at home now."""
    sightings = [
        (seen.operation, item, serial, seen.lot, seen.origin, seen.destination)
        for (item, serial), found in settlement.sightings.items()
        for seen in found
    ]
    write_rows(connection, INSERT_SIGHTING, sightings)
    if settlement.homes:
        save_homes(connection, settlement, saved)


def save_homes(connection: Connection, settlement: Settlement, saved: Saved) -> None:
    """Write the homes that changed; a serial of which no fact is left has none."""
    rows = listed(connection, ("item_id", "serial"), settlement.homes, POSITIONS)
    before = {(row.item_id, row.serial): (row.lot, row.location_id) for row in rows}
    changed = {name: home for name, home in settlement.homes.items() if home != before.get(name)}
    saved.changes += [("serial", feed_key(*name)) for name in changed]
    named = [(*name, *home) for name, home in sorted(changed.items()) if home]
    write_rows(connection, UPSERT_POSITION, named)
    gone = [{"item_id": item, "serial": serial} for (item, serial), home in changed.items() if not home]
    if gone:
        connection.execute(DELETE_POSITION, gone)


def save_lots(connection: Connection, ledger: Ledger, settlement: Settlement, saved: Saved, now: int) -> None:
    """Write what is known of the lots that facts named."""
    changed = {
        name: trace for name, trace in sorted(settlement.traces.items()) if trace != ledger.traces.get(name)
    }
    traces = [(*name, *counted(trace)) for name, trace in changed.items()]
    lots = [(*name, now, trace.expires_on, trace.introduced) for name, trace in changed.items()]
    write_rows(connection, UPSERT_TRACE, traces)
    write_rows(connection, UPSERT_LOT, lots)
    for name, trace in changed.items():
        before = ledger.traces.get(name)
        if not before or (before.introduced, before.expires_on) != (trace.introduced, trace.expires_on):
            saved.changes.append(("lot", feed_key(*name)))


def counted(trace: LotTrace) -> tuple[Any, ...]:
    """The columns of a lot's trace."""
    return (trace.introductions, trace.moves, trace.moved_at, trace.entered)


def save_quarantined(
    connection: Connection, arrived: Iterable[Incoming], device_id: str, epoch: int, now: int
) -> list[Change]:
    """Keep what could not be posted, verbatim. Returns the outcomes to publish."""
    held = [entry for entry in arrived if entry.reason]
    rows = [
        {
            "operation_id": entry.name,
            "device_id": device_id,
            "epoch": epoch,
            "seq": entry.seq,
            "reason": entry.reason,
            "message": str(entry.message)[:255],
            "message_key": entry.message.key,
            "message_values": kept_values(entry.message.values),
            "effective_at": entry.effective.at,
            "uncertainty_ms": entry.effective.uncertainty_ms,
            "raw": entry.raw,
            "digest": entry.digest,
            "recorded_at": now,
            "decision": "",
            "note": "",
        }
        for entry in held
    ]
    if rows:
        connection.execute(insert(Quarantine), rows)
    return [("outcome", entry.name) for entry in held]


TAKE_BACK = text("UPDATE operation SET reversed_by_id = :taker WHERE id = :target")
REVERSE_POINT = text("UPDATE count_point SET reversed = true WHERE operation_id = :target")
INSERT_OPERATION = insert_into(
    "operation",
    *("id", "device_id", "epoch", "seq", "version", "kind", "actor_id", "occurred_at", "effective_at"),
    *("uncertainty_ms", "recorded_at", "target_id", "line_kind", "line_id", "permitted", "reversed_by_id"),
    *("status", "body", "digest", "posted_quantity"),
)
INSERT_MOVEMENT = insert_into(
    "movement",
    *("operation_id", "cause_id", "role", "effective_at", "item_id", "lot", "serial", "from_id", "to_id"),
    *("quantity", "recorded_at"),
)
CELL = ("item_id", "lot", "location_id")
UPSERT_LEVEL = upsert_into("stock_level", CELL, ("quantity", "named_at", "changed_at"))
UPSERT_POINT = insert_into(
    "count_point",
    *("operation_id", "effective_at", "device_id", "epoch", "seq", "uncertainty_ms", *CELL, "counted"),
    *("enumerated", "reversed", "adjustment", "adjusted_serials"),
    then="ON CONFLICT (operation_id) DO UPDATE SET adjustment = excluded.adjustment,"
    " adjusted_serials = excluded.adjusted_serials",
)
INSERT_SIGHTING = insert_into(
    "serial_sighting", "operation_id", "item_id", "serial", "lot", "from_id", "to_id"
)
POSITIONS = """
SELECT p.* FROM {wanted} CROSS JOIN serial_position p
WHERE p.item_id = wanted.item_id AND p.serial = wanted.serial"""
UPSERT_POSITION = upsert_into("serial_position", ("item_id", "serial"), ("lot", "location_id"))
DELETE_POSITION = text("DELETE FROM serial_position WHERE item_id = :item_id AND serial = :serial")
UPSERT_TRACE = upsert_into("lot_trace", ("item_id", "lot"), ("introductions", "moves", "moved_at", "entered"))
UPSERT_LOT = insert_into(
    "lot",
    *("item_id", "code", "created_at", "expires_on", "introduced"),
    then="ON CONFLICT (item_id, code) DO UPDATE SET introduced = excluded.introduced,"
    " expires_on = excluded.expires_on",
)
