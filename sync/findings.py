"""Which discrepancies a batch opens and closes: all that it may have changed are looked at again."""

from collections.abc import Iterable

from sync import discrepancy
from sync.batch import Batch
from sync.count import CountPoint
from sync.discrepancy import Finding, Subject, survivor_of
from sync.movement import Cell, Count, Move, Operation
from sync.serial import Step
from sync.settlement import Level, LotName, LotTrace, Neighbour

NO_TRACE = LotTrace()
NO_LEVEL = Level()


def find(batch: Batch) -> None:
    """Look at everything that the batch may have changed. Run it last."""
    for operation in batch.kept:
        for finding in discrepancy.of_operation(operation, batch.ledger.items):
            note(batch, finding, operation.id)
    find_variances(batch)
    find_ambiguous(batch)
    find_astray(batch)
    trace_lots(batch)
    find_negatives(batch)


def note(batch: Batch, finding: Finding, cause: str) -> None:
    """It stands open."""
    batch.settlement.findings[finding.name] = finding
    batch.settlement.causes[finding.name] = cause


def clear(batch: Batch, kind: str, subject: str) -> None:
    """It is not open, or no longer."""
    batch.settlement.findings.setdefault((kind, subject), None)


def find_variances(batch: Batch) -> None:
    """Counts whose adjustment is new or another than before."""
    for point in batch.settlement.points.values():
        if not point.varies:
            clear(batch, "variance", point.operation)
            continue
        found = discrepancy.variance(point.operation, point.key[0], point.cell, point.adjustment)
        note(batch, found, point.operation if point.operation in batch.new else cause_at(batch, point.cell))


def cause_at(batch: Batch, cell: Cell) -> str:
    """The operation of the batch that touched a cell last."""
    return batch.touched_by.get(cell) or batch.posted[-1].id


def find_ambiguous(batch: Batch) -> None:
    """Counts and other devices' movements of one cell that are too near to tell their order."""
    counts = [fact for fact in batch.kept if isinstance(fact.body, Count)]
    moves = [fact for fact in batch.kept if isinstance(fact.body, Move)]
    by_cell: dict[Cell, list[Neighbour]] = {}
    for move in moves if counts else ():
        for cell in move.body.cells():  # type: ignore[union-attr]
            by_cell.setdefault(cell, []).append(neighbour(move))
    for count in counts:
        compare_count(batch, count, by_cell)
    for move in moves:
        compare_move(batch, move)


def neighbour(move: Operation) -> Neighbour:
    """A movement as counts see it."""
    assert isinstance(move.body, Move)
    return Neighbour(move.id, move.device, move.effective_at, move.uncertainty_ms, move.body.quantity)


def compare_count(batch: Batch, count: Operation, by_cell: dict[Cell, list[Neighbour]]) -> None:
    """A new count against the movements of its cell, in the book and in the batch."""
    assert isinstance(count.body, Count)
    cell = count.body.cell
    standing = batch.ledger.neighbours.get(cell, ())
    point = CountPoint(count.id, count.key, count.uncertainty_ms, cell, count.body.quantity)
    for other in (*standing, *by_cell.get(cell, ())):
        if other.operation not in batch.settlement.undone:
            compare(batch, point, other, count.id)


def compare_move(batch: Batch, move: Operation) -> None:
    """A new movement against the counts that stand in its two cells."""
    assert isinstance(move.body, Move)
    for cell in move.body.cells():
        for point in batch.ledger.points.get(cell, ()):
            if point.operation not in batch.settlement.undone:
                compare(batch, point, neighbour(move), move.id)


def compare(batch: Batch, point: CountPoint, other: Neighbour, cause: str) -> None:
    """Note a movement within the sum of both uncertainties of a count by another device."""
    at, device, _, _ = point.key
    if device == other.device or abs(at - other.effective_at) > point.uncertainty_ms + other.uncertainty_ms:
        return
    later = max(at, other.effective_at)
    note(
        batch,
        discrepancy.ambiguous(point.operation, other.operation, later, point.cell, other.quantity),
        cause,
    )


def find_astray(batch: Batch) -> None:
    """Serials that were not where a fact found them, along every chain that was followed."""
    for serial, chain in batch.chains.items():
        cause = batch.serial_cause(serial)
        for step in chain.steps:
            look_at_step(batch, serial, step, cause)


