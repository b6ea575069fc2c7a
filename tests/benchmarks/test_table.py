"""The bench's table: a row a figure, a column a place, and what misses its goal."""

from pathlib import Path

import pytest

from benchmarks.published import BEGIN, END, README, publish
from benchmarks.table import Line, table


def cells(drawing: str) -> list[list[str]]:
    rows = [row for row in drawing.splitlines() if row.startswith("| ")]
    return [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows]


def test_a_figure_is_one_row_with_a_column_for_each_place_that_was_asked_for() -> None:
    lines = [
        Line("G14", "pages", "7", "≥ 5", column="postgresql"),
        Line("G5", "speed", "7", "≥ 5", "0.50", "sqlite"),
        Line("G5", "speed", "6", "≥ 5", "1.2 × without", "postgresql"),
    ]
    assert cells(table(lines, ["sqlite", "postgresql"])) == [
        ["#", "what", "goal", "SQLite", "PostgreSQL"],
        ["G5", "speed", "≥ 5", "7 (0.50 of the floor)", "6 (1.2 × without)"],
        ["G14", "pages", "≥ 5", "not measured", "7"],
    ]


@pytest.mark.parametrize(
    ("figure", "wanted", "ratio", "misses"),
    [
        ("4,999", "≥ 5,000", "0.07", True),
        ("5,000", "≥ 5,000", "0.07", False),
        ("1,416 ms", "≤ 400 ms", "", True),
        ("3.58 MB", "≤ 4 MB", "", False),
        ("1 of 49,836 commits", "0", "", True),
        ("0 of 49,836 commits", "0", "", False),
        ("21 ms, 0 rows lost", "≤ 2 ×", "2.1 × without", True),
        ("has one writer at a time", "≤ 2 ×", "", False),
        ("87,351", "the floor", "1.00", False),
    ],
)
def test_what_misses_its_goal_is_marked(figure: str, wanted: str, ratio: str, misses: bool) -> None:
    assert Line("G5", "speed", figure, wanted, ratio).cell.endswith(" ✗") is misses


def test_a_part_that_is_measured_again_changes_its_own_cells_of_the_page(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text(f"# Before\n{BEGIN}old\n{END}after\n")
    whole = [
        Line("G5", "speed", "7", "≥ 5", "0.50", "sqlite"),
        Line("G5", "section push", "failed: took longer than 9 s", "", column="postgresql"),
        Line("G14", "pages", "9", "≥ 5", column="sqlite"),
    ]
    publish(whole, page=page)
    assert [row[3:] for row in cells(page.read_text())[1:]] == [
        ["7 (0.50 of the floor)", "not measured", "not measured"],
        ["–", "failed: took longer than 9 s", "–"],
        ["9", "not measured", "not measured"],
    ]
    publish([Line("G5", "speed", "4", "≥ 5", column="postgresql")], ["section push"], page)
    assert [row[3:] for row in cells(page.read_text())[1:]] == [
        ["7 (0.50 of the floor)", "4 ✗", "not measured"],
        ["9", "not measured", "not measured"],
    ]
    assert page.read_text().startswith("# Before\n")
    assert page.read_text().endswith("after\n")


def test_the_page_has_its_place_for_the_table() -> None:
    assert README.read_text().count(BEGIN) == README.read_text().count(END) == 1
