"""The facts: a quantity of an item goes from one location to another, or a person counts what is there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from sync.quantity import SCALE

SUPPLIER, CUSTOMER, SCRAP, ADJUSTMENT, TRANSIT = 1, 2, 3, 4, 5
VIRTUAL = frozenset((SUPPLIER, CUSTOMER, SCRAP, ADJUSTMENT, TRANSIT))
"""Reserved locations: places that are no shelf. Their balance may be anything."""

UNIDENTIFIED = 1
"""The reserved item under which goods with an unknown code stand."""

KINDS = ("move", "count", "reverse", "task", "void")
REASONS = ("receipt", "putaway", "transfer", "pick", "pack", "shipment", "return", "scrap")
TASK_STATES = ("claim", "start", "finish")

OrderKey: TypeAlias = tuple[int, str, int, int]
"""Effective time, device, epoch, sequence number: where a fact stands among all others."""


class Cell(NamedTuple):
    """What is counted as one: one lot of an item at one location."""

    item: int
    lot: str
    location: int

    def at(self, location: int) -> "Cell":
        """The same goods at another place."""
        return Cell(self.item, self.lot, location)


class Home(NamedTuple):
    """Where a serial was last seen, and as which lot."""

    lot: str
    location: int


@dataclass(frozen=True, slots=True)
class Leg:
    """A positive quantity, in millionths, goes from one location to another."""

    item: int
    lot: str
    serial: str
    origin: int
    destination: int
    quantity: int

    def changes(self) -> tuple[tuple[Cell, int], tuple[Cell, int]]:
        """What the leg does to the two cells it touches: together zero."""
        return (
            (Cell(self.item, self.lot, self.origin), -self.quantity),
            (Cell(self.item, self.lot, self.destination), self.quantity),
        )


@dataclass(frozen=True, slots=True)
class Packed:
    """What was captured in packs: how many, of which, and the factor that the device used; in millionths."""

    pack: int
    unit: str
    factor: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Move:
    """Goods went from one place to another."""

    item: int
    lot: str
    origin: int
    destination: int
    quantity: int
    serials: tuple[str, ...] = ()
    code: str = ""
    symbology: str = ""
    expires_on: str | None = None
    reason: str = ""
    packed: Packed | None = None

    def legs(self) -> Iterator[Leg]:
        """One leg, or one for each serial."""
        route = (self.origin, self.destination)
        if not self.serials:
            yield Leg(self.item, self.lot, "", *route, self.quantity)
        for serial in self.serials:
            yield Leg(self.item, self.lot, serial, *route, SCALE)

    def cells(self) -> tuple[Cell, Cell]:
        """The cell the goods left and the one they came to."""
        return Cell(self.item, self.lot, self.origin), Cell(self.item, self.lot, self.destination)


@dataclass(frozen=True, slots=True)
class Count:
    """What a person saw in one cell. With ``serials`` (None for none given) each of them was read."""

    item: int
    lot: str
    location: int
    quantity: int
    serials: tuple[str, ...] | None = None
    absent: tuple[str, ...] = ()
    code: str = ""
    reason: str = ""
    packed: Packed | None = None

    @property
    def cell(self) -> Cell:
        """The cell that was counted."""
        return Cell(self.item, self.lot, self.location)


@dataclass(frozen=True, slots=True)
class Reverse:
    """An earlier record was a mistake and never happened."""

    target: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A person took, began or finished a piece of work. It moves nothing."""

    task: str
    state: str


@dataclass(frozen=True, slots=True)
class Void:
    """The device lost what stood at this sequence number."""


Body: TypeAlias = Move | Count | Reverse | Task | Void


@dataclass(frozen=True, slots=True)
class Operation:
    """One immutable fact in its place in the order. Times are milliseconds."""

    id: str
    device: str
    epoch: int
    seq: int
    effective_at: int
    uncertainty_ms: int
    body: Body
    permitted: bool = True
    """Whether the captor's role allowed it when it happened."""

    @property
    def key(self) -> OrderKey:
        """Where it stands among all facts."""
        return (self.effective_at, self.device, self.epoch, self.seq)


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What the law asks of an item."""

    tracking: str = "none"
    archived_at: int | None = None
    survivor: int | None = None
    """The item it was merged into, followed to the end of the chain."""
