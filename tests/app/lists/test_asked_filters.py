"""Filters of an address: numbers, and days by the reader's clock."""

import pytest

from app.lists.asked_filters import own_number, span_filters, span_of, zone_of

HOUR_MS = 3_600_000
MIDNIGHT_MS = 1_795_824_000_000
"""2026-11-28 by UTC."""


@pytest.mark.parametrize(
    ("text", "choices"),
    [("7", ("7",)), ("2147483647", ("2147483647",)), ("2147483648", ()), ("-1", ()), ("٧", ()), ("", ())],
)
def test_a_number_is_its_own_choice_where_a_row_can_have_it(text: str, choices: tuple[str, ...]) -> None:
    assert own_number(text) == choices


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("60", 60), ("-330", -330), ("0", 0), ("1440", 1440), ("1441", None), ("--5", None), ("", None)],
)
def test_a_clock_is_at_most_a_day_from_utc(text: str, minutes: int | None) -> None:
    assert zone_of(text) == minutes


def test_a_span_keeps_what_makes_sense() -> None:
    asked = {"since": "2026-11-28", "until": "tomorrow", "zone": "x", "other": "1"}
    assert span_filters(asked) == {"since": ("2026-11-28",), "until": (), "zone": ()}


@pytest.mark.parametrize(("zone", "hours"), [("", 0), ("-60", -1), ("300", 5)])
def test_a_span_begins_and_ends_with_days_of_the_reader(zone: str, hours: int) -> None:
    start, end = span_of({"since": "2026-11-28", "until": "2026-11-28", "zone": zone})
    assert (start, end) == (MIDNIGHT_MS + hours * HOUR_MS, MIDNIGHT_MS + (24 + hours) * HOUR_MS)
    assert span_of({}) == (None, None)
