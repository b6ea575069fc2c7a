"""Save: what was settled is written in a few statements for the whole batch."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, insert, text

from app.stock.incoming import Incoming
from app.stock.listed import listed
from app.stock.models import Movement, Operation, Quarantine, SerialSighting
from app.stock.open_findings import LookedAt, save_findings
from sync.count import CountPoint
from sync.discrepancy import Subject
from sync.movement import Cell, Count, Reverse
from sync.protocol import feed_key, stock_hash
from sync.settlement import Ledger, Level, LotTrace, Settlement

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
    save_operations(connection, posted, settlement, now)
    save_movements(connection, settlement, now)
    save_levels(connection, ledger, settlement, saved, now)
    save_points(connection, settlement)
    save_serials(connection, settlement, saved)
    save_lots(connection, ledger, settlement, saved, now)
    looked_at = LookedAt(settlement.findings, settlement.causes, settlement.undone)
    changed, saved.opened = save_findings(connection, looked_at, now)
    saved.causes = settlement.causes
    saved.changes += [("discrepancy", str(row)) for row in changed]
    return saved


def save_operations(
    connection: Connection, posted: Sequence[Incoming], settlement: Settlement, now: int
) -> None:
    """Write the operations; mark those that were taken back."""
    rows = [operation_row(entry, settlement.reversals, now) for entry in posted]
    if rows:
        connection.execute(insert(Operation), rows)
    taken = [{"target": name, "taker": settlement.reversals[name]} for name in settlement.undone]
    if taken:
        connection.execute(TAKE_BACK, taken)
        connection.execute(REVERSE_POINT, taken)


def operation_row(entry: Incoming, reversals: dict[str, str], now: int) -> dict[str, Any]:
    """The columns of an operation."""
    operation, captured = entry.operation, entry.captured
    assert operation is not None and captured is not None
    body = operation.body
    return {
        "id": operation.id,
        "device_id": operation.device,
        "epoch": operation.epoch,
        "seq": operation.seq,
        "version": captured.version,
        "kind": captured.kind,
        "actor_id": entry.actor,
        "occurred_at": captured.capture.at,
        "effective_at": operation.effective_at,
        "uncertainty_ms": operation.uncertainty_ms,
        "recorded_at": now,
        "target_id": body.target if isinstance(body, Reverse) else None,
        "line_kind": captured.line.kind if captured.line else None,
        "line_id": captured.line.id if captured.line else None,
        "permitted": operation.permitted,
        "reversed_by_id": reversals.get(operation.id),
        "status": "applied",
        "body": entry.raw.decode(),
        "digest": entry.digest,
    }


def save_movements(connection: Connection, settlement: Settlement, now: int) -> None:
    """Write the legs."""
    rows = [
        {
            "operation_id": entry.operation,
            "cause_id": entry.cause,
            "role": entry.role,
            "effective_at": entry.effective_at,
            "item_id": entry.leg.item,
            "lot": entry.leg.lot,
            "serial": entry.leg.serial,
            "from_id": entry.leg.origin,
            "to_id": entry.leg.destination,
            "quantity": entry.leg.quantity,
            "recorded_at": now,
        }
        for entry in settlement.entries
    ]
    if rows:
        connection.execute(insert(Movement), rows)


def save_levels(
    connection: Connection, ledger: Ledger, settlement: Settlement, saved: Saved, now: int
) -> None:
    """Write the levels in the order of their keys; tell the feed of those whose quantity changed."""
    rows = []
    for cell in sorted(settlement.levels):
        level, before = settlement.levels[cell], ledger.levels.get(cell)
        rows.append(level_row(cell, level, now))
        old = before.quantity if before else 0
        if level.quantity != old:
            saved.changes.append(("stock", feed_key(*cell)))
            saved.checksum_delta += stock_hash(*cell, level.quantity) - stock_hash(*cell, old)
    if rows:
        connection.execute(UPSERT_LEVEL, rows)


def level_row(cell: Cell, level: Level, now: int) -> dict[str, Any]:
    """The columns of a level."""
    return {
        "item_id": cell.item,
        "lot": cell.lot,
        "location_id": cell.location,
        "quantity": level.quantity,
        "named_at": level.named_at,
        "now": now,
    }


def save_points(connection: Connection, settlement: Settlement) -> None:
    """Write new counts, and the adjustments of those that were corrected."""
    rows = [point_row(point, settlement.reversals) for point in settlement.points.values()]
    rows += [point_row(point, settlement.reversals) for point in dropped_points(settlement)]
    if rows:
        connection.execute(UPSERT_POINT, rows)


def dropped_points(settlement: Settlement) -> Iterable[CountPoint]:
    """Counts that were taken back before they came: kept as such, with no adjustment."""
    for decision in settlement.decisions:
        operation = decision.operation
        if isinstance(operation.body, Count) and operation.id in settlement.reversals:
            body = operation.body
            about = (operation.id, operation.key, operation.uncertainty_ms, body.cell, body.quantity)
            yield CountPoint(*about, body.serials is not None)


def point_row(point: CountPoint, reversals: dict[str, str]) -> dict[str, Any]:
    """The columns of a count point."""
    effective_at, device, epoch, seq = point.key
    return {
        "operation_id": point.operation,
        "effective_at": effective_at,
        "device_id": device,
        "epoch": epoch,
        "seq": seq,
        "uncertainty_ms": point.uncertainty_ms,
        "item_id": point.cell.item,
        "lot": point.cell.lot,
        "location_id": point.cell.location,
        "counted": point.counted,
        "adjustment": point.adjustment,
        "enumerated": point.enumerated,
        "adjusted_serials": point.adjusted_serials,
        "reversed": point.operation in reversals,
    }


def save_serials(connection: Connection, settlement: Settlement, saved: Saved) -> None:
    """Write who was seen, and where each serial is at home now."""
    sightings = [
        {
            "operation_id": seen.operation,
            "item_id": item,
            "serial": serial,
            "lot": seen.lot,
            "from_id": seen.origin,
            "to_id": seen.destination,
        }
        for (item, serial), found in settlement.sightings.items()
        for seen in found
    ]
    if sightings:
        connection.execute(insert(SerialSighting), sightings)
    if settlement.homes:
        save_homes(connection, settlement, saved)


def save_homes(connection: Connection, settlement: Settlement, saved: Saved) -> None:
    """Write the homes that changed; a serial of which no fact is left has none."""
    rows = listed(connection, ("item_id", "serial"), settlement.homes, POSITIONS)
    before = {(row.item_id, row.serial): (row.lot, row.location_id) for row in rows}
    changed = {name: home for name, home in settlement.homes.items() if home != before.get(name)}
    saved.changes += [("serial", feed_key(*name)) for name in changed]
    named = [
        {"item_id": item, "serial": serial, "lot": home.lot, "location_id": home.location}
        for (item, serial), home in sorted(changed.items())
        if home
    ]
    gone = [{"item_id": item, "serial": serial} for (item, serial), home in changed.items() if not home]
    if named:
        connection.execute(UPSERT_POSITION, named)
    if gone:
        connection.execute(DELETE_POSITION, gone)


def save_lots(connection: Connection, ledger: Ledger, settlement: Settlement, saved: Saved, now: int) -> None:
    """Write what is known of the lots that facts named."""
    changed = {name: trace for name, trace in settlement.traces.items() if trace != ledger.traces.get(name)}
    if not changed:
        return
    connection.execute(UPSERT_TRACE, [trace_row(*name, trace) for name, trace in sorted(changed.items())])
    rows = [lot_row(*name, trace, now) for name, trace in sorted(changed.items())]
    connection.execute(UPSERT_LOT, rows)
    for name, trace in changed.items():
        before = ledger.traces.get(name)
        if not before or (before.introduced, before.expires_on) != (trace.introduced, trace.expires_on):
            saved.changes.append(("lot", feed_key(*name)))


def trace_row(item: int, lot: str, trace: LotTrace) -> dict[str, Any]:
    """The columns of a lot's trace."""
    return {
        "item_id": item,
        "lot": lot,
        "introductions": trace.introductions,
        "moves": trace.moves,
        "moved_at": trace.moved_at,
        "entered": trace.entered,
    }


