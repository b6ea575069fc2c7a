"""How much each section does: as much as the goals speak of, or so little that one sees that it works."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """What is pushed, connected, followed, stored and asked for."""

    batch: int = 500
    """Operations in one push."""
    batches: int = 12
    """Pushes of each client."""
    singles: int = 150
    """Pushes of one operation of each client."""
    opening: int = 500
    """Receipts in each of the two pushes with which a client begins."""
    wire_batches: int = 20
    sockets: int = 200
    hints: int = 60
    follow_s: int = 60
    foreign_s: int = 30
    items: int = 100_000
    rows: int = 140_000
    """Items and stock rows of the whole catalogue."""
    lookups: int = 200
    captures: int = 60
    away_operations: int = 2_000
    away_changes: int = 5_000
    """What a phone and the office do while the phone is away for a week."""
    turns: int = 40
    """Requests of each person in the office."""


WHOLE = Sizes()
QUICK = Sizes(
    batch=20,
    batches=2,
    singles=5,
    opening=20,
    wire_batches=2,
    sockets=12,
    hints=4,
    follow_s=3,
    foreign_s=2,
    items=5_000,
    rows=7_000,
    lookups=20,
    captures=5,
    away_operations=100,
    away_changes=200,
    turns=3,
)
"""Shows that everything runs to its end; the figures mean nothing."""
