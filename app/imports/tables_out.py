"""Tables that leave an import: what is wrong with it, its faulty rows as they were, an example."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from app.imports.files import read_problems
from app.imports.kinds import Kind
from app.imports.problems import Problem
from app.imports.table import opened
from app.lists.exports import PART_ROWS, Column, Table, moment
from app.lists.formula_guard import unguarded
from app.lists.list_rows import Found, every_row
from app.words import t

Cells = Sequence[str]


def problems_table(import_id: str) -> Table[Problem]:
    """Everything that is wrong with an import."""
    columns: Sequence[Column[Problem]] = [
        Column(t("imports.problem_row"), lambda problem: problem.row),
        Column(t("imports.problem_column"), lambda problem: problem.column),
        Column(t("imports.problem_level"), level_of),
        Column(t("imports.problem_problem"), lambda problem: problem.message),
        Column(t("imports.problem_value"), lambda problem: problem.value),
    ]
    return Table("problems", columns, in_parts(read_problems(import_id)))


def level_of(problem: Problem) -> str:
    """Error or warning, in a word."""
    return t("imports.level_warning" if problem.is_warning else "imports.level_error")


def in_parts(rows: Iterator[Any]) -> Iterator[list[Any]]:
    """The rows in parts, as an export writes them."""
    while part := list(islice(rows, PART_ROWS)):
        yield part


def faulty_table(found: Mapping[str, Any]) -> Table[Cells]:
    """The rows with errors as they were uploaded, behind each what is wrong with it. Raises BadFile."""
    reasons: dict[int, list[str]] = defaultdict(list)
    for problem in read_problems(found["id"]):
        if not problem.is_warning:
            said = f"{problem.column}: {problem.message}" if problem.column else problem.message
            reasons[problem.row].append(said)
    table = opened(found)
    width = len(table.header)
    rows = (
        [*padded(raw.cells, width), " ".join(reasons[raw.number])]
        for raw in table.rows()
        if raw.number in reasons
    )
    return plain_table("faulty-rows", [*table.header, t("imports.reason_heading")], rows)


def padded(cells: Cells, width: int) -> list[str]:
    """As many cells as the header has; what an export guarded is guarded anew on the way out."""
    return [unguarded(cell) for cell in cells[:width]] + [""] * (width - len(cells))


def imports_table(found: Found) -> Table[Any]:
    """Every import that the history would show, in its order."""
    return Table("imports", IMPORT_COLUMNS, every_row(found))


IMPORT_COLUMNS: tuple[Column[Any], ...] = (
    Column("file", lambda row: row.file_name),
    Column("kind", lambda row: row.kind, "kind"),
    Column("state", lambda row: row.state, "state"),
    Column("rows", lambda row: row.rows_total, "result"),
    Column("created", lambda row: row.created_count, "result"),
    Column("changed", lambda row: row.updated_count, "result"),
    Column("unchanged", lambda row: row.unchanged_count, "result"),
    Column("rows with errors", lambda row: row.faulty_count, "result"),
    Column("person", lambda row: row.user_name, "who"),
    Column("started (UTC)", lambda row: moment(row.created_at), "created"),
    Column("finished (UTC)", lambda row: moment(row.finished_at), "created"),
    Column("undone (UTC)", lambda row: moment(row.undone_at), "created"),
)


def example_table(kind: Kind) -> Table[Cells]:
    """A small table of a kind, to begin with."""
    header, *rows = kind.example
    return plain_table(f"{kind.name}-example", header, iter(rows))


def plain_table(name: str, header: Cells, rows: Iterator[Cells]) -> Table[Cells]:
    """A table of texts."""
    return Table(name, [Column(head, nth(index)) for index, head in enumerate(header)], in_parts(rows))


def nth(index: int) -> Callable[[Cells], str]:
    """What a row holds in one column."""
    return lambda cells: cells[index]
