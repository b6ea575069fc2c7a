"""The rows of an imported table: cut into cells, cells into values; all that is wrong is told."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

from app.imports.kinds import Kind, ReadRow
from app.imports.problems import SHOWN, Problem, RawRow
from app.lists.formula_guard import unguarded
from app.values.numbers import bounded_number
from app.values.text import BadText
from app.words import number, t

SHORTENED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d{2}")
"""A number as a spreadsheet shows one that is too long for its column, such as 4.00638E+12."""
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


def raw_rows(text: str, delimiter: str) -> Iterator[RawRow]:
    """The rows of the file from the header on, without blank ones; a broken one does not end the reading."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number, line = 0, 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield RawRow(number, (), quoting_problem(error, reader.line_num - line))
            if reader.line_num - line > 1:
                return
            line = reader.line_num
            continue
        line = reader.line_num
        if any(cell.strip() for cell in cells):
            yield RawRow(number, cells)


def quoting_problem(error: csv.Error, lines: int) -> str:
    """What is wrong with a row that cannot be cut, in words for a person."""
    if "field larger" in str(error):
        limit = number(csv.field_size_limit())
        return t("imports.cell_huge_open" if lines > 1 else "imports.cell_huge", limit=limit)
    return t("imports.quote_open" if "unexpected end" in str(error) else "imports.quote_inside")


def read_row(
    raw: RawRow, header: Sequence[str], columns: Sequence[str], kind: Kind
) -> tuple[ReadRow | None, list[Problem]]:
    """The values of a row and everything that is wrong with its cells; no row where it cannot be cut.

    A field that several columns may fill gets the list of their values. Blank cells say nothing.
    """
    problem = whole_row_problem(raw, len(header))
    if problem:
        return None, [problem]
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for column, (heading, name, cell) in enumerate(zip(header, columns, raw.cells, strict=False)):
        text = unguarded(cell)
        if not name or not text.strip():
            continue
        field, shown = kind.by_name[name], text.strip()[:SHOWN]
        try:
            refuse_spoilt(raw, column)
            value = field.parse(text)
        except BadText as bad:
            problems.append(Problem(raw.number, heading, shown, str(bad)))
            continue
        values[name] = [*values.get(name, ()), value] if field.several else value
        if field.doubt and (doubt := field.doubt(text)):
            problems.append(Problem(raw.number, heading, shown, doubt, is_warning=True))
    return ReadRow(raw.number, values, is_broken=has_error(problems)), problems


def has_error(problems: Sequence[Problem]) -> bool:
    """Whether any of these keeps the row out."""
    return any(not each.is_warning for each in problems)


def whole_row_problem(raw: RawRow, width: int) -> Problem | None:
    """What keeps the row from being read at all."""
    if raw.problem:
        return Problem(raw.number, "", "", raw.problem)
    surplus = [cell for cell in raw.cells[width:] if cell.strip()]
    if not surplus:
        return None
    message = t("imports.row_long", cells=len(raw.cells), columns=width)
    return Problem(raw.number, "", surplus[0].strip()[:SHOWN], message)


def refuse_spoilt(raw: RawRow, column: int) -> None:
    """Raises BadText for a cell that does not hold any more what was typed."""
    if column in raw.spoilt:
        raise BadText(raw.spoilt[column])


def exact(text: str) -> str:
    """The text of a code. Raises BadText for a number that a spreadsheet has shortened for display."""
    if SHORTENED.fullmatch(text.strip()):
        raise BadText(t("imports.number_shortened"))
    return text


def iso_date(text: str) -> str:
    """A date typed as 31.3.2027, or that a workbook holds, as ISO 8601 writes it; any other text as it is."""
    typed = text.strip().removesuffix("T00:00:00")
    dotted = DOTTED.fullmatch(typed)
    return f"{dotted[3]}-{int(dotted[2]):02}-{int(dotted[1]):02}" if dotted else typed


def parsed_whole(text: str, least: int, most: int) -> int:
    """A whole number. Raises BadText."""
    found = bounded_number(text.strip(), least, most)
    if found is None:
        raise BadText(t("values.whole_number", least=least, most=most))
    return found
