"""Counted against on hand: each count of a cell makes the book hold, at its place, what was counted."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sync.movement import Cell, OrderKey


@dataclass(frozen=True, slots=True)
class CountPoint:
    """A reset point of one cell, with the adjustment that it makes. Quantities in millionths."""

    operation: str
    key: OrderKey
    uncertainty_ms: int
    cell: Cell
    counted: int
    enumerated: bool = False
    """Whether the serials were read one by one."""
    adjustment: int = 0
    """Counted minus what the book held just before."""
    adjusted_serials: int = 0
    """How many serials it found without a home, or missed."""

    @property
    def varies(self) -> bool:
        """Whether the book did not expect what was counted."""
        return bool(self.adjustment or self.adjusted_serials)


class Change(NamedTuple):
    """The book's balance of a cell changes at one place in the order."""

    key: OrderKey
    quantity: int


@dataclass(frozen=True, slots=True)
class Cause:
    """What happens to the timeline of one cell: changes, and new counts with the old book before them."""

    changes: list[Change] = field(default_factory=list)
    new: list[tuple[CountPoint, int]] = field(default_factory=list)


@dataclass(slots=True)
class Outcome:
    """What follows: by how much the balance of today moves, points with a new adjustment, corrections."""

    shift: int = 0
    points: list[CountPoint] = field(default_factory=list)
    corrections: list[tuple[CountPoint, int]] = field(default_factory=list)
    """What each point takes from ADJUSTMENT (or, below zero, gives) beside the ways of serials."""


def reckon(points: Iterable[CountPoint], cause: Cause) -> Outcome:
    """Follow a cell from the first change on.

    A change reaches only the next count: that one is corrected by the opposite. ``points`` are the
    counts that stand already; changes at a count's own place belong to the count.
    """
    inner: dict[OrderKey, int] = {}
    for change in cause.changes:
        inner[change.key] = inner.get(change.key, 0) + change.quantity
    new = {point.key: (point, before) for point, before in cause.new}
    standing = {point.key: point for point in points}
    outcome = Outcome()
    for key in sorted({*inner, *new, *standing}):
        if key in new:
            open_point(outcome, *new[key], inner.get(key, 0))
        elif key in standing:
            correct_point(outcome, standing[key], inner.get(key, 0))
        else:
            outcome.shift += inner[key]
    return outcome


def open_point(outcome: Outcome, point: CountPoint, before: int, inner: int) -> None:
    """A new count: from here on the book holds what was counted instead of ``before``."""
    adjustment = point.counted - before - outcome.shift
    outcome.points.append(replace(point, adjustment=adjustment))
    outcome.corrections.append((point, adjustment - inner))
    outcome.shift += adjustment


def correct_point(outcome: Outcome, point: CountPoint, inner: int) -> None:
    """An earlier change ends here: the count's adjustment takes up what came before it."""
    if outcome.shift:
        outcome.points.append(replace(point, adjustment=point.adjustment - outcome.shift))
    if outcome.shift + inner:
        outcome.corrections.append((point, -outcome.shift - inner))
    outcome.shift = 0
