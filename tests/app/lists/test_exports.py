"""Lists that leave as CSV and XLSX: whole, in order, safe in a spreadsheet, and read back exactly."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask

from app.lists.exports import Column, Table, csv_bytes, number, shown
from app.lists.formula_guard import unguarded
from app.lists.xlsx import Cell, escaped, letter_of, workbook
from app.people.models import User
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]

DANGEROUS = [
    "=1+1",
    "+49 30 123",
    "-x",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "＝1",
    "'quoted",
    "plain",
    'a,b"c\nd',
    " x ",
]
NAMES = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheet(content: bytes) -> list[list[str]]:
    """The cells of a workbook's sheet as a reader of the standard sees them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    return [["".join(cell.itertext()) for cell in row.iter(f"{NAMES}c")] for row in root.iter(f"{NAMES}row")]


def table(*rows: list[Cell]) -> Table[list[Cell]]:
    width = len(rows[0])

    def column(at: int) -> Column[list[Cell]]:
        return Column(f"column {at}", lambda row: row[at])

    return Table("things", [column(at) for at in range(width)], [rows])


def test_what_a_spreadsheet_would_evaluate_is_a_text_in_both_files_and_comes_back_exactly() -> None:
    things = table(*([text] for text in DANGEROUS))
    text = b"".join(csv_bytes(things)).decode("utf-8-sig")
    by_csv = [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:]
    by_xlsx = [row[0] for row in sheet(b"".join(workbook("t", things.head, things.cells())))[1:]]
    for cells in (by_csv, by_xlsx):
        assert [cell for cell in cells if cell[:1] in "=+-@\t\r＝"] == []
        assert [unguarded(cell) for cell in cells] == DANGEROUS


def test_numbers_and_times_stay_what_they_are() -> None:
    at = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
    cells: list[Cell] = [-5, Decimal("0.000001"), at, None, Decimal("-1E+3"), "4006381333931"]
    assert [shown(cell) for cell in cells] == [
        "-5",
        "0.000001",
        "2026-11-28T12:00:00Z",
        "",
        "-1000",
        "4006381333931",
    ]
    [row] = sheet(b"".join(workbook("t", ["x"] * 6, [[cells]])))[1:]
    assert row == ["-5", "0.000001", "46354.500000000", "-1000", "4006381333931"]
    assert number(1_500_000) == Decimal("1.5")


def test_a_number_longer_than_a_spreadsheet_counts_is_a_text() -> None:
    content = b"".join(workbook("t", ["x"], [[[Decimal("1234567890.1234567")]]]))
    assert b'inlineStr"><is><t xml:space="preserve">1234567890.1234567' in zipfile.ZipFile(
        io.BytesIO(content)
    ).read("xl/worksheets/sheet1.xml")


def test_columns_are_called_as_spreadsheets_call_them() -> None:
    assert [letter_of(at) for at in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_what_xml_cannot_hold_does_not_break_the_file() -> None:
    assert escaped('a<b>&"\x00\ud800') == "a&lt;b>&amp;&quot;\ufffd\ufffd"
    assert sheet(b"".join(workbook("<&>", ["&"], [[["a\r\nb"], ["\x07"]]]))) == [
        ["&"],
        ["a\r\nb"],
        ["\ufffd"],
    ]


def test_rows_come_out_in_parts_and_an_empty_list_is_a_head_alone() -> None:
    pieces = list(workbook("t", ["x"], ([[part]] for part in range(3))))
    assert len(pieces) == 4
    assert sheet(b"".join(pieces)) == [["x"], ["0"], ["1"], ["2"]]
    assert sheet(b"".join(workbook("t", ["x"], []))) == [["x"]]


@pytest.fixture
def manager(signed_in: Enter) -> Visitor:
    browser = signed_in("manager")
    for code, name in (("B-1", "=Bolt"), ("A-1", "Anchor"), ("C-1", "Chain")):
        assert browser.post("/api/items", json={"code": code, "name": name}).status_code == 201
    site = {"kind": "site", "code": "MAIN"}
    made = browser.post("/api/locations", json=site).json["id"]
    assert (
        browser.post("/api/locations", json={"kind": "bin", "code": "M-1", "parent": made}).status_code == 201
    )
    return browser


def rows_of(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    text = answer.get_data().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_list_of_items_leaves_as_it_is_sorted_and_searched(manager: Visitor) -> None:
    answer = manager.get("/items?as=csv&sort=-code")
    assert [row[0] for row in rows_of(answer)] == ["code", "C-1", "B-1", "A-1"]
    assert rows_of(answer)[2][1] == "'=Bolt"
    assert 'filename="items-20' in answer.headers["Content-Disposition"]
    assert [row[0] for row in rows_of(manager.get("/items?as=csv&q=chain"))] == ["code", "C-1"]
    assert rows_of(manager.get("/items?as=csv&q=nothing"))[1:] == []
    book = manager.get("/items?as=xlsx")
    assert [row[0] for row in sheet(book.get_data())] == ["code", "A-1", "B-1", "C-1"]
    assert book.mimetype.endswith("spreadsheetml.sheet")
    assert sheet(manager.get("/api/items/table.xlsx").get_data()) == sheet(book.get_data())


def test_locations_people_and_devices_leave_too(manager: Visitor, signed_in: Enter) -> None:
    assert [row[1:5:3] for row in rows_of(manager.get("/locations?as=csv"))] == [
        ["code", "parent"],
        ["M-1", "MAIN"],
        ["MAIN", ""],
    ]
    people = rows_of(signed_in("administrator").get("/people?as=csv&sort=-email"))
    assert [row[2] for row in people] == ["role", "viewer", "operator", "manager", "administrator"]
    assert rows_of(manager.get("/devices?as=csv"))[0][0] == "name"


def test_only_who_may_see_a_list_may_take_it_along(signed_in: Enter) -> None:
    assert signed_in("manager").get("/people?as=csv").status_code == 403
    assert signed_in("operator").get("/devices?as=xlsx").status_code == 403


def test_an_unknown_kind_of_file_is_the_page(manager: Visitor) -> None:
    assert "<table" in manager.get("/items?as=exe").text


def test_every_page_of_a_long_list_is_in_the_file(app: Flask, signed_in: Enter) -> None:
    from app.database import database, transaction

    browser = signed_in("administrator")
    with app.app_context(), transaction():
        named = {"role": "viewer", "password_hash": "", "created_at": 1}
        database.session.add_all(User(email=f"{n}@x.example", name=f"N{n:04}", **named) for n in range(1_203))
    rows = rows_of(browser.get("/people?as=csv&q=N&sort=name"))[1:]
    names = [row[0] for row in rows if row[0].startswith("N")]
    assert names == [f"N{n:04}" for n in range(1_203)]
