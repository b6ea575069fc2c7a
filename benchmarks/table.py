"""The table of results: a line a figure, a column for each place in which it was measured."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

COLUMNS = {
    "sqlite": "SQLite",
    "postgresql": "PostgreSQL",
    "two": "PostgreSQL, two instances",
}
"""The places, and what the table calls them."""
NOT_MEASURED = "not measured"
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class Line:
    """One measured figure: the goal it belongs to, what it is, the figure, the goal, the ratio to a floor."""

    goal: str
    what: str
    figure: str
    wanted: str
    ratio: str = ""
    column: str = ""

    @property
    def cell(self) -> str:
        """The figure, with its ratio where there is one (a bare number is a share of the floor), marked
        where it misses its goal."""
        of_floor = " of the floor" if self.ratio.replace(".", "").isdigit() else ""
        told = f"{self.figure} ({self.ratio}{of_floor})" if self.ratio else self.figure
        return f"{told} ✗" if self.misses else told

    @property
    def misses(self) -> bool:
        """Whether the figure (where the goal is a multiple: the ratio) is on the wrong side of its goal."""
        found = NUMBER.search(self.ratio if self.wanted.endswith("×") else self.figure)
        goal = NUMBER.search(self.wanted)
        if not goal or not found:
            return False
        value, limit = (float(one[0].replace(",", "")) for one in (found, goal))
        return value < limit if self.wanted.startswith("≥") else value > limit


def table(lines: Iterable[Line], columns: Sequence[str] = tuple(COLUMNS)) -> str:
    """The lines as a Markdown table with these columns, in the order of their goals."""
    rows: dict[tuple[str, str], dict[str, Line]] = {}
    for line in lines:
        rows.setdefault((line.goal, line.what), {})[line.column] = line
    found = sorted(rows.values(), key=lambda row: int(next(iter(row.values())).goal[1:]))
    return drawn([heads(columns), *(row_of(row, columns) for row in found)])


def heads(columns: Sequence[str]) -> list[str]:
    """The first row."""
    return ["#", "what", "goal", *(COLUMNS[name] for name in columns)]


def drawn(cells: list[list[str]]) -> str:
    """Cells as a Markdown table whose columns are even to the eye."""
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    rows = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in cells]
    return "\n".join([rows[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *rows[1:]])


def row_of(found: dict[str, Line], columns: Sequence[str]) -> list[str]:
    """One figure in every place. What has no goal tells of a fault, of which other places know nothing."""
    one = next(iter(found.values()))
    missing = NOT_MEASURED if one.wanted else "–"
    told = [found[name].cell if name in found else missing for name in columns]
    return [one.goal, one.what, one.wanted or "–", *told]


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which this share of all values lies."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * share))]
