"""Rows of an imported table: every one is read, everything wrong with any is told."""

import csv
import io

import pytest

from app.catalog.import_items import ITEMS
from app.catalog.import_rows import Row
from app.imports.problems import Problem
from app.imports.rows import raw_rows
from app.imports.table import Table
from app.imports.work import read_part
from app.lists.formula_guard import guarded

HEADER = ("Code", "Name", "EAN", "UPC", "Dec", "Track", "Exp", "Unit")
COLUMNS = ("code", "name", "barcode", "barcode", "decimals", "tracking", "expiring", "unit")


def read(text: str) -> tuple[list[Row], list[Problem]]:
    part = list(raw_rows(text, ","))
    return read_part(part, Table(HEADER, lambda: iter(part)), list(COLUMNS), ITEMS)


def test_a_full_row_becomes_values() -> None:
    [row], problems = read("T-1,Tea,4006381333931 | BOX 1,96385074,3,Batch,Ja,kg")
    assert problems == []
    assert row.values == {
        "code": "T-1", "name": "Tea", "decimals": 3, "tracking": "lot", "expiring": True, "unit": "kg"
    }  # fmt: skip
    assert row.barcodes == ("04006381333931", "BOX 1", "00000096385074")


def test_blank_cells_say_nothing_and_blank_rows_are_left_out() -> None:
    rows, problems = read("T-1,Tea,,,,,,\n,,,,,,,\n\nT-2, ,,,,,,\n")
    assert [(row.number, dict(row.values)) for row in rows] == [
        (1, {"code": "T-1", "name": "Tea"}),
        (4, {"code": "T-2"}),
    ]
    assert problems == []


def test_everything_wrong_with_a_row_is_told_at_once() -> None:
    rows, problems = read("T\x00,\x90Tea,a\x07,,9,pallet,perhaps," + "x" * 17)
    assert rows == []
    assert [problem.column for problem in problems] == ["Code", "Name", "EAN", "Dec", "Track", "Exp", "Unit"]
    assert {problem.row for problem in problems} == {1}


def test_a_row_names_neither_code_nor_barcode() -> None:
    [problem] = read(",Tea,,,,,,")[1]
    assert "nothing tells which item" in problem.message


def test_surplus_cells_point_to_a_separator_without_quotation_marks() -> None:
    [problem] = read("T-1,Tea,,,,,,kg,green")[1]
    assert "9 cells, the header 8" in problem.message
    assert read("T-1,Tea,,,,,,kg,,,")[1] == []


def test_short_rows_leave_the_last_fields_out() -> None:
    [row], problems = read("T-1,Tea")
    assert (row.values, problems) == ({"code": "T-1", "name": "Tea"}, [])


def test_a_wrong_check_digit_is_a_warning_and_no_obstacle() -> None:
    [row], [problem] = read("T-1,Tea,4006381333932,,,,,")
    assert problem.is_warning
    assert "4006381333931 would" in problem.message
    assert row.barcodes == ("4006381333932",)


def test_a_huge_cell_is_one_error_and_the_rows_behind_it_are_read() -> None:
    rows, [problem] = read("T-1,Tea\nT-2," + "x" * 1_000_000 + "\nT-3,Coffee\n")
    assert [row.number for row in rows] == [1, 3]
    assert (problem.row, problem.message) == (2, "A cell is longer than 131,072 characters.")


def test_a_quotation_mark_that_is_never_closed_is_found() -> None:
    rows, [problem] = read('T-1,Tea\nT-2,"Coffee\nT-3,Cocoa\n')
    assert [row.number for row in rows] == [1]
    assert problem.row == 2
    assert "never closed" in problem.message


def test_a_quotation_mark_inside_a_quoted_cell_is_one_error_of_its_row() -> None:
    rows, [problem] = read('T-1,"12" pipe"\nT-2,Tea\n')
    assert [row.number for row in rows] == [2]
    assert "Write it twice" in problem.message


def test_an_open_quotation_mark_before_a_huge_rest_ends_the_reading() -> None:
    text = 'T-1,Tea\nT-2,"open\n' + "T-9,Tea\n" * 20_000
    rows, problems = read(text)
    assert [row.number for row in rows] == [1]
    assert len(problems) == 1
    assert "nothing could be read" in problems[0].message


def test_without_a_code_the_first_barcode_serves_as_written() -> None:
    [row], _ = read(",Tea,4006381333931,,,,,")
    assert row.first_barcode == "4006381333931"
    [problem] = read(",Tea," + "x" * 65 + ",,,,,")[1]
    assert "64 characters" in problem.message


def test_line_ends_of_every_kind_end_a_row() -> None:
    assert [row.number for row in read("T-1,A\r\nT-2,B\nT-3,C")[0]] == [1, 2, 3]


def test_a_line_break_inside_a_name_is_refused_by_its_name() -> None:
    [problem] = read('T-1,"two\nlines"\n')[1]
    assert "line break" in problem.message


@pytest.mark.parametrize("cell", ["=1+1", "+A1", "-1", "@x", "'quoted", "''", "＝1"])
def test_guarded_cells_are_read_without_their_guard(cell: str) -> None:
    file = io.StringIO()
    csv.writer(file).writerow([guarded(cell), guarded(cell)])
    [row], _ = read(file.getvalue())
    assert (row.values["code"], row.values["name"]) == (cell, cell)
