"""The states of a discrepancy: open while a missing fact may explain it, then firm, at last closed."""

from typing import Any

from sqlalchemy import ColumnElement

from app.stock.discrepancies.models import Discrepancy

STATES = ("standing", "open", "firm", "closed", "all")
"""``standing`` is whatever is not closed: open (a missing fact may still explain it) or firm."""


def state_of(closed_at: int | None, firm_at: int | None) -> str:
    """The state, by when it was closed and when it became firm: ``open``, ``firm`` or ``closed``."""
    if closed_at is not None:
        return "closed"
    return "open" if firm_at is None else "firm"


def state_of_row(row: Any) -> str:
    """The state of a discrepancy that was read."""
    return state_of(row.closed_at, row.firm_at)


def state_conditions(state: str) -> list[ColumnElement[bool]]:
    """The same in the database; ``standing`` is whatever is not closed."""
    closed_at, firm_at = Discrepancy.closed_at, Discrepancy.firm_at
    conditions: dict[str, list[ColumnElement[bool]]] = {
        "standing": [closed_at.is_(None)],
        "open": [closed_at.is_(None), firm_at.is_(None)],
        "firm": [closed_at.is_(None), firm_at.is_not(None)],
        "closed": [closed_at.is_not(None)],
    }
    return conditions.get(state, [])
