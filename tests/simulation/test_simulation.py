"""Hundreds of seeds against the real application; and proof that the audit sees what it must see."""

import pytest

from tests.simulation.planted import BUGS, planted
from tests.simulation.run import CHUNK, chunks, play

SEEDS = 500
STEPS = 45
SEEDS_A_BUG = 50
OFTEN_ENOUGH = 5

MUST_HAPPEN = (
    "act count",
    "act count_serials",
    "act find_unknown",
    "act spoil",
    "fork",
    "network crash after commit",
    "network crash before commit",
    "network duplicate",
    "network late duplicate",
    "network locked",
    "network request lost",
    "network response lost",
    "network truncated",
    "new incarnation",
    "trouble archive",
    "trouble clone",
    "trouble hand_over",
    "trouble kill",
    "trouble log_out",
    "trouble merge",
    "trouble restore",
    "trouble roll_back",
    "trouble set_clock",
    "trouble steal",
)
"""What the first 100 seeds must have lived through, each some times: a rare fault proves little."""


@pytest.mark.parametrize("seeds", chunks(1, SEEDS), ids=lambda seeds: f"seeds-{seeds[0]}-to-{seeds[-1]}")
def test_the_book_ends_equal_to_the_shelf(seeds: range) -> None:
    violations, _ = play(seeds, STEPS)
    assert violations == {}


def test_every_fault_really_happens() -> None:
    _, coverage = play(range(1, 4 * CHUNK + 1), STEPS)
    assert {name: coverage[name] for name in MUST_HAPPEN if coverage[name] < OFTEN_ENOUGH} == {}


@pytest.mark.parametrize("bug", BUGS)
def test_the_audit_catches_a_planted_bug(bug: str) -> None:
    with planted(bug) as told:
        for first in range(1, SEEDS_A_BUG + 1, 5):
            violations, _ = play(range(first, first + 5), 2 * STEPS, told)
            if violations:
                return
    pytest.fail(f"{SEEDS_A_BUG} seeds did not notice: {bug}")
