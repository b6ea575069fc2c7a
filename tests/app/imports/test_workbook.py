"""Workbooks: bounded before they are opened, cells as people see them, what is spoilt explained."""

import datetime
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask

from app.imports import traps
from app.imports.text_file import BadFile
from app.imports.traps import refuse_trap
from app.imports.workbook import number_text, sheet_names, sheet_rows
from tests.app.imports.desk import checked, counts, problems, run, upload, work
from tests.app.visitor import Visitor


def book(*rows: Sequence[Any], **sheets: Sequence[Sequence[Any]]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(list(row))
    for name, others in sheets.items():
        sheet = made.create_sheet(name)
        for row in others:
            sheet.append(list(row))
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def kept(made: openpyxl.Workbook | bytes, folder: Path) -> Path:
    path = folder / "book.table"
    path.write_bytes(made if isinstance(made, bytes) else saved(made))
    return path


def cells(made: openpyxl.Workbook, folder: Path) -> list[list[str]]:
    return [list(raw.cells) for raw in sheet_rows(kept(made, folder), "Sheet")]


def test_cells_read_as_people_see_them(tmp_path: Path) -> None:
    made = book(("code", "n"), (4006381333931, 2.5), (True, 0.1 + 0.2), (datetime.date(2027, 3, 31), 7.0))
    made.active.append([datetime.datetime(2027, 3, 31, 14, 5), None, " x "])
    assert cells(made, tmp_path) == [
        ["code", "n"],
        ["4006381333931", "2.5"],
        ["yes", "0.3"],
        ["2027-03-31", "7"],
        ["2027-03-31T14:05:00", "", " x "],
    ]


def test_leading_zeros_of_a_format_are_kept(tmp_path: Path) -> None:
    made = book(("code",), (73,))
    made.active["A2"].number_format = "00000000"
    assert cells(made, tmp_path)[1] == ["00000073"]


def test_rows_are_numbered_as_the_spreadsheet_does_and_blank_ones_left_out(tmp_path: Path) -> None:
    made = book(("code",), (), ("A",), (None, ""), ("B",))
    rows = list(sheet_rows(kept(made, tmp_path), "Sheet"))
    assert [(raw.number, list(raw.cells)) for raw in rows] == [(1, ["code"]), (3, ["A"]), (5, ["B"])]


@pytest.mark.parametrize(
    ("number", "text"), [(4.00638e12, "4006380000000"), (1e-7, "0.0000001"), (3, "3"), (-2.5, "-2.5")]
)
def test_a_number_is_written_in_full(number: float, text: str) -> None:
    assert number_text(number) == text


def test_what_the_spreadsheet_spoilt_is_told_by_cell(tmp_path: Path) -> None:
    made = book(("code", "name"), (12345678901234567890, "long"), ("#N/A", "error"))
    made.active["A3"].data_type = "e"
    first, second, third = sheet_rows(kept(made, tmp_path), "Sheet")
    assert first.spoilt == {}
    assert "more than 15 digits" in second.spoilt[0]
    assert "#N/A" in third.spoilt[0]


def test_hidden_sheets_are_not_offered(tmp_path: Path) -> None:
    made = book(("a",), Second=[("b",)], Hidden=[("c",)])
    made["Hidden"].sheet_state = "hidden"
    assert sheet_names(kept(made, tmp_path)) == ["Sheet", "Second"]


def packed(entries: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 and no more", "damaged"),
        (packed({"readme.txt": b"x"}), "no XLSX workbook"),
        (packed({"xl/workbook.xml": b"<broken"}), "damaged"),
        (
            packed({"xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": bytes(9_000_000)}),
            "unpacks to far more",
        ),
        (packed({"xl/workbook.xml": b"", **{f"x{n}": b"" for n in range(2_000)}}), "unpacks to far more"),
    ],
)
def test_traps_and_broken_books_are_refused_with_the_reason(
    tmp_path: Path, content: bytes, said: str
) -> None:
    with pytest.raises(BadFile, match=said):
        sheet_names(kept(content, tmp_path))


def test_a_book_that_unpacks_to_too_much_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = kept(book(("a",)), tmp_path)
    refuse_trap(path)
    monkeypatch.setattr(traps, "UNPACKED_LIMIT", 1_000)
    with pytest.raises(BadFile, match="unpacks to far more"):
        refuse_trap(path)


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    content = saved(book(("a",)))
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(file, "w") as target:
        for entry in source.infolist():
            is_sheet = entry.filename.endswith("sheet1.xml")
            target.writestr(entry.filename, laughs if is_sheet else source.read(entry.filename))
    with pytest.raises(BadFile, match="damaged"):
        list(sheet_rows(kept(file.getvalue(), tmp_path), "Sheet"))


MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
ROW = b'<row r="1"><c r="A1"><v>1</v></c></row>'