def look_at_step(batch: Batch, serial: tuple[int, str], step: Step, cause: str) -> None:
    """One serial at one fact."""
    subject = f"{step.operation}|{serial[1]}"
    for kind in ("serial_teleport", "serial_conflict"):
        if step.astray != kind:
            clear(batch, kind, subject)
            continue
        leg = step.fact or step.inferred[-1]
        place = leg.origin if step.fact and kind == "serial_teleport" else leg.destination
        found = discrepancy.astray(kind, step.operation, step.key[0], leg, place)
        note(batch, found, step.operation if step.operation in batch.new else cause)


def trace_lots(batch: Batch) -> None:
    """Lots that were moved without ever having come in."""
    undone = [batch.ledger.targets[target].operation for target in batch.settlement.undone]
    for operation in batch.posted:
        follow_lot(batch, operation, 1 if operation.id not in batch.settlement.reversals else 0)
    for operation in undone:
        follow_lot(batch, operation, -1)
    for name, trace in batch.settlement.traces.items():
        look_at_lot(batch, name, trace)


def follow_lot(batch: Batch, operation: Operation, by: int) -> None:
    """One more fact speaks of a lot, or one fewer, or one that was taken back before it came."""
    body = operation.body
    if not isinstance(body, Move | Count) or not body.lot:
        return
    name = (body.item, body.lot)
    old = batch.settlement.traces.get(name) or batch.ledger.traces.get(name, NO_TRACE)
    entering = isinstance(body, Count) or body.origin in batch.virtual
    moved_at = max(old.moved_at, operation.effective_at) if isinstance(body, Move) else old.moved_at
    dates = [day for day in (old.expires_on, getattr(body, "expires_on", None)) if day]
    batch.settlement.traces[name] = LotTrace(
        old.introductions + (by if entering else 0),
        old.moves + (0 if entering else by),
        moved_at,
        old.entered,
        min(dates, default=None),
    )


def look_at_lot(batch: Batch, name: LotName, trace: LotTrace) -> None:
    """Whether a lot is unknown."""
    facts = batch.ledger.items.get(name[0])
    if facts and facts.tracking == "lot" and trace.moves and not trace.introduced:
        found = discrepancy.unknown_lot(*name, trace.moved_at)
        note(batch, found, lot_cause(batch.posted, name))
    else:
        clear(batch, "unknown_lot", f"{name[0]}|{name[1]}")


def lot_cause(posted: Iterable[Operation], name: LotName) -> str:
    """The last operation that names a lot, or the last of all."""
    cause = ""
    for operation in posted:
        body = operation.body
        if not cause or (isinstance(body, Move | Count) and (body.item, body.lot) == name):
            cause = operation.id
    return cause


def find_negatives(batch: Batch) -> None:
    """Shelves below zero among those that changed, each seen with all items merged into one."""
    looked_at: set[Cell] = set()
    merged = {member for family in batch.ledger.families.values() for member in family}
    for cell, level in batch.settlement.levels.items():
        if cell.item not in merged:
            if level.quantity < 0 or batch.ledger.levels.get(cell, NO_LEVEL).quantity < 0:
                look_at_level(batch, cell, cell)
            continue
        seen_as = cell._replace(item=survivor_of(cell.item, batch.ledger.items))
        if seen_as not in looked_at:
            looked_at.add(seen_as)
            look_at_level(batch, seen_as, cell)


def look_at_level(batch: Batch, seen_as: Cell, touched: Cell) -> None:
    """Whether one shelf is below zero."""
    members = batch.ledger.families.get(seen_as.item, (seen_as.item,))
    cells = [seen_as._replace(item=member) for member in members]
    levels = [batch.level(cell) for cell in cells]
    total = sum(level.quantity for level in levels)
    if total < 0:
        named_at = max(level.named_at for level in levels)
        note(batch, discrepancy.negative(seen_as, total, named_at), cause_at(batch, touched))
    elif sum(batch.ledger.levels.get(cell, NO_LEVEL).quantity for cell in cells) < 0:
        clear(batch, *negative_subject(seen_as))


def negative_subject(cell: Cell) -> Subject:
    """What names a balance below zero."""
    return "negative", f"{cell.item}|{cell.lot}|{cell.location}"
