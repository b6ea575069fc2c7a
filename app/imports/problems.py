"""What is wrong with a table, row by row, and the row itself before anybody understands it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SHOWN = 80
"""Characters of a wrong cell that are shown."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a row. ``row`` counts as a spreadsheet does: the header is row 1."""

    row: int
    column: str
    value: str
    message: str
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of the file: its cells, or what keeps it from being cut into cells."""

    number: int
    cells: Sequence[str]
    problem: str = ""
    spoilt: Mapping[int, str] = field(default_factory=dict)
    """By column, from 0, why a cell does not hold any more what was typed."""
