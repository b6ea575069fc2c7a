"""Hundreds of seeds against the real application; and proof that the audit sees what it must see."""

from collections import Counter

import pytest

from tests.simulation.planted import BUGS, planted
from tests.simulation.run import chunks, play

SEEDS = 500
STEPS = 45
AT_LEAST, AT_MOST = 20, 80
"""Seeds of a portion on PostgreSQL: so many, and more only while something has not happened yet."""
SEEDS_A_BUG = 50

MUST_HAPPEN = (
    "act count",
    "act count_serials",
    "act find_unknown",
    "act spoil",
    "corrected before it came",
    "count told in cases",
    "counted anew",
    "fork",
    "move told in cases",
    "network crash after commit",
    "network crash before commit",
    "network database gone",
    "network deadlock",
    "network duplicate",
    "network late duplicate",
    "drained",
    "network disk full",
    "network locked",
    "network request lost",
    "network response lost",
    "network truncated",
    "new incarnation",
    "poison in mid-push",
    "posted by another factor",
    "released",
    "restored in another order",
    "trouble archive",
    "trouble change_factor",
    "trouble clone",
    "trouble correct_factor",
    "trouble cut_off",
    "trouble demote",
    "trouble disable",
    "trouble evict",
    "trouble hand_over",
    "trouble kill",
    "trouble log_out",
    "trouble lose_record",
    "trouble merge",
    "trouble mistake_factor",
    "trouble reboot",
    "trouble restore",
    "trouble roll_back",
    "trouble set_clock",
    "trouble steal",
    "trouble upgrade",
    "updated with a full queue",
    "void",
)
"""What every chunk of seeds must have lived through: a fault that never happens proves nothing."""


def missed(coverage: Counter[str]) -> list[str]:
    """What has not happened."""
    return [name for name in MUST_HAPPEN if not coverage[name]]


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("seeds", chunks(1, SEEDS), ids=lambda seeds: f"seeds-{seeds[0]}-to-{seeds[-1]}")
def test_the_book_ends_equal_to_the_shelf(seeds: range) -> None:
    violations, coverage = play(seeds, STEPS)
    assert violations == {}
    assert missed(coverage) == [], "a fault that did not happen"


@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize("first", [1, 101])
def test_the_book_ends_equal_to_the_shelf_on_postgresql(first: int) -> None:
    def is_enough(seeds: int, _broken: int, coverage: Counter[str]) -> bool:
        return seeds >= AT_LEAST and not missed(coverage)

    violations, coverage = play(range(first, first + AT_MOST), STEPS, is_enough=is_enough)
    assert violations == {}
    assert missed(coverage) == [], "a fault that did not happen"


def is_broken(_seeds: int, broken: int, _coverage: Counter[str]) -> bool:
    """One violation is enough."""
    return broken > 0


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("bug", BUGS)
def test_the_audit_catches_a_planted_bug(bug: str) -> None:
    with planted(bug) as told:
        violations, _ = play(range(1, SEEDS_A_BUG + 1), 2 * STEPS, told, is_enough=is_broken)
    assert violations, f"{SEEDS_A_BUG} seeds did not notice"
