"""Looking again: discrepancies that depend on how items are kept, after items were merged or put away."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from app.database.listed import listed
from app.stock.book.facts import cell_of
from app.stock.book.gather import read_items
from app.stock.book.open_findings import LookedAt, save_findings
from sync import discrepancy
from sync.discrepancy import Finding, Subject, survivor_of
from sync.movement import Cell, ItemFacts
from sync.settlement import Level

ITEM = ("item_id",)


def recheck(connection: Connection, item_ids: Sequence[int], now: int) -> list[tuple[str, str]]:
    """Open and close what merging, parting, archiving or restoring these items changed.

    Returns the changes to publish. The facts stay as they are: only how they are seen is different.
    """
    items, families = read_items(connection, set(item_ids))
    members = {*item_ids, *(member for family in families.values() for member in family)}
    keys = [(member,) for member in sorted(members)]
    findings: dict[Subject, Finding | None] = {}
    for row in listed(connection, ITEM, keys, STANDING):
        if row.kind == "negative" or not is_archived(items, row.item_id, row.effective_at):
            findings[row.kind, row.subject] = None
    levels = {cell_of(row): Level(row.quantity, row.named_at) for row in listed(connection, ITEM, keys, HELD)}
    findings |= {found.name: found for found in negatives(levels, items)}
    changed, _ = save_findings(connection, LookedAt(findings), now)
    return [("discrepancy", str(row)) for row in changed]


def is_archived(items: dict[int, ItemFacts], item: int, at: int) -> bool:
    """Whether an item was archived at a time."""
    archived_at = items[item].archived_at if item in items else None
    return archived_at is not None and archived_at <= at


def negatives(levels: dict[Cell, Level], items: dict[int, ItemFacts]) -> Iterable[Finding]:
    """Shelves below zero, seen over an item and all that was merged into it."""
    totals: dict[Cell, int] = defaultdict(int)
    times: dict[Cell, int] = defaultdict(int)
    for cell, level in levels.items():
        seen_as = cell._replace(item=survivor_of(cell.item, items))
        totals[seen_as] += level.quantity
        times[seen_as] = max(times[seen_as], level.named_at)
    return [discrepancy.negative(cell, total, times[cell]) for cell, total in totals.items() if total < 0]


STANDING = """
SELECT d.kind, d.subject, d.item_id, d.effective_at FROM {wanted} CROSS JOIN discrepancy d
WHERE d.item_id = wanted.item_id AND d.closed_at IS NULL AND d.kind IN ('negative', 'archived_moved')"""
HELD = """
SELECT s.item_id, s.lot, s.location_id, s.quantity, s.named_at FROM {wanted} CROSS JOIN stock_level s
WHERE s.item_id = wanted.item_id"""
