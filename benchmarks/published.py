"""The table in the README: replaced as a whole, or in those cells that were measured anew."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.table import COLUMNS, NOT_MEASURED, Line, drawn, heads, table

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- bench -->\n", "<!-- end of bench -->\n"


def publish(lines: Iterable[Line], gone: Sequence[str] | None = None, page: Path = README) -> None:
    """Write the lines into the page's table, which they replace; where ``gone`` is given they only change
    the cells that they know, and rows called by its words are dropped."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    old, _, after = rest.partition(END)
    kept = [] if gone is None else [row for row in rows_of(old) if row[1] not in gone]
    rows = {key_of(row): row for row in kept}
    for new in rows_of(table(lines)):
        rows[key_of(new)] = laid_over(rows.get(key_of(new), new), new)
    ordered = sorted(rows.values(), key=lambda row: int(row[0][1:]))
    written = drawn([heads(tuple(COLUMNS)), *ordered])
    page.write_text(f"{before}{BEGIN}\n{written}\n\n{END}{after}", encoding="utf-8")


def rows_of(drawing: str) -> list[list[str]]:
    """The cells of a drawn table, without its head."""
    lines = [line for line in drawing.splitlines() if line.startswith("| G")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def key_of(row: list[str]) -> tuple[str, str]:
    """By what a row is found again."""
    return row[0], row[1]


def laid_over(old: list[str], new: list[str]) -> list[str]:
    """The new row; where nothing was measured now, the old cell stays."""
    return [was if now == NOT_MEASURED else now for was, now in zip(old, new, strict=True)]
