"""The zone of the house's clock, where the office decided on one: what people are told times in."""

import functools
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, available_timezones

from flask import g, has_request_context

ZONE = "house_zone"
"""Where a request keeps the zone that the office decided on."""
OWN = "auto"
"""Each reader's own."""
PLACES = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@functools.cache
def zones() -> tuple[str, ...]:
    """The zones that can be chosen, by place, and UTC (https://www.iana.org/time-zones)."""
    return ("UTC", *sorted(name for name in available_timezones() if name.partition("/")[0] in PLACES))


@functools.cache
def zone_named(name: str) -> ZoneInfo | None:
    """The zone; None for each reader's own, and for one that this machine does not know."""
    return ZoneInfo(name) if name in zones() else None


def decided_zone() -> ZoneInfo | None:
    """The zone that the office decided on; None where each reader has one of their own."""
    return zone_named(str(g.get(ZONE, OWN))) if has_request_context() else None


def house_zone_name() -> str:
    """The zone that this request shows times in; empty where it is each reader's own."""
    found = decided_zone()
    return found.key if found else ""


def house_zone() -> tzinfo:
    """The zone that this request writes times in: the house's, else UTC."""
    return decided_zone() or UTC


def day_start(day: datetime, west: int) -> int:
    """When a day begins, in milliseconds: by the house's clock, else by one so many minutes behind UTC."""
    zone = decided_zone()
    start = day.replace(tzinfo=zone) if zone else day.replace(tzinfo=UTC) + timedelta(minutes=west)
    return int(start.timestamp() * 1000)


def clock_at(moment: int, zone: str) -> datetime:
    """A moment in milliseconds by the clock of a zone; by the server's where it is none."""
    return datetime.fromtimestamp(moment / 1000, UTC).astimezone(zone_named(zone))


def house_day(moment: int) -> date:
    """The day of a moment in milliseconds by the house's clock, else by the server's."""
    return clock_at(moment, house_zone_name()).date()
