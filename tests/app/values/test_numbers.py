"""Numbers that somebody typed or sent: one that no database counts names nothing, and breaks nothing."""

from collections.abc import Callable

import pytest

from app.values.numbers import bounded_number, whole_number
from tests.app.visitor import Visitor

HUGE = ("9" * 20, "9" * 5000, "٣" * 3)


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("42", 42), ("9" * 15, 10**15 - 1)])
def test_digits_are_a_number(text: str, number: int) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize("text", ["", "-1", "1.5", " 1", "1 ", "x", *HUGE])
def test_everything_else_is_none(text: str) -> None:
    assert whole_number(text) is None


@pytest.mark.parametrize(
    ("text", "number"), [("3", 3), ("6", 6), ("2", None), ("7", None), ("+4", None), ("", None)]
)
def test_a_number_within_bounds_is_one_and_others_are_none(text: str, number: int | None) -> None:
    assert bounded_number(text, 3, 6) == number


@pytest.mark.parametrize("typed", HUGE)
def test_no_page_breaks_at_a_number_without_end(
    signed_in: Callable[[str], Visitor], staff: dict[str, int], typed: str
) -> None:
    browser = signed_in("administrator")
    sites = browser.post(f"/people/{staff['viewer']}/sites", data={"reach": "some", "sites": typed})
    chosen = browser.post("/discrepancies/acceptance", data={"chosen": typed, "note": "seen"})
    named = browser.get("/stock/adjust", query_string={"item": typed, "location": typed})
    verified = browser.get("/verify", query_string={"item_id": typed, "location_id": typed})
    edited = browser.patch("/api/items/1", json={"name": "Tea"}, headers={"If-Match": f'"{typed}"'})
    addressed = browser.get(f"/items/{typed}")
    assert addressed.status_code == 404
    statuses = [answer.status_code for answer in (sites, chosen, named, verified, edited)]
    assert max(statuses) < 500, statuses
