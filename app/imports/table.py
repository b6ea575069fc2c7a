"""An uploaded table as its import reads it: header, columns, rows in parts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from app.imports.columns import header_problems, mapping_problems, separator_problem
from app.imports.files import table_path
from app.imports.kinds import Kind
from app.imports.problems import Problem, RawRow
from app.imports.rows import raw_rows
from app.imports.text_file import (
    BadFile,
    decoded,
    doubt_of_encoding,
    guessed_delimiter,
    guessed_encoding,
    refuse_foreign,
)
from app.imports.workbook import is_workbook, sheet_names, sheet_rows
from app.lists.formula_guard import unguarded
from app.words import t

PREVIEW_ROWS = 8


@dataclass(frozen=True)
class Reading:
    """How a file is read: as text with an encoding and a separator, or a sheet of a workbook."""

    format: str = "csv"
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""


@dataclass(frozen=True)
class Table:
    """One file as it is read now."""

    header: tuple[str, ...]
    reread: Callable[[], Iterator[RawRow]]
    """Every row that is not blank, the header first."""
    separator_problem: str = ""
    doubt: str | None = None
    estimate: int = 0
    """About how many rows there are, before all of them were read."""

    def rows(self) -> Iterator[RawRow]:
        """Every row below the header that is not blank."""
        return islice(self.reread(), 1, None)

    def parts(self, size: int) -> Iterator[list[RawRow]]:
        """The rows in parts of one transaction each."""
        rows = self.rows()
        while part := list(islice(rows, size)):
            yield part

    def named(self, problems: Sequence[Problem], columns: Sequence[str]) -> list[Problem]:
        """Problems of fields as problems of the columns that fill them, as the header calls those."""
        headings = dict(zip(reversed(columns), reversed(self.header), strict=False))
        return [replace(problem, column=headings.get(problem.column, "")) for problem in problems]

    def head(self) -> dict[str, Any]:
        """What is shown of it: the header, the first rows, what is doubtful."""
        preview = [
            {"row": raw.number, "cells": list(raw.cells), "problem": raw.problem}
            for raw in islice(self.rows(), PREVIEW_ROWS)
        ]
        return {
            "header": list(self.header),
            "preview": preview,
            "separator": self.separator_problem,
            "doubt": self.doubt,
            "rows": self.estimate,
        }


def table_problems(head: Mapping[str, Any], columns: Sequence[str], mode: str, kind: Kind) -> list[str]:
    """What is wrong with the header and with what it is mapped to."""
    separator = [head["separator"]] if head["separator"] else []
    of_header = separator or header_problems(head["header"], columns, kind)
    return [*of_header, *mapping_problems(columns, mode, kind)]


def opened(found: Mapping[str, Any]) -> Table:
    """The table of an import as it is to be read. Raises BadFile where it cannot be."""
    reading = Reading(found["format"], found["encoding"], found["delimiter"], found["sheet"])
    return table_from(uploaded_path(found["id"]), reading)


def uploaded_path(import_id: str) -> Path:
    """The file as it was uploaded. Raises BadFile when it is gone."""
    path = table_path(import_id)
    if not path.exists():
        raise BadFile(t("imports.file_gone"))
    return path


def table_from(path: Path, reading: Reading) -> Table:
    """The table in a file. Raises BadFile where there is none."""
    if reading.format == "xlsx":
        return with_header(lambda: sheet_rows(path, reading.sheet))
    content = path.read_bytes()
    text = decoded(content, reading.encoding)
    table = with_header(lambda: raw_rows(text, reading.delimiter))
    problem = separator_problem(table.header, reading.delimiter, text)
    return replace(
        table,
        separator_problem=problem,
        doubt=doubt_of_encoding(content, reading.encoding),
        estimate=text.count("\n"),
    )


def with_header(reread: Callable[[], Iterator[RawRow]]) -> Table:
    """The table of these rows. Raises BadFile where there is no header."""
    first = next(reread(), None)
    if first is None:
        raise BadFile(t("imports.file_empty"))
    if first.problem:
        raise BadFile(t("imports.header_broken", problem=first.problem))
    return Table(tuple(unguarded(cell.strip()) for cell in first.cells), reread)


def guessed(path: Path) -> tuple[Reading, list[str]]:
    """How the file seems to be meant, and its sheets. Raises BadFile for what is no table."""
    with path.open("rb") as file:
        beginning = file.read(8)
    if is_workbook(beginning):
        sheets = sheet_names(path)
        return Reading("xlsx", sheet=sheets[0]), sheets
    content = path.read_bytes()
    refuse_foreign(content)
    encoding = guessed_encoding(content)
    return Reading("csv", encoding, guessed_delimiter(decoded(content, encoding))), []