def lot_row(item: int, lot: str, trace: LotTrace, now: int) -> dict[str, Any]:
    """The columns of a lot."""
    return {
        "item_id": item,
        "lot": lot,
        "expires_on": trace.expires_on,
        "introduced": trace.introduced,
        "now": now,
    }


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
            "message": entry.message[:255],
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
UPSERT_LEVEL = text(
    "INSERT INTO stock_level (item_id, lot, location_id, quantity, named_at, changed_at)"
    " VALUES (:item_id, :lot, :location_id, :quantity, :named_at, :now)"
    " ON CONFLICT (item_id, lot, location_id) DO UPDATE SET quantity = excluded.quantity,"
    " named_at = excluded.named_at, changed_at = excluded.changed_at"
)
_POINT = (
    "operation_id, effective_at, device_id, epoch, seq, uncertainty_ms, item_id, lot, location_id,"
    " counted, adjustment, enumerated, adjusted_serials, reversed"
)
UPSERT_POINT = text(
    f"INSERT INTO count_point ({_POINT}) VALUES (:{_POINT.replace(', ', ', :')})"
    " ON CONFLICT (operation_id) DO UPDATE SET adjustment = excluded.adjustment,"
    " adjusted_serials = excluded.adjusted_serials"
)
POSITIONS = """
SELECT p.* FROM {wanted} CROSS JOIN serial_position p
WHERE p.item_id = wanted.item_id AND p.serial = wanted.serial"""
UPSERT_POSITION = text(
    "INSERT INTO serial_position (item_id, serial, lot, location_id)"
    " VALUES (:item_id, :serial, :lot, :location_id)"
    " ON CONFLICT (item_id, serial) DO UPDATE SET lot = excluded.lot, location_id = excluded.location_id"
)
DELETE_POSITION = text("DELETE FROM serial_position WHERE item_id = :item_id AND serial = :serial")
UPSERT_TRACE = text(
    "INSERT INTO lot_trace (item_id, lot, introductions, moves, moved_at, entered)"
    " VALUES (:item_id, :lot, :introductions, :moves, :moved_at, :entered)"
    " ON CONFLICT (item_id, lot) DO UPDATE SET introductions = excluded.introductions,"
    " moves = excluded.moves, moved_at = excluded.moved_at, entered = excluded.entered"
)
UPSERT_LOT = text(
    "INSERT INTO lot (item_id, code, expires_on, introduced, created_at)"
    " VALUES (:item_id, :lot, :expires_on, :introduced, :now)"
    " ON CONFLICT (item_id, code) DO UPDATE SET introduced = excluded.introduced,"
    " expires_on = excluded.expires_on"
)
