"""What a batch of operations touches: what it names, which cells, and from which time on."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sync.clock import UNCERTAINTY_MAX_MS
from sync.movement import Cell, Count, Move, Operation
from sync.settlement import Serial

CELL = ("item_id", "lot", "location_id")
TIMED_CELL = (*CELL, "since")
SERIAL = ("item_id", "serial")


@dataclass(slots=True)
class Touched:
    """What a batch names: bodies of new operations and of those it takes back."""

    bodies: list[tuple[Operation, Move | Count]] = field(default_factory=list)
    serials: set[Serial] = field(default_factory=set)
    since: dict[Cell, int] = field(default_factory=dict)
    """By cell, from which effective time on its counts matter."""

    def cell(self, cell: Cell, since: int) -> None:
        """A cell is touched from some time on."""
        self.since[cell] = min(since, self.since.get(cell, since))


def touched_by(operations: Iterable[Operation]) -> Touched:
    """What operations name, with the cells and from when on."""
    touched = Touched()
    for operation in operations:
        body = operation.body
        if not isinstance(body, Move | Count):
            continue
        touched.bodies.append((operation, body))
        since = window_start(operation)
        for cell in body.cells() if isinstance(body, Move) else (body.cell,):
            touched.cell(cell, since)
        touched.serials.update((body.item, serial) for serial in body.serials or ())
    return touched


def window_start(operation: Operation) -> int:
    """How far back another fact may stand and still be confused with this one."""
    return operation.effective_at - operation.uncertainty_ms - UNCERTAINTY_MAX_MS
