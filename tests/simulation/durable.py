"""What survives when a simulated phone is killed, and how it is written down."""

import json
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.shelf import Cell

Wire = dict[str, Any]


@dataclass
class Durable:
    """What survives when the phone is killed."""

    epoch: int = 1
    next_seq: int = 1
    sid: str | None = None
    cursor: int = 0
    offset_ms: int = 0
    outbox: dict[int, Wire] = field(default_factory=dict)
    answered: list[int] = field(default_factory=list)
    journal: dict[int, Wire] = field(default_factory=dict)
    earlier: dict[int, list[Wire]] = field(default_factory=dict)
    earlier_due: bool = False
    base: dict[Cell, int] = field(default_factory=dict)
    factors: dict[int, int] = field(default_factory=dict)
    """What packs hold, as far as this phone was told of a change."""

    def copy(self) -> "Durable":
        """The same once more; operations themselves never change."""
        return Durable(**{name: copy(held) for name, held in vars(self).items()})


def frozen(durable: Durable) -> str:
    """The durable part as text."""
    entries = dict(vars(durable))
    entries["base"] = [[*cell, quantity] for cell, quantity in durable.base.items()]
    return json.dumps(entries)


def thawed(entries: Wire) -> Durable:
    """The durable part read back."""
    base = {(item, lot, location): quantity for item, lot, location, quantity in entries.pop("base")}
    numbered = {
        name: {int(seq): op for seq, op in entries.pop(name).items()}
        for name in ("outbox", "journal", "factors")
    }
    entries["earlier"] = {int(epoch): operations for epoch, operations in entries["earlier"].items()}
    return Durable(base=base, **numbered, **entries)
