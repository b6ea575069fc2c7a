"""A column that SQLite looks up in no index: without statistics it takes the first index that fits.

PostgreSQL knows how often each value comes and decides for itself; an expression would make it guess.
"""

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class Unindexed(FunctionElement[Any]):
    """The value of a column."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(Unindexed, "sqlite")
def _with_sign(element: Unindexed, compiler: SQLCompiler, **named: Any) -> str:
    """The column with a plus before it (https://www.sqlite.org/optoverview.html, section 6.1)."""
    [column] = element.clauses
    return f"+{compiler.process(column, **named)}"


@compiles(Unindexed, "postgresql")
def _as_it_is(element: Unindexed, compiler: SQLCompiler, **named: Any) -> str:
    [column] = element.clauses
    return compiler.process(column, **named)
