"""On hand over time as a line: steps backwards from what stands now, drawn without a script."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

WIDTH, HEIGHT = 720, 160
MARGIN = 6


class Step(NamedTuple):
    """From a time on (milliseconds) so much is on hand (millionths)."""

    at: int
    balance: int


@dataclass(frozen=True)
class Plot:
    """A step line in a box of ``WIDTH`` by ``HEIGHT``, with what its edges mean."""

    line: str
    area: str
    first_at: int
    last_at: int
    highest: int
    lowest: int
    zero: float
    """How far from the top the line of zero runs."""


def steps(changes: Iterable[tuple[int, int]], balance: int) -> list[Step]:
    """What was on hand after each change, the oldest first; ``balance`` is what stands after the last.

    ``changes`` are times and quantities in any order; those of one moment count as one.
    """
    by_time: dict[int, int] = {}
    for at, quantity in changes:
        by_time[at] = by_time.get(at, 0) + quantity
    found: list[Step] = []
    for at in sorted(by_time, reverse=True):
        found.append(Step(at, balance))
        balance -= by_time[at]
    return found[::-1]


def plot_of(points: Sequence[Step], now: int) -> Plot | None:
    """The line of these steps up to now; None where there is nothing to draw."""
    if len(points) < 2:
        return None
    highest = max(0, *(point.balance for point in points))
    lowest = min(0, *(point.balance for point in points))
    first, last = points[0].at, max(now, points[-1].at)

    def x(at: int) -> float:
        return round((at - first) / max(1, last - first) * WIDTH, 1)

    def y(balance: int) -> float:
        share = (highest - balance) / max(1, highest - lowest)
        return round(MARGIN + share * (HEIGHT - 2 * MARGIN), 1)

    line = f"M0 {y(points[0].balance)}"
    line += "".join(f"H{x(point.at)}V{y(point.balance)}" for point in points[1:])
    line += f"H{WIDTH}"
    return Plot(line, f"{line}V{y(0)}H0Z", first, last, highest, lowest, y(0))
