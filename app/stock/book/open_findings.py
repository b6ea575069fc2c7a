"""Discrepancies in their table: opened, changed and closed as the book shows them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, insert, text

from app.database.listed import listed
from app.stock.discrepancies.models import Discrepancy
from sync.discrepancy import Finding, Subject

BY_FACTS = "facts"
"""Closed because the book does not show it any more."""
ACCEPTED = "accepted"
"""The beginning of ``resolution`` where a person looked at it and lets it be."""


@dataclass(frozen=True, slots=True)
class LookedAt:
    """Discrepancies that were looked at: what stands open or None, and what brought each to light."""

    findings: Mapping[Subject, Finding | None]
    causes: Mapping[Subject, str] = field(default_factory=dict)
    undone: Collection[str] = ()
    """Operations that never happened: all of theirs close."""


def save_findings(
    connection: Connection, looked_at: LookedAt, now: int
) -> tuple[list[int], dict[Subject, int]]:
    """Make the table agree with what was looked at.

    Returns the ids of changed rows, and of those just opened by their subject.
    """
    findings = looked_at.findings
    closed = close(connection, ids_of(connection, looked_at.undone), now)
    standing, accepted = known_rows(connection, findings)
    gone = [standing[name].id for name, finding in findings.items() if not finding and name in standing]
    changed = [
        change_of(standing[name].id, finding)
        for name, finding in findings.items()
        if finding and name in standing and differs(standing[name], finding)
    ]
    new = [
        finding
        for name, finding in findings.items()
        if finding and name not in standing and accepted.get(name) != finding.quantity
    ]
    closed += close(connection, gone, now)
    if changed:
        connection.execute(CHANGE, changed)
    opened = open_rows(connection, new, looked_at.causes, now)
    return [*closed, *(row["row"] for row in changed), *opened.values()], opened


def ids_of(connection: Connection, operations: Iterable[str]) -> list[int]:
    """The open discrepancies that name these operations."""
    rows = listed(connection, ("id",), [(name,) for name in operations], NAMING)
    return list(dict.fromkeys(row.id for row in rows))


def known_rows(
    connection: Connection, names: Iterable[Subject]
) -> tuple[dict[Subject, Any], dict[Subject, int]]:
    """The open row of each subject, and the quantity with which a person last accepted it."""
    standing: dict[Subject, Any] = {}
    accepted: dict[Subject, int] = {}
    for row in listed(connection, ("kind", "subject"), names, KNOWN):
        if row.closed_at is None:
            standing[row.kind, row.subject] = row
        elif row.closed_by != BY_FACTS and row.resolution.startswith(ACCEPTED):
            accepted[row.kind, row.subject] = row.quantity
    return standing, accepted


def differs(row: Any, finding: Finding) -> bool:
    """Whether what the book shows is not what stands written."""
    return (row.quantity, row.effective_at, row.location_id) != (
        finding.quantity,
        finding.effective_at,
        finding.location,
    )


def change_of(row: int, finding: Finding) -> dict[str, Any]:
    """The values of a discrepancy that changed its size, time or place."""
    return {
        "row": row,
        "quantity": finding.quantity,
        "effective_at": finding.effective_at,
        "location_id": finding.location,
    }


def close(connection: Connection, rows: list[int], now: int) -> list[int]:
    """Close what later facts explained."""
    if rows:
        connection.execute(CLOSE, [{"row": row, "now": now} for row in rows])
    return rows


def open_rows(
    connection: Connection, findings: list[Finding], causes: Mapping[Subject, str], now: int
) -> dict[Subject, int]:
    """Write new discrepancies; returns their ids by subject."""
    if not findings:
        return {}
    statement = insert(Discrepancy).returning(Discrepancy.id, sort_by_parameter_order=True)
    ids = connection.scalars(
        statement, [values_of(finding, causes.get(finding.name), now) for finding in findings]
    )
    return {finding.name: row for finding, row in zip(findings, ids, strict=True)}


def values_of(finding: Finding, cause: str | None, now: int) -> dict[str, Any]:
    """The columns of a new row."""
    return {
        "kind": finding.kind,
        "subject": finding.subject,
        "operation_id": finding.operation,
        "other_operation_id": finding.other,
        "cause_id": cause,
        "item_id": finding.item,
        "lot": finding.lot,
        "serial": finding.serial,
        "location_id": finding.location,
        "quantity": finding.quantity,
        "effective_at": finding.effective_at,
        "opened_at": now,
    }


KNOWN = """
SELECT d.* FROM {wanted} CROSS JOIN discrepancy d
WHERE d.kind = wanted.kind AND d.subject = wanted.subject ORDER BY d.id"""
NAMING = """
SELECT d.id FROM {wanted} CROSS JOIN discrepancy d WHERE d.operation_id = wanted.id AND d.closed_at IS NULL
UNION ALL
SELECT d.id FROM {wanted} CROSS JOIN discrepancy d
WHERE d.other_operation_id = wanted.id AND d.closed_at IS NULL"""
CHANGE = text(
    "UPDATE discrepancy SET quantity = :quantity, effective_at = :effective_at, location_id = :location_id"
    " WHERE id = :row"
)
CLOSE = text(f"UPDATE discrepancy SET closed_at = :now, closed_by = '{BY_FACTS}' WHERE id = :row")
