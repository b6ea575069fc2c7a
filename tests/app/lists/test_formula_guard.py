"""Exported cells: no formula gets out, every text comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lists.formula_guard import STARTERS, guarded, unguarded


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x", "'=1"]
)
def test_no_cell_that_a_spreadsheet_evaluates_is_written(cell: str) -> None:
    assert guarded(cell)[0] == "'"


@given(st.text() | st.builds("{}{}".format, st.sampled_from([*STARTERS, "'", "''"]), st.text()))
def test_every_text_survives_the_round_trip(text: str) -> None:
    assert unguarded(guarded(text)) == text


def test_plain_cells_are_left_alone() -> None:
    assert guarded("Assam tea, 250 g") == "Assam tea, 250 g"
    assert unguarded("'s-Hertogenbosch") == "'s-Hertogenbosch"
