"""A batch of new operations on its way into the slice of the book that it touches."""

from collections import defaultdict
from dataclasses import replace

from sync.count import Cause, Change, CountPoint, reckon
from sync.movement import ADJUSTMENT, VIRTUAL, Cell, Count, Leg, Move, Operation, OrderKey, Reverse
from sync.sentence import NOTHING, Sentence, said
from sync.serial import Chain, Roll, Sighting, Step, Vector, Walk, chain, difference, vector_of, ways
from sync.settlement import Decision, Entry, Ledger, Level, Serial, Settlement, Target

NO_LEVEL = Level()


class Batch:
    """A batch being settled."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.settlement = Settlement()
        self.virtual = VIRTUAL | {place for place, virtual in ledger.locations.items() if virtual}
        self.posted: list[Operation] = []
        self.new: set[str] = set()
        """The ids of those posted."""
        self.kept: list[Operation] = []
        """Posted, and not taken back."""
        self.causes: dict[Cell, Cause] = defaultdict(Cause)
        self.touched_by: dict[Cell, str] = {}
        """The last operation of the batch that changed a cell."""
        self.serial_causes: dict[Serial, str] = {}
        self.chains: dict[Serial, Chain] = {}
        self.adjusted_serials: dict[str, int] = defaultdict(int)
        """By count: how many more serials it adjusts than before."""

    def admit(self, operation: Operation) -> None:
        """Decide whether an operation can be posted."""
        reason, message = objection(operation, self.ledger)
        self.settlement.decisions.append(Decision(operation, reason, message))
        if not reason:
            self.posted.append(operation)
            self.new.add(operation.id)

    def take_back(self) -> None:
        """Find out which operations never happened: of this batch, and of those that stand already."""
        here = {operation.id: operation for operation in self.posted}
        takers = dict(self.ledger.waiting)
        for operation in self.posted:
            if isinstance(operation.body, Reverse):
                takers.setdefault(operation.body.target, operation.id)
        for target, taker in takers.items():
            if target in here:
                self.drop(here[target], taker)
            elif found := self.ledger.targets.get(target):
                self.undo(found, taker)
        self.kept = [fact for fact in self.posted if fact.id not in self.settlement.reversals]

    def drop(self, operation: Operation, taker: str) -> None:
        """An operation of this batch was taken back before it was posted."""
        if not isinstance(operation.body, Reverse):
            self.settlement.reversals[operation.id] = taker

    def undo(self, target: Target, taker: str) -> None:
        """An operation that stands is taken back, at its own place in the order; its serials follow later."""
        operation = target.operation
        if target.reversed or isinstance(operation.body, Reverse):
            return
        self.settlement.reversals[operation.id] = taker
        self.settlement.undone.add(operation.id)
        if isinstance(operation.body, Move | Count):
            item = operation.body.item
            back = difference({}, vector_of(target.legs))
            for leg in ways(item, "", back):
                self.write(Entry(operation.id, taker, "reversal", operation.effective_at, leg), operation.key)

    def post(self) -> None:
        """Write the facts of the batch; legs of serials wait for their chains."""
        for operation in self.posted:
            self.name(operation)
        for operation in self.kept:
            body = operation.body
            if isinstance(body, Move):
                self.post_move(operation, body)
            elif isinstance(body, Count):
                self.post_count(operation, body)

    def name(self, operation: Operation) -> None:
        """Note which cells an operation speaks of, whether it stands or not."""
        body = operation.body
        cells = body.cells() if isinstance(body, Move) else (body.cell,) if isinstance(body, Count) else ()
        for cell in cells:
            if cell.location not in self.virtual:
                level = self.level(cell)
                named_at = max(level.named_at, operation.effective_at)
                self.settlement.levels[cell] = Level(level.quantity, named_at)
                self.touched_by[cell] = operation.id

    def level(self, cell: Cell) -> Level:
        """The level of a cell as far as it is known by now."""
        known = self.settlement.levels.get(cell)
        return known if known is not None else self.ledger.levels.get(cell, NO_LEVEL)

    def post_move(self, operation: Operation, body: Move) -> None:
        """Write the leg of a movement, or note where its serials were seen."""
        for serial in body.serials:
            route = (body.lot, body.origin, body.destination)
            self.see((body.item, serial), Sighting(operation.id, operation.key, *route))
        if not body.serials:
            leg = Leg(body.item, body.lot, "", body.origin, body.destination, body.quantity)
            self.write(Entry(operation.id, None, "fact", operation.effective_at, leg), operation.key)

    def post_count(self, operation: Operation, body: Count) -> None:
        """Note a new reset point and the serials that were read."""
        for serial in body.serials or ():
            sighting = Sighting(operation.id, operation.key, body.lot, None, body.location)
            self.see((body.item, serial), sighting)
        point = CountPoint(
            operation.id,
            operation.key,
            operation.uncertainty_ms,
            body.cell,
            body.quantity,
            body.serials is not None,
        )
        self.causes[body.cell].new.append((point, self.before(point)))

    def before(self, point: CountPoint) -> int:
        """What the book as it stood held just before a new count."""
        later = self.ledger.later.get(point.cell, ())
        after = sum(change.quantity for change in later if change.key > point.key)
        return self.ledger.levels.get(point.cell, NO_LEVEL).quantity - after

    def see(self, serial: Serial, sighting: Sighting) -> None:
        """A new fact names a serial."""
        self.settlement.sightings.setdefault(serial, []).append(sighting)
        self.serial_causes[serial] = sighting.operation

    def write(self, entry: Entry, key: OrderKey) -> None:
        """Write a leg and tell the cells that it touches."""
        self.settlement.entries.append(entry)
        for cell, quantity in entry.leg.changes():
            if cell.location not in self.virtual:
                self.causes[cell].changes.append(Change(key, quantity))
                self.touched_by[cell] = entry.cause or entry.operation

    def follow_serials(self) -> None:
        """Work out the chains of all serials concerned, and write what differs from the book."""
        for serial in {**self.ledger.sightings, **self.settlement.sightings}:
            self.follow(serial)

    def follow(self, serial: Serial) -> None:
        """One serial: its chain as it is now, against the ways that stand in the book."""
        undone = self.settlement.undone
        known = [seen for seen in self.ledger.sightings.get(serial, ()) if seen.operation not in undone]
        sightings = [*known, *self.settlement.sightings.get(serial, ())]
        walk = Walk(*serial, self.virtual)
        found = chain(walk, sightings, self.rolls(serial[0]))
        self.chains[serial] = found
        self.settlement.homes[serial] = found.home
        stored: dict[str, list[Leg]] = defaultdict(list)
        keys = {}
        for entry in self.ledger.serial_entries.get(serial, ()):
            stored[entry.operation].append(entry.leg)
            keys[entry.operation] = entry.key
        for step in found.steps:
            self.take_step(serial, step, stored.pop(step.operation, []))
        for operation, legs in stored.items():
            self.take_step(serial, Step(operation, keys[operation]), legs)

    def rolls(self, item: int) -> list[Roll]:
        """The counts that read every serial of a cell, in the book and in the batch."""
        standing = [point for points in self.ledger.points.values() for point in points]
        new = [point for cause in self.causes.values() for point, _ in cause.new]
        return [
            Roll(point.operation, point.key, point.cell.lot, point.cell.location)
            for point in (*standing, *new)
            if point.enumerated and point.cell.item == item
            if point.operation not in self.settlement.undone
        ]

    def take_step(self, serial: Serial, step: Step, stored: list[Leg]) -> None:
        """Write what a fact does to a serial, or what it does otherwise than the book has it."""
        before, after = vector_of(stored), step.vector()
        if step.fact is None:
            turned = passes_adjustment(after) - passes_adjustment(before)
            self.adjusted_serials[step.operation] += turned
        if step.operation in self.new:
            self.write_step(step)
            return
        role = "reversal" if step.operation in self.settlement.undone else "correction"
        cause = self.settlement.reversals.get(step.operation) or self.serial_cause(serial)
        for leg in ways(*serial, difference(after, before)):
            self.write(Entry(step.operation, cause, role, step.key[0], leg), step.key)

    def write_step(self, step: Step) -> None:
        """Write the ways of a serial at a new fact."""
        role = "adjustment" if step.adjusted else "inferred"
        for leg in step.inferred:
            self.write(Entry(step.operation, None, role, step.key[0], leg), step.key)
        if step.fact:
            self.write(Entry(step.operation, None, "fact", step.key[0], step.fact), step.key)

    def serial_cause(self, serial: Serial) -> str:
        """The operation of the batch on whose account a serial's chain is looked at."""
        return self.serial_causes.get(serial) or self.posted[-1].id

    def reckon_cells(self) -> None:
        """Work out the counts and today's balance of every cell that changed."""
        for cell, cause in self.causes.items():
            points = [
                point
                for point in self.ledger.points.get(cell, ())
                if point.operation not in self.settlement.undone
            ]
            outcome = reckon(points, cause)
            level = self.level(cell)
            self.settlement.levels[cell] = Level(level.quantity + outcome.shift, level.named_at)
            self.settlement.points.update((point.operation, point) for point in outcome.points)
            for point, quantity in outcome.corrections:
                self.correct(point, quantity)
        self.count_adjusted_serials()

    def correct(self, point: CountPoint, quantity: int) -> None:
        """Write what a count takes from ADJUSTMENT, or gives to it."""
        if not quantity:
            return
        item, lot, location = point.cell
        route = (ADJUSTMENT, location) if quantity > 0 else (location, ADJUSTMENT)
        leg = Leg(item, lot, "", *route, abs(quantity))
        new = point.operation in self.new
        cause = None if new else self.touched_by[point.cell]
        role = "adjustment" if new else "correction"
        self.settlement.entries.append(Entry(point.operation, cause, role, point.key[0], leg))

    def count_adjusted_serials(self) -> None:
        """Note at each count how many serials it now finds without a home, or misses."""
        turned = {count: by for count, by in self.adjusted_serials.items() if by}
        if not turned:
            return
        standing = (point for points in self.ledger.points.values() for point in points)
        points = {point.operation: point for point in standing} | self.settlement.points
        for count, by in turned.items():
            if count in points and count not in self.settlement.undone:
                point = points[count]
                adjusted = replace(point, adjusted_serials=point.adjusted_serials + by)
                self.settlement.points[count] = adjusted


def passes_adjustment(vector: Vector) -> bool:
    """Whether a count found the serial without a home, or missed it, or found it as another lot."""
    return any(location == ADJUSTMENT for _, location in vector)


def objection(operation: Operation, ledger: Ledger) -> tuple[str, Sentence]:
    """Why an operation cannot be posted: reason and message, both empty where it can."""
    body = operation.body
    if not isinstance(body, Move | Count):
        return "", NOTHING
    if body.item not in ledger.items:
        return "unknown_item", said("no_item", number=body.item)
    places = (body.location,) if isinstance(body, Count) else (body.origin, body.destination)
    for place in places:
        if place not in ledger.locations:
            return "unknown_location", said("no_location", number=place)
    if isinstance(body, Count) and ledger.locations[body.location]:
        return "unknown_location", said("count_virtual")
    return "", NOTHING
