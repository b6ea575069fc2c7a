"""When a fact happened, by whatever clocks can be believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.clock import (
    OFFSET_MS,
    SESSION_MS,
    UNCERTAINTY_MAX_MS,
    UNMEASURED_MS,
    BadTime,
    Capture,
    Receipt,
    effective_time,
)

NOW = 1_795_370_000_000
MINUTE = 60_000
HOUR = 60 * MINUTE


def receipt(wall: int = NOW, mono: float = 5 * HOUR, boot: str = "b") -> Receipt:
    return Receipt(NOW, wall, mono, boot)


def test_within_one_page_session_the_monotonic_distance_counts() -> None:
    """Whatever the wall clock says: nobody can set the other one."""
    found = effective_time(Capture(at=NOW - 99 * HOUR, mono=4 * HOUR, boot="b"), receipt())
    assert (found.at, found.uncertainty_ms) == (NOW - HOUR, SESSION_MS)


def test_after_a_restart_the_wall_clock_and_its_offset_count() -> None:
    capture = Capture(at=NOW - HOUR - 2 * MINUTE, mono=4 * HOUR, boot="before", offset=2 * MINUTE)
    assert effective_time(capture, receipt()).at == NOW - HOUR
    assert effective_time(capture, receipt()).uncertainty_ms == OFFSET_MS


def test_a_clock_that_was_never_compared_is_believed_less() -> None:
    assert effective_time(Capture(at=NOW - HOUR), receipt()).uncertainty_ms == UNMEASURED_MS


def test_a_sleeping_phone_stops_its_monotonic_clock_and_the_wall_clock_tells() -> None:
    """Captured four hours ago by the wall; the page's own clock says ten minutes."""
    capture = Capture(at=NOW - 4 * HOUR, mono=5 * HOUR - 10 * MINUTE, boot="b", offset=0)
    assert effective_time(capture, receipt()).at == NOW - 4 * HOUR


def test_a_wall_clock_that_was_set_since_is_not_taken_for_sleep() -> None:
    capture = Capture(at=NOW - 4 * HOUR, mono=5 * HOUR - 10 * MINUTE, boot="b", offset=0)
    assert effective_time(capture, receipt(wall=NOW + HOUR)).at == NOW - 10 * MINUTE


def test_nothing_happens_after_it_came_in() -> None:
    found = effective_time(Capture(at=NOW + HOUR, offset=0), receipt())
    assert found.at == NOW
    assert found.uncertainty_ms == UNCERTAINTY_MAX_MS


def test_a_device_never_runs_backwards() -> None:
    found = effective_time(Capture(at=NOW - HOUR, offset=0), receipt(), previous=NOW - MINUTE)
    assert found.at == NOW - MINUTE


@pytest.mark.parametrize("at", [0, 86_400_000, 946_684_799_999, 4_102_444_800_000, -(2**53), 2**53 - 1])
def test_a_time_outside_the_century_is_not_believed(at: int) -> None:
    with pytest.raises(BadTime, match="2000"):
        effective_time(Capture(at=at), receipt())


def test_a_phone_in_1970_is_believed_when_its_offset_was_measured() -> None:
    assert effective_time(Capture(at=HOUR, offset=NOW - 2 * HOUR), receipt()).at == NOW - HOUR


def test_a_phone_in_1970_is_believed_within_its_session() -> None:
    assert effective_time(Capture(at=HOUR, mono=4 * HOUR, boot="b"), receipt()).at == NOW - HOUR


def test_a_monotonic_clock_from_the_future_is_not_used() -> None:
    assert effective_time(Capture(at=NOW - HOUR, mono=6 * HOUR, boot="b"), receipt()).at == NOW - HOUR


times = st.integers(-(2**53), 2**53)


@given(
    at=times,
    mono=st.none() | times,
    wall=times,
    offset=st.none() | times,
    previous=st.integers(0, NOW),
)
def test_every_time_ends_between_the_previous_one_and_receipt(
    at: int, mono: int | None, wall: int, offset: int | None, previous: int
) -> None:
    try:
        found = effective_time(Capture(at, mono, "b", offset), receipt(wall=wall), previous)
    except BadTime:
        return
    assert previous <= found.at <= NOW
    assert 0 < found.uncertainty_ms <= UNCERTAINTY_MAX_MS
