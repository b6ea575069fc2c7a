"""What a person must say before an act is tried."""

import pytest

from app.stock.discrepancies.resolution import ACTS, DRAFTS, is_complete


@pytest.mark.parametrize(
    ("act", "typed", "complete"),
    [
        ("reverse", {}, True),
        ("adjust", {}, True),
        ("identify", {"lot": "L1"}, False),
        ("identify", {"item": "TEA"}, True),
        ("relabel", {"lot": ""}, False),
        ("relabel", {"lot": "L1"}, True),
        ("enter", {"item": "TEA"}, False),
        ("accept", {}, False),
    ],
)
def test_an_act_is_tried_once_it_has_what_it_asks_for(
    act: str, typed: dict[str, str], complete: bool
) -> None:
    assert is_complete(act, typed) is complete


def test_every_act_that_posts_is_one_of_the_acts() -> None:
    assert set(DRAFTS) == set(ACTS) - {"accept", "enter"}
