"""What a person must look at: its kinds, its subjects, and what each of them tells."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from sync.movement import UNIDENTIFIED, VIRTUAL, Cell, Count, ItemFacts, Leg, Move, Operation, Void
from sync.pack import told_otherwise

BY_PEOPLE = ("lost_ops",)
"""Opened by a decision of people (a device was lost), not by what facts say."""

KINDS = (
    "negative",
    "variance",
    "count_ambiguous",
    "serial_teleport",
    "serial_conflict",
    "unknown_lot",
    "unknown_code",
    "archived_moved",
    "factor_changed",
    "unauthorised",
    "lost_operations",
    *BY_PEOPLE,
)

Subject: TypeAlias = tuple[str, str]
"""Kind and subject: what names a discrepancy, the same for the same state of the book."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One discrepancy as the book shows it. Quantity in millionths, time in milliseconds."""

    kind: str
    subject: str
    effective_at: int
    item: int | None = None
    lot: str = ""
    serial: str = ""
    location: int | None = None
    quantity: int = 0
    operation: str | None = None
    other: str | None = None

    @property
    def name(self) -> Subject:
        """What tells it from all others."""
        return (self.kind, self.subject)


def survivor_of(item: int, items: Mapping[int, ItemFacts]) -> int:
    """The item as which people see this one: the end of its chain of mergers."""
    seen = {item}
    while (facts := items.get(item)) and facts.survivor is not None and facts.survivor not in seen:
        item = facts.survivor
        seen.add(item)
    return item


def negative(cell: Cell, total: int, effective_at: int) -> Finding:
    """A balance below zero, over the survivor that ``cell`` names and all that was merged into it."""
    subject = f"{cell.item}|{cell.lot}|{cell.location}"
    return Finding(
        "negative", subject, effective_at, cell.item, cell.lot, location=cell.location, quantity=total
    )


def variance(operation: str, effective_at: int, cell: Cell, adjustment: int) -> Finding:
    """A count that found another quantity, or other serials, than the book had."""
    return Finding(
        "variance",
        operation,
        effective_at,
        cell.item,
        cell.lot,
        location=cell.location,
        quantity=adjustment,
        operation=operation,
    )


def ambiguous(count: str, other: str, effective_at: int, cell: Cell, quantity: int) -> Finding:
    """A count and another device's movement too close in time to say which came first."""
    return Finding(
        "count_ambiguous",
        f"{count}|{other}",
        effective_at,
        cell.item,
        cell.lot,
        location=cell.location,
        quantity=quantity,
        operation=count,
        other=other,
    )


def astray(kind: str, operation: str, effective_at: int, leg: Leg, place: int) -> Finding:
    """A serial that was not where the operation found it; ``place`` is where a person would look."""
    return Finding(
        kind,
        f"{operation}|{leg.serial}",
        effective_at,
        leg.item,
        leg.lot,
        leg.serial,
        place,
        leg.quantity,
        operation,
    )


def unknown_lot(item: int, lot: str, effective_at: int) -> Finding:
    """A lot that was moved though it never came in; the time is that of its latest movement."""
    return Finding("unknown_lot", f"{item}|{lot}", effective_at, item, lot)


def place_of(body: Move | Count) -> int:
    """Where a person would go to look."""
    if isinstance(body, Count):
        return body.location
    return body.destination if body.origin in VIRTUAL else body.origin


def of_operation(operation: Operation, items: Mapping[int, ItemFacts]) -> Iterator[Finding]:
    """What an operation shows by itself, whatever stands around it."""
    if isinstance(operation.body, Void):
        yield about("lost_operations", operation)
        return
    if not operation.permitted:
        yield about("unauthorised", operation)
    if not isinstance(operation.body, Move | Count):
        return
    if operation.body.item == UNIDENTIFIED and operation.body.quantity:
        yield about("unknown_code", operation)
    facts = items.get(operation.body.item)
    if facts and facts.archived_at is not None and facts.archived_at <= operation.effective_at:
        yield about("archived_moved", operation)
    if by := told_otherwise(operation.body):
        yield replace(about("factor_changed", operation), quantity=by)


def about(kind: str, operation: Operation) -> Finding:
    """A finding whose subject is the operation itself."""
    body = operation.body
    if not isinstance(body, Move | Count):
        return Finding(kind, operation.id, operation.effective_at, operation=operation.id)
    return Finding(
        kind,
        operation.id,
        operation.effective_at,
        body.item,
        body.lot,
        location=place_of(body),
        quantity=body.quantity,
        operation=operation.id,
    )
