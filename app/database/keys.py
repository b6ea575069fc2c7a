"""Rows by many keys: in one parameter, or in parts that fit one statement.

Written out one by one, 500 whole numbers take longer to say than to find.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Boolean, ColumnElement, Dialect, Integer, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

Key = TypeVar("Key")

CHUNK = 500
"""Keys in one statement: far below the variables a statement may hold."""


class KeyList(TypeDecorator[Sequence[int]]):
    """Whole numbers as one value: an array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The database's own type."""
        kind: TypeEngine[Any] = ARRAY(Integer) if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        """The numbers as the driver takes them."""
        keys = list(value or ())
        return keys if dialect.name == "postgresql" else json.dumps(keys)


class Among(FunctionElement[bool]):
    """Whether a column holds one of the keys of a ``KeyList``."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:  # noqa: ARG002 - SQLAlchemy gives it
        """As it is: SQLite would be asked whether it equals 1, and would use no index for that."""
        return self


@compiles(Among, "sqlite")
def _among_json(element: Among, compiler: SQLCompiler, **named: Any) -> str:
    column, keys = (compiler.process(part, **named) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({keys}))"


@compiles(Among, "postgresql")
def _among_array(element: Among, compiler: SQLCompiler, **named: Any) -> str:
    column, keys = (compiler.process(part, **named) for part in element.clauses)
    return f"{column} = ANY ({keys})"


def among(column: Any, keys: Sequence[int] | None = None) -> ColumnElement[bool]:
    """Whether a column of whole numbers holds one of these keys, else one of the parameter ``ids``."""
    if keys is None:
        return Among(column, bindparam("ids", type_=KeyList))
    return Among(column, bindparam(None, keys, type_=KeyList))


def chunks(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """The keys in parts that fit one statement."""
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))
