"""What can be taken back: movements and counts, once."""

import pytest

from app.stock.office.reversal import stands


@pytest.mark.parametrize(
    ("kind", "reversed_by", "can"),
    [("move", None, True), ("count", None, True), ("move", "x", False), ("reverse", None, False)],
)
def test_a_movement_or_count_stands_until_it_is_taken_back(
    kind: str, reversed_by: str | None, can: bool
) -> None:
    assert stands(kind, reversed_by) is can
