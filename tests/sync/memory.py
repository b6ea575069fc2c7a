"""A book in memory: gathers and saves like the real one, without a database."""

from collections import defaultdict

from sync.count import Change, CountPoint
from sync.discrepancy import Finding, Subject, survivor_of
from sync.ledger import State, Surroundings
from sync.movement import Cell, Home, Move, Operation, Reverse
from sync.reconcile import settle
from sync.settlement import (
    Entry,
    Ledger,
    Level,
    LotTrace,
    Neighbour,
    SerialEntry,
    Settlement,
    Target,
)


class MemoryBook:
    """Everything a book keeps, in dictionaries."""

    def __init__(self, around: Surroundings, locations: set[int]) -> None:
        self.around = around
        self.locations = dict.fromkeys(locations, False) | dict.fromkeys(around.virtual, True)
        self.operations: dict[str, Operation] = {}
        self.entries: list[Entry] = []
        self.levels: dict[Cell, Level] = {}
        self.points: dict[str, CountPoint] = {}
        self.sightings = defaultdict(list)
        self.homes: dict[tuple[int, str], Home] = {}
        self.traces = {name: LotTrace(entered=True) for name in around.entered}
        self.reversed: dict[str, str] = {}
        self.open: dict[Subject, Finding] = {}

    def push(self, operations: list[Operation]) -> Settlement:
        """Post those that are not known yet."""
        fresh = list({fact.id: fact for fact in operations if fact.id not in self.operations}.values())
        settlement = settle(fresh, self.gather(fresh))
        self.save(settlement)
        return settlement

    def gather(self, operations: list[Operation]) -> Ledger:
        """All of the book that could matter."""
        families = defaultdict(list)
        for item in self.around.items:
            families[survivor_of(item, self.around.items)].append(item)
        standing = [point for name, point in self.points.items() if name not in self.reversed]
        points = defaultdict(list)
        for point in standing:
            points[point.cell].append(point)
        ids = {fact.id for fact in operations}
        reverses = [fact for fact in self.operations.values() if isinstance(fact.body, Reverse)]
        return Ledger(
            items=self.around.items,
            families={root: tuple(members) for root, members in families.items()},
            locations=self.locations,
            levels=dict(self.levels),
            points=points,
            later=self.changes(),
            neighbours=self.neighbours(),
            targets=self.targets(operations),
            waiting={fact.body.target: fact.id for fact in reverses if fact.body.target in ids},
            traces=dict(self.traces),
            sightings={
                name: [seen for seen in found if seen.operation not in self.reversed]
                for name, found in self.sightings.items()
            },
            serial_entries=self.serial_entries(),
        )

    def changes(self) -> dict[Cell, list[Change]]:
        found = defaultdict(list)
        for entry in self.entries:
            for cell, quantity in entry.leg.changes():
                found[cell].append(Change(self.operations[entry.operation].key, quantity))
        return found

    def neighbours(self) -> dict[Cell, list[Neighbour]]:
        found = defaultdict(list)
        for fact in self.operations.values():
            if isinstance(fact.body, Move) and fact.id not in self.reversed:
                about = (fact.id, fact.device, fact.effective_at, fact.uncertainty_ms, fact.body.quantity)
                for cell in fact.body.cells():
                    found[cell].append(Neighbour(*about))
        return found

    def targets(self, operations: list[Operation]) -> dict[str, Target]:
        wanted = {fact.body.target for fact in operations if isinstance(fact.body, Reverse)}
        return {
            name: Target(
                self.operations[name],
                tuple(e.leg for e in self.entries if e.operation == name and not e.leg.serial),
                name in self.reversed,
            )
            for name in wanted
            if name in self.operations
        }

    def serial_entries(self) -> dict[tuple[int, str], list[SerialEntry]]:
        found = defaultdict(list)
        for entry in self.entries:
            if entry.leg.serial:
                key = self.operations[entry.operation].key
                found[entry.leg.item, entry.leg.serial].append(SerialEntry(entry.operation, key, entry.leg))
        return found

    def save(self, settlement: Settlement) -> None:
        """Keep what was settled."""
        posted = [decision.operation for decision in settlement.decisions if not decision.reason]
        self.operations |= {fact.id: fact for fact in posted}
        self.entries += settlement.entries
        self.levels |= settlement.levels
        self.points |= settlement.points
        for name, found in settlement.sightings.items():
            self.sightings[name] += found
        self.homes |= settlement.homes
        self.traces |= settlement.traces
        self.reversed |= settlement.reversals
        self.open = {
            name: finding
            for name, finding in self.open.items()
            if finding.operation not in settlement.undone and finding.other not in settlement.undone
        }
        for name, finding in settlement.findings.items():
            if finding is None:
                self.open.pop(name, None)
            else:
                self.open[name] = finding

    def state(self) -> State:
        """The book in the shape of a replay."""
        balances = defaultdict(int)
        for entry in self.entries:
            for cell, quantity in entry.leg.changes():
                balances[cell] += quantity
        return State(
            balances={cell: quantity for cell, quantity in balances.items() if quantity},
            adjustments={
                name: point.adjustment for name, point in self.points.items() if name not in self.reversed
            },
            homes={name: home for name, home in self.homes.items() if home},
            open=self.open,
        )

    def on_hand(self) -> dict[Cell, int]:
        """The stored levels that are not zero."""
        return {cell: level.quantity for cell, level in self.levels.items() if level.quantity}
