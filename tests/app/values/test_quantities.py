"""Quantities as people write and read them."""

import pytest

from app.values.quantities import parsed_quantity, quantity
from app.values.text import BadText


def test_quantities_are_grouped_and_carry_their_unit() -> None:
    assert quantity(1_234_567_500_000) == '<span class="quantity">1,234,567.5</span>'
    assert quantity(-2_000_000, "<kg>") == (
        '<span class="quantity">\u22122 <span class="unit">&lt;kg&gt;</span></span>'
    )
    assert quantity(0) == '<span class="quantity">0</span>'


@pytest.mark.parametrize(
    ("typed", "millionths"),
    [("12", 12_000_000), ("2.5", 2_500_000), ("2,5", 2_500_000), ("1 000", 10**9), ("0", 0)],
)
def test_quantities_are_read_as_people_write_them(typed: str, millionths: int) -> None:
    assert parsed_quantity(typed) == millionths


@pytest.mark.parametrize("typed", ["1,500", "-1", "1e3", "x", "1.2.3", "10000000000", "0.0000001"])
def test_quantities_that_mean_two_things_or_none_are_refused(typed: str) -> None:
    with pytest.raises(BadText):
        parsed_quantity(typed)
