"""The house's clock: which day it is there."""

from datetime import date

import pytest
from flask import Flask, g

from app.values.zones import ZONE, house_day

LATE_MS = 1_795_908_600_000
"""2026-11-28 23:30 by UTC."""


@pytest.mark.parametrize(
    ("zone", "day"), [("UTC", 28), ("Europe/Berlin", 29), ("America/New_York", 28), ("Pacific/Auckland", 29)]
)
def test_a_day_is_that_of_the_house_s_clock(zone: str, day: int) -> None:
    with Flask(__name__).test_request_context():
        setattr(g, ZONE, zone)
        assert house_day(LATE_MS) == date(2026, 11, day)
