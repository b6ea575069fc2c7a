"""Filters as a list's address names them: numbers of goods and places, days by the reader's clock."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from app.values.days import day_of
from app.values.numbers import HIGHEST_ID, bounded_number
from app.values.zones import day_start

DAYS = ("since", "until")
MINUTES_IN_DAY = 24 * 60


def own_number(text: str) -> Sequence[str]:
    """The number itself, as the one choice of its filter, where it may be that of a row; else no choice."""
    return (text,) if bounded_number(text, 0, HIGHEST_ID) is not None else ()


def span_filters(asked: Mapping[str, str]) -> dict[str, Sequence[str]]:
    """The filters of a span of days: its first and its last day, and the distance of the reader's clock."""
    days = {name: (text,) if day_of(text := asked.get(name, "")) else () for name in DAYS}
    zone = asked.get("zone", "")
    return {**days, "zone": (zone,) if zone_of(zone) is not None else ()}


def zone_of(text: str) -> int | None:
    """The distance of the reader's clock from UTC, in minutes behind it; None for what is none."""
    minutes = bounded_number(text.removeprefix("-"), 0, MINUTES_IN_DAY)
    if minutes is None:
        return None
    return -minutes if text.startswith("-") else minutes


def span_of(filters: Mapping[str, str]) -> tuple[int | None, int | None]:
    """The days asked for, in the house's zone or else the reader's, as milliseconds: from, and before."""
    west = zone_of(filters.get("zone", "")) or 0
    since, until = (day_of(filters.get(name, "")) for name in DAYS)
    end = day_start(until + timedelta(days=1), west) if until else None
    return day_start(since, west) if since else None, end
