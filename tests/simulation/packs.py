"""Packs as they truly are, and as the office has them written down: what a capture in cases must come to."""

from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from sync.quantity import SCALE, format_quantity, parse_quantity
from tests.simulation.durable import Wire
from tests.simulation.shelf import TENTH, Cell

UNIT = "case"
FACTORS = tuple(tenths * TENTH for tenths in (20, 25, 40, 50, 80, 100))
"""What a case may hold. Each divides tenths without rest: any count can be told in cases."""


class Entry(NamedTuple):
    """The office wrote down, at a time, what a case holds from a time on. Milliseconds and millionths."""

    entered_at: int
    since: int
    factor: int


class Capture(NamedTuple):
    """An operation that a phone captured in cases, and the cells that it speaks of."""

    operation: str
    at: int
    cells: tuple[Cell, ...]


@dataclass(eq=False)
class Case:
    """The one pack of an item."""

    id: int
    item: int
    truth: int
    """What one truly holds now."""
    entries: list[Entry] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)
    wrong_since: int | None = None
    """Since when the office has it written down wrongly; None where it is right."""

    def __post_init__(self) -> None:
        self.entries.append(Entry(0, 0, self.truth))

    @property
    def at_first(self) -> int:
        """What one held when the story began, and every phone knew it."""
        return self.entries[0].factor

    def written(self, at: int, known_at: int) -> int:
        """What one held at a time, by what the office had written down at another."""
        spans = {entry.since: entry.factor for entry in self.entries if entry.entered_at <= known_at}
        return spans[max(since for since in spans if since <= at)]

    def other(self, random: Random) -> int:
        """Another factor than the one that is written down."""
        return random.choice([factor for factor in FACTORS if factor != self.entries[-1].factor])

    def write(self, now: int, factor: int) -> None:
        """The office writes down what holds from now on."""
        self.entries.append(Entry(now, now, factor))

    def correct(self, now: int) -> list[Capture]:
        """The office puts right what it wrote down wrongly; what was captured meanwhile."""
        since = self.entries[-1].since
        self.entries.append(Entry(now, since, self.truth))
        self.wrong_since = None
        return [capture for capture in self.captures if capture.at >= since]

    def wire(self, quantity: int, factor: int) -> Wire:
        """So many millionths of the base unit as a phone tells them that believes in a factor."""
        packs = quantity * SCALE // self.truth
        told = packs * factor // SCALE
        pack = {
            "id": self.id,
            "unit": UNIT,
            "factor": format_quantity(factor),
            "quantity": format_quantity(packs),
        }
        return {"quantity": format_quantity(told), "pack": pack}

    def worth(self, packs: str, factor: int) -> int:
        """So many cases, as the wire tells them, in millionths of the base unit."""
        return parse_quantity(packs) * factor // SCALE


def in_whole_cases(quantity: int, case: Case) -> int:
    """As much of a quantity as fills cases."""
    return quantity - quantity % case.truth
