"""An uploaded table as its import reads it: header, columns, rows in parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from app.catalog.import_columns import header_problems, mapping_problems, suggested_columns
from app.catalog.import_files import table_path
from app.catalog.import_rows import Problem, RawRow, Row, raw_rows, read_row
from app.catalog.import_text import BadFile, decoded, guessed_delimiter, guessed_encoding, refuse_foreign
from app.words import t

PART_ROWS = 1_000
"""Rows that are settled in one transaction."""

PREVIEW_ROWS = 8


@dataclass(frozen=True)
class Table:
    """One file as it is read now.."""

    text: str
    delimiter: str
    header: tuple[str, ...]

    def rows(self) -> Iterator[RawRow]:
        """Every row below the header that is not blank."""
        return islice(raw_rows(self.text, self.delimiter), 1, None)

    def parts(self) -> Iterator[list[RawRow]]:
        """The rows in parts of one transaction each."""
        rows = self.rows()
        while part := list(islice(rows, PART_ROWS)):
            yield part

    def named(self, problems: Sequence[Problem], columns: Sequence[str]) -> list[Problem]:
        """Problems of fields as problems of the columns that fill them, as the header calls those."""
        headings = dict(zip(reversed(columns), reversed(self.header), strict=False))
        return [replace(problem, column=headings.get(problem.column, "")) for problem in problems]

    def preview(self) -> list[RawRow]:
        """The first rows."""
        return list(islice(self.rows(), PREVIEW_ROWS))

    def problems(self, columns: Sequence[str], mode: str) -> list[str]:
        """What is wrong with the header and with what it is mapped to."""
        of_header = header_problems(self.header, columns, self.delimiter, self.text)
        return [*of_header, *mapping_problems(columns, mode)]


def opened(import_id: str, encoding: str, delimiter: str) -> Table:
    """The table as it is to be read. Raises BadFile where it cannot be."""
    return table_from(content_of(import_id), encoding, delimiter)


def table_from(content: bytes, encoding: str, delimiter: str) -> Table:
    """The table in these bytes. Raises BadFile where there is none."""
    text = decoded(content, encoding)
    first = next(raw_rows(text, delimiter), None)
    if first is None:
        raise BadFile(t("catalog.file_empty"))
    if first.problem:
        raise BadFile(t("catalog.header_broken", problem=first.problem))
    return Table(text, delimiter, tuple(cell.strip() for cell in first.cells))


def content_of(import_id: str) -> bytes:
    """The bytes as they were uploaded. Raises BadFile when they are gone."""
    try:
        return table_path(import_id).read_bytes()
    except FileNotFoundError:
        raise BadFile(t("catalog.file_gone")) from None


@dataclass(frozen=True)
class Guess:
    """How a file seems to be meant."""

    encoding: str
    delimiter: str
    columns: tuple[str, ...]


def guessed(content: bytes) -> Guess:
    """How the file seems to be meant. Raises BadFile for what is no table."""
    refuse_foreign(content)
    encoding = guessed_encoding(content)
    delimiter = guessed_delimiter(decoded(content, encoding))
    header = table_from(content, encoding, delimiter).header
    return Guess(encoding, delimiter, suggested_columns(header))


def read_part(
    part: Sequence[RawRow], header: Sequence[str], columns: Sequence[str]
) -> tuple[list[Row], list[Problem]]:
    """The rows that can be read, and everything that is wrong with any of them."""
    rows: list[Row] = []
    problems: list[Problem] = []
    for raw in part:
        row, found = read_row(raw, header, columns)
        problems += found
        if row is not None:
            rows.append(row)
    return rows, problems
