"""What a part of a table would do, as a kind of table decides it row by row."""

from dataclasses import dataclass, field
from typing import Any

from app.imports.problems import SHOWN, Problem


@dataclass
class Plan:
    """What a part of a table would do. What stands in ``new`` and ``changes`` is the kind's own."""

    new: list[Any] = field(default_factory=list)
    changes: list[Any] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    """Their columns are fields; the machine puts in what the header calls them."""
    faulty: set[int] = field(default_factory=set)
    """Rows that are kept out."""

    def refuse(self, row: int, column: str, value: str, message: str) -> None:
        """Keep a row out and say why."""
        self.problems.append(Problem(row, column, value[:SHOWN], message))
        self.faulty.add(row)

    def doubt(self, row: int, column: str, value: str, message: str) -> None:
        """Say what looks wrong with a row that may come in all the same."""
        self.problems.append(Problem(row, column, value[:SHOWN], message, is_warning=True))
