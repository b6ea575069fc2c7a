"""What ``settle`` is given of the book, and what it gives back to be saved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from sync.count import Change, CountPoint
from sync.discrepancy import Finding, Subject
from sync.movement import Cell, Home, ItemFacts, Leg, Operation, OrderKey
from sync.sentence import NOTHING, Sentence
from sync.serial import Sighting

Serial: TypeAlias = tuple[int, str]
"""Item and serial."""
LotName: TypeAlias = tuple[int, str]
"""Item and lot."""


@dataclass(frozen=True, slots=True)
class Level:
    """On hand of one cell, and the effective time of the latest fact that names it."""

    quantity: int = 0
    named_at: int = 0


@dataclass(frozen=True, slots=True)
class LotTrace:
    """What facts say of a lot: how many brought it in, how many moved it, when one last did."""

    introductions: int = 0
    moves: int = 0
    moved_at: int = 0
    entered: bool = False
    """Whether the office entered it."""
    expires_on: str | None = None
    """The soonest expiry date that any fact named."""

    @property
    def introduced(self) -> bool:
        """Whether it ever came in."""
        return self.entered or self.introductions > 0


class SerialEntry(NamedTuple):
    """A way of one serial that stands in the book."""

    operation: str
    key: OrderKey
    leg: Leg


class Neighbour(NamedTuple):
    """A standing movement of a counted cell, near in time. Quantity in millionths."""

    operation: str
    device: str
    effective_at: int
    uncertainty_ms: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Target:
    """An operation that stands in the book and may be taken back, with its legs that name no serial."""

    operation: Operation
    legs: tuple[Leg, ...] = ()
    reversed: bool = False


@dataclass(slots=True)
class Ledger:
    """The slice of the book that a batch touches."""

    items: Mapping[int, ItemFacts] = field(default_factory=dict)
    families: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """By survivor: itself and all that was merged into it. Items that stand alone may be left out."""
    locations: Mapping[int, bool] = field(default_factory=dict)
    """Known locations; True for virtual ones."""
    levels: Mapping[Cell, Level] = field(default_factory=dict)
    """Of touched cells and their families' cells; left out where there is none."""
    points: Mapping[Cell, list[CountPoint]] = field(default_factory=dict)
    """Standing counts of touched cells: from the first touched place on, or a little more."""
    later: Mapping[Cell, list[Change]] = field(default_factory=dict)
    """Of cells that the batch counts: what the book holds after the first of these counts."""
    neighbours: Mapping[Cell, list[Neighbour]] = field(default_factory=dict)
    """Of cells that the batch counts: movements near enough to be confused."""
    targets: Mapping[str, Target] = field(default_factory=dict)
    """Operations in the book that the batch takes back."""
    waiting: Mapping[str, str] = field(default_factory=dict)
    """Operations of the batch that were taken back before they came, with the reverse that did it."""
    traces: Mapping[LotName, LotTrace] = field(default_factory=dict)
    sightings: Mapping[Serial, list[Sighting]] = field(default_factory=dict)
    """All standing facts of each serial that the batch names, takes back or may miss in a count."""
    serial_entries: Mapping[Serial, list[SerialEntry]] = field(default_factory=dict)
    """The ways of the same serials."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an operation was posted; with a reason it goes to quarantine."""

    operation: Operation
    reason: str = ""
    message: Sentence = NOTHING


@dataclass(frozen=True, slots=True)
class Entry:
    """A leg to be written, at its operation's place in the order."""

    operation: str
    cause: str | None
    """The operation whose arrival made it necessary, where that is another one."""
    role: str
    effective_at: int
    leg: Leg


@dataclass(slots=True)
class Settlement:
    """What is to be saved."""

    decisions: list[Decision] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    levels: dict[Cell, Level] = field(default_factory=dict)
    """New levels of real cells that were named or whose balance changed."""
    points: dict[str, CountPoint] = field(default_factory=dict)
    """New counts and those with another adjustment than before, by operation."""
    sightings: dict[Serial, list[Sighting]] = field(default_factory=dict)
    """New ones."""
    homes: dict[Serial, Home | None] = field(default_factory=dict)
    """Of every serial looked at; None where no fact is left."""
    traces: dict[LotName, LotTrace] = field(default_factory=dict)
    reversals: dict[str, str] = field(default_factory=dict)
    """Operations taken back now, with the reverse that did it."""
    undone: set[str] = field(default_factory=set)
    """Those among them that stood before: every discrepancy of theirs closes."""
    findings: dict[Subject, Finding | None] = field(default_factory=dict)
    """Every discrepancy looked at: what stands open, or None."""
    causes: dict[Subject, str] = field(default_factory=dict)
    """The operation of the batch that brought each to light."""
