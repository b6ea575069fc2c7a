"""The definition of the book: every fact in order, from zero. Slow, and obviously right.

``sync.reconcile`` computes the same a batch at a time; the tests and ``flask check`` compare the two.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sync import discrepancy
from sync.discrepancy import Finding, Subject
from sync.movement import ADJUSTMENT, VIRTUAL, Cell, Count, Home, ItemFacts, Leg, Move, Operation, Reverse
from sync.quantity import SCALE


@dataclass(frozen=True)
class Surroundings:
    """What the law asks beside the facts: items, lots entered by the office, places that are no shelf."""

    items: Mapping[int, ItemFacts] = field(default_factory=dict)
    entered: frozenset[tuple[int, str]] = frozenset()
    virtual: frozenset[int] = VIRTUAL


@dataclass
class State:
    """The book after all facts. Quantities in millionths."""

    balances: dict[Cell, int] = field(default_factory=lambda: defaultdict(int))
    adjustments: dict[str, int] = field(default_factory=dict)
    """By the id of each count that stands: counted minus what the book held just before."""
    homes: dict[tuple[int, str], Home] = field(default_factory=dict)
    open: dict[Subject, Finding] = field(default_factory=dict)

    def on_hand(self, virtual: frozenset[int] = VIRTUAL) -> dict[Cell, int]:
        """What lies on shelves: the balances of real locations that are not zero."""
        return {
            cell: quantity
            for cell, quantity in self.balances.items()
            if quantity and cell.location not in virtual
        }


def replay(operations: Iterable[Operation], surroundings: Surroundings | None = None) -> State:
    """The state of the book after these facts, whatever order they are given in."""
    around = surroundings or Surroundings()
    named = sorted({operation.id: operation for operation in operations}.values(), key=lambda fact: fact.key)
    dropped = reversed_among(named)
    replayed = Replay(State(), around)
    kept = [operation for operation in named if operation.id not in dropped]
    for operation in kept:
        replayed.post(operation)
    replayed.find_ambiguous(kept)
    replayed.find_unknown_lots(named, kept)
    replayed.find_negatives(named)
    return replayed.state


def reversed_among(operations: Iterable[Operation]) -> set[str]:
    """The ids of operations that were taken back. A reverse itself cannot be."""
    facts = list(operations)
    targets = {fact.body.target for fact in facts if isinstance(fact.body, Reverse)}
    return {fact.id for fact in facts if fact.id in targets and not isinstance(fact.body, Reverse)}


class Replay:
    """A book being replayed."""

    def __init__(self, state: State, around: Surroundings) -> None:
        self.state = state
        self.around = around

    def post(self, operation: Operation) -> None:
        """Apply the next fact."""
        for finding in discrepancy.of_operation(operation, self.around.items):
            self.note(finding)
        if isinstance(operation.body, Move):
            self.move(operation, operation.body)
        if isinstance(operation.body, Count):
            self.count(operation, operation.body)

    def note(self, finding: Finding) -> None:
        """Something is open."""
        self.state.open[finding.name] = finding

    def carry(self, item: int, lot: str, route: tuple[int, int], quantity: int) -> None:
        """Take a quantity from one location to another."""
        self.state.balances[Cell(item, lot, route[0])] -= quantity
        self.state.balances[Cell(item, lot, route[1])] += quantity

    def move(self, operation: Operation, body: Move) -> None:
        """Goods go from a place to another; each serial goes from where it was last seen."""
        for leg in body.legs():
            if leg.serial:
                self.expect(operation, leg)
                self.state.homes[leg.item, leg.serial] = Home(leg.lot, leg.destination)
            self.carry(leg.item, leg.lot, (leg.origin, leg.destination), leg.quantity)

    def expect(self, operation: Operation, leg: Leg) -> None:
        """Bring a serial to the place where the operation found it, and note that it was not there."""
        home = self.state.homes.get((leg.item, leg.serial))
        if home == Home(leg.lot, leg.origin):
            return
        if leg.origin not in self.around.virtual:
            self.fetch(leg.item, leg.serial, Home(leg.lot, leg.origin))
            self.stray("serial_teleport", operation, leg, leg.origin)
        elif home is not None:
            self.fetch(leg.item, leg.serial, Home(leg.lot, leg.origin))
            if home.location not in self.around.virtual:
                self.stray("serial_conflict", operation, leg, leg.destination)

    def stray(self, kind: str, operation: Operation, leg: Leg, place: int) -> None:
        """Note a serial that was not where the operation found it."""
        self.note(discrepancy.astray(kind, operation.id, operation.effective_at, leg, place))

    def fetch(self, item: int, serial: str, to: Home) -> None:
        """The inferred way of a serial from its home; another lot, or no home, goes through ADJUSTMENT."""
        home = self.state.homes.get((item, serial))
        if home and home.lot == to.lot:
            self.carry(item, to.lot, (home.location, to.location), SCALE)
        else:
            if home:
                self.carry(item, home.lot, (home.location, ADJUSTMENT), SCALE)
            self.carry(item, to.lot, (ADJUSTMENT, to.location), SCALE)
        self.state.homes[item, serial] = to

    def count(self, operation: Operation, body: Count) -> None:
        """Make the cell hold what was counted; each serial that was read is at home there, others are not."""
        before = self.state.balances[body.cell]
        fit = True
        if body.serials is not None:
            fit = self.count_serials(operation, body)
        rest = body.quantity - self.state.balances[body.cell]
        self.carry(body.item, body.lot, (ADJUSTMENT, body.location), rest)
        adjustment = body.quantity - before
        self.state.adjustments[operation.id] = adjustment
        if adjustment or not fit:
            self.note(discrepancy.variance(operation.id, operation.effective_at, body.cell, adjustment))

    def count_serials(self, operation: Operation, body: Count) -> bool:
        """Bring home what was read, send off what was not; False where either came from or to ADJUSTMENT."""
        here = Home(body.lot, body.location)
        seen = body.serials or ()
        at_home = [s for (item, s), home in self.state.homes.items() if item == body.item and home == here]
        missing = [serial for serial in at_home if serial not in seen]
        for serial in missing:
            self.fetch(body.item, serial, Home(body.lot, ADJUSTMENT))
        found = [self.find(operation, body, serial) for serial in seen]
        return not missing and all(found)

    def find(self, operation: Operation, body: Count, serial: str) -> bool:
        """Bring one serial to the cell where it was read; False where it came out of ADJUSTMENT."""
        here = Home(body.lot, body.location)
        home = self.state.homes.get((body.item, serial))
        if home == here:
            return True
        self.fetch(body.item, serial, here)
        if home is None or home.location == ADJUSTMENT:
            return False
        leg = Leg(body.item, body.lot, serial, body.location, body.location, SCALE)
        self.stray("serial_teleport", operation, leg, body.location)
        return home.lot == body.lot

    def find_ambiguous(self, kept: list[Operation]) -> None:
        """Counts and other devices' movements of the same cell, too close in time to tell their order."""
        by_cell: dict[Cell, list[Operation]] = defaultdict(list)
        for move in kept:
            if isinstance(move.body, Move):
                for cell in move.body.cells():
                    by_cell[cell].append(move)
        widest = max((fact.uncertainty_ms for fact in kept), default=0)
        for count in kept:
            if isinstance(count.body, Count):
                for move in within(
                    by_cell[count.body.cell], count.effective_at, count.uncertainty_ms + widest
                ):
                    self.compare(count, count.body, move)

    def compare(self, count: Operation, body: Count, move: Operation) -> None:
        """Note a movement that touches the counted cell within the sum of both uncertainties."""
        apart = abs(count.effective_at - move.effective_at)
        close = apart <= count.uncertainty_ms + move.uncertainty_ms
        assert isinstance(move.body, Move)
        if close and count.device != move.device:
            later = max(count.effective_at, move.effective_at)
            self.note(discrepancy.ambiguous(count.id, move.id, later, body.cell, move.body.quantity))

    def find_unknown_lots(self, named: list[Operation], kept: list[Operation]) -> None:
        """Lots that were moved between shelves but never came in, were counted or entered."""
        came_in = set(self.around.entered)
        moved: set[tuple[int, str]] = set()
        for fact in kept:
            if isinstance(fact.body, Count):
                came_in.add((fact.body.item, fact.body.lot))
            elif isinstance(fact.body, Move):
                entering = fact.body.origin in self.around.virtual
                (came_in if entering else moved).add((fact.body.item, fact.body.lot))
        for item, lot in moved - came_in:
            if lot and item in self.around.items and self.around.items[item].tracking == "lot":
                times = [
                    fact.effective_at
                    for fact in named
                    if isinstance(fact.body, Move) and (fact.body.item, fact.body.lot) == (item, lot)
                ]
                self.note(discrepancy.unknown_lot(item, lot, max(times)))

    def find_negatives(self, named: list[Operation]) -> None:
        """Shelves below zero, seen over an item and all that was merged into it."""
        totals: dict[Cell, int] = defaultdict(int)
        for cell, quantity in self.state.on_hand(self.around.virtual).items():
            totals[self.seen_as(cell)] += quantity
        times: dict[Cell, int] = defaultdict(int)
        for fact in named:
            for cell in cells_named(fact):
                times[self.seen_as(cell)] = max(times[self.seen_as(cell)], fact.effective_at)
        for cell, total in totals.items():
            if total < 0:
                self.note(discrepancy.negative(cell, total, times[cell]))

    def seen_as(self, cell: Cell) -> Cell:
        """The cell of the survivor."""
        return cell._replace(item=discrepancy.survivor_of(cell.item, self.around.items))


def within(moves: list[Operation], at: int, reach: int) -> list[Operation]:
    """Those of the moves, which are in order, that happened no further from a time than this."""
    first = bisect_left(moves, at - reach, key=lambda move: move.effective_at)
    last = bisect_right(moves, at + reach, key=lambda move: move.effective_at)
    return moves[first:last]


def cells_named(operation: Operation) -> tuple[Cell, ...]:
    """The cells that a fact speaks of."""
    if isinstance(operation.body, Move):
        return operation.body.cells()
    if isinstance(operation.body, Count):
        return (operation.body.cell,)
    return ()
