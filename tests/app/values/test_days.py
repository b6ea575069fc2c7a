"""A day in an address is one day or none."""

from datetime import UTC, datetime

import pytest

from app.values.days import day_of


def test_a_day_begins_at_midnight_utc() -> None:
    assert day_of("2026-11-28") == datetime(2026, 11, 28, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "today", "2026-02-30", "28.11.2026", "2026-11-28T10:00", "1970-01-01", "2201-01-01"]
)
def test_what_is_no_day_of_a_warehouse_is_none(text: str) -> None:
    assert day_of(text) is None