def with_sheet(inner: bytes, head: bytes = b"", part: str = "sheet1.xml") -> bytes:
    """A workbook of which one part holds this."""
    content, file = saved(book(("a",))), io.BytesIO()
    sheet = head + b"<worksheet " + MAIN + b"><sheetData>" + inner + b"</sheetData></worksheet>"
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(file, "w") as target:
        for entry in source.infolist():
            is_meant = entry.filename.endswith(part)
            target.writestr(entry.filename, sheet if is_meant else source.read(entry.filename))
    return file.getvalue()


@pytest.mark.parametrize(
    "sheet",
    [
        with_sheet(b'<row r="1">' + b"<c/>" * 3000 + b"</row>"),
        with_sheet(b'<row r="1"' + b"".join(b' a%d=""' % number for number in range(3000)) + b"/>" + ROW),
        with_sheet(ROW + b"<x/>" * 3000),
        with_sheet((b"<x/>" * 300 + ROW) * 30),
        with_sheet(b"<x/>" * 3000, part="styles.xml"),
        with_sheet(b"<row/>" * 3000),
        with_sheet((b"<row>" + b"<c/>" * 300 + b"<row/></row>") * 30),
        with_sheet(b"<row>" + (b"<c/>" * 30 + b"<!--</row><row>-->") * 100 + b"</row>"),
        with_sheet(b'<y xmlns="urn:y">' + ROW * 600 + b"</y>"),
        with_sheet(ROW * 600, b'<?xml version="1.0" encoding="cp037"?>'),
    ],
    ids=[
        "wide",
        "attributes",
        "beside",
        "between",
        "styles",
        "rows",
        "nested",
        "comments",
        "meaning",
        "letters",
    ],
)
def test_a_book_that_a_reader_would_hold_without_end_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sheet: bytes
) -> None:
    monkeypatch.setattr(traps, "SIGNS_LIMIT", 2_000)
    monkeypatch.setattr(traps, "STEPS_LIMIT", 2_000)
    monkeypatch.setattr(traps, "PIECE_BYTES", 1_000)
    sheet_names(kept(with_sheet(ROW * 1_500), tmp_path))
    with pytest.raises(BadFile, match="unpacks to far more"):
        sheet_names(kept(sheet, tmp_path))


def test_a_row_far_below_the_others_ends_the_reading(tmp_path: Path) -> None:
    path = kept(with_sheet(ROW + b'<row r="3000000000"><c r="A3000000000"><v>1</v></c></row>'), tmp_path)
    with pytest.raises(BadFile, match="unpacks to far more"):
        list(sheet_rows(path, "Sheet"))


def test_a_sheet_that_does_not_tell_its_size_is_not_read_for_it(tmp_path: Path) -> None:
    path = kept(with_sheet(ROW + b"<broken"), tmp_path)
    assert sheet_names(path) == ["Sheet"]
    assert next(sheet_rows(path, "Sheet")).number == 1


@pytest.fixture
def manager(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("manager")


def test_a_workbook_is_imported_and_another_sheet_chosen(app: Flask, manager: Visitor) -> None:
    made = book(
        ("Notes",), Goods=[("Artikel", "EAN", "Was"), ("A-1", 4006381333931, "'=1+1"), ("A-2", 1e20, "x")]
    )
    body = upload(manager, saved(made), "goods.xlsx").json
    assert (body["format"], body["sheets"], body["sheet"]) == ("xlsx", ["Sheet", "Goods"], "Sheet")
    path = f"/api/imports/{body['id']}"
    body = manager.patch(path, json={"sheet": "Goods"}).json
    assert body["columns"] == ["", "barcode", ""]
    assert manager.patch(path, json={"sheet": "Gone"}).json["code"] == "bad_file"
    manager.patch(path, json={"columns": ["code", "barcode", "name"]})
    manager.ask("PUT", f"{path}/check")
    work(app)
    [(row, column, message)] = problems(manager, path)
    assert (row, column) == (3, "EAN")
    assert "15 digits" in message
    assert run(app, manager, path, skip_faulty=True).status_code == 202
    [item] = manager.get("/api/items").json["rows"]
    assert (item["name"], item["barcodes"]) == ("=1+1", ["4006381333931"])


def test_a_number_shortened_in_a_text_file_is_explained(app: Flask, manager: Visitor) -> None:
    path = checked(app, manager, "code,name,ean\nA,Tea,4.00638E+12\n4E+10,Tea,\nE10,Tea,\n")
    assert [(row, column) for row, column, _ in problems(manager, path)] == [(2, "ean"), (3, "code")]
    assert counts(manager, path) == ("checked", 1, 0, 0, 2)
    rows = manager.get(f"{path}/faulty.csv").get_data(as_text=True).removeprefix("\ufeff").splitlines()
    assert rows[0] == "code,name,ean,What is wrong"
    assert rows[1].startswith('A,Tea,4.00638E+12,"ean: The spreadsheet has shortened')
