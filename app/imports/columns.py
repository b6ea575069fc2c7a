"""The header of an imported table: which column fills which field."""

from collections import Counter
from collections.abc import Sequence

from app.imports.kinds import Kind
from app.imports.text_file import DELIMITERS, guessed_delimiter
from app.values.text import fold
from app.words import t

COLUMNS_LIMIT = 200
"""Columns of one file."""


def suggested_columns(header: Sequence[str], kind: Kind) -> tuple[str, ...]:
    """For each column the field that its heading means; each field once, unless several may fill it."""
    taken: set[str] = set()
    columns = []
    for heading in header:
        name = kind.headings.get(fold(heading), "")
        columns.append("" if name in taken - kind.several else name)
        taken.add(name)
    return tuple(columns)


def header_problems(header: Sequence[str], columns: Sequence[str], kind: Kind) -> list[str]:
    """What is wrong with the header row itself, given which field each column is to fill."""
    if len(header) > COLUMNS_LIMIT:
        return [t("imports.header_wide", count=len(header), limit=COLUMNS_LIMIT)]
    named = Counter(fold(heading) for heading in header if fold(heading))
    once = {*kind.names} - kind.several
    single = {fold(text) for text, name in zip(header, columns, strict=False) if name in once}
    twice = [heading for heading, count in named.items() if count > 1 and heading in single]
    problems = [t("imports.header_twice", heading=heading) for heading in twice]
    if not any(columns):
        first = ", ".join(heading.strip()[:30] for heading in header[:3])
        example = ", ".join(kind.example[0][:3])
        problems.append(t("imports.header_unknown", first=first, example=example))
    return problems


def separator_problem(header: Sequence[str], delimiter: str, text: str) -> str:
    """What speaks for another separator than the chosen one; empty where nothing does."""
    other = guessed_delimiter(text)
    if len(header) != 1 or other == delimiter or other not in text.split("\n", 1)[0]:
        return ""
    names = {"delimiter": delimiter_name(delimiter), "other": delimiter_name(other)}
    return t("imports.header_one_column", **names)


def mapping_problems(columns: Sequence[str], mode: str, kind: Kind) -> list[str]:
    """What the mapping of columns to fields lacks, or names twice."""
    counted = Counter(name for name in columns if name and name not in kind.several)
    twice = [name for name, count in counted.items() if count > 1]
    if set(columns) - {"", *kind.names}:
        return [t("imports.mapped_gone")]
    problems = [t("imports.mapped_twice", field=kind.by_name[name].shown) for name in twice]
    return [*problems, *kind.rules.mapping_problems(columns, mode)]


def delimiter_name(delimiter: str) -> str:
    """What people call it."""
    return t(f"imports.delimiter_{DELIMITERS[delimiter]}") if delimiter in DELIMITERS else delimiter
