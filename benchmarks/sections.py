"""The sections of the bench: what measures each, in which kind of place, and for how long at most."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from benchmarks import bootstrap, feed, live, office, push, week, wire
from benchmarks.places import Place
from benchmarks.table import Line


@dataclass(frozen=True)
class Section:
    """What measures it; the first of its goals; whether it begins with the whole catalogue."""

    goal: str
    measure: Callable[[Place], list[Line]]
    filled: bool = False
    limit_s: int = 240
    """Seconds in each place, after which it counts as failed."""
    same: Mapping[str, str] = field(default_factory=dict)
    """The word for each column in which it is not measured, because the place cannot matter."""


SECTIONS = {
    "feed": Section("G4", feed.measure, same={"two": "as beside: its writers are two processes"}),
    "push": Section("G5", push.measure),
    "wire": Section("G6", wire.measure, limit_s=120),
    "bootstrap": Section("G7", bootstrap.measure, filled=True),
    "week": Section("G10", week.measure, filled=True),
    "live": Section("G11", live.measure),
    "office": Section("G14", office.measure, filled=True, limit_s=420),
}
FILL_S = 300
"""Seconds that the whole catalogue may take."""
