"""The table of results."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One measured figure: the goal it belongs to, what it is, the figure, the goal, the ratio to a floor."""

    goal: str
    what: str
    figure: str
    wanted: str
    ratio: str = "–"
    database: str = ""


HEADS = Line("#", "what", "measured", "goal", "ratio to the floor", "database")


def table(lines: Iterable[Line]) -> str:
    """The lines as a Markdown table."""
    rows = [HEADS, *lines]
    cells = [[row.goal, row.database, row.what, row.figure, row.wanted, row.ratio] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    drawn = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in cells]
    return "\n".join([drawn[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *drawn[1:]])


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which this share of all values lies."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * share))]
