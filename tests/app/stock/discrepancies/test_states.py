"""The states of a discrepancy: a closed one is closed, however it stood before."""

import pytest

from app.stock.discrepancies.states import state_of


@pytest.mark.parametrize(
    ("closed_at", "firm_at", "state"),
    [(None, None, "open"), (None, 5, "firm"), (9, None, "closed"), (9, 5, "closed"), (0, 0, "closed")],
)
def test_a_discrepancy_is_open_then_firm_and_at_last_closed(
    closed_at: int | None, firm_at: int | None, state: str
) -> None:
    assert state_of(closed_at, firm_at) == state
