"""Imports from end to end: upload, preview, dry run with every error, the import itself, export and back."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text, update

from app.clock import now_ms
from app.database import reading, transaction
from app.imports import files, kinds, routes
from app.imports import work as work_of_imports
from app.imports.files import folder
from app.imports.models import TableImport
from app.imports.steering import KEPT_MS, sweep_imports
from app.jobs import Task
from tests.app.imports.desk import PATH, checked, counts, imported, problems, run, upload, uploaded, work
from tests.app.visitor import Visitor


@pytest.fixture
def manager(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("manager")


def codes(visitor: Visitor, query: str = "") -> list[str]:
    return [row["code"] for row in visitor.get(f"/api/items?sort=code{query}").json["rows"]]


def test_an_upload_is_answered_with_how_it_seems_to_be_meant(manager: Visitor) -> None:
    body = upload(manager, "EAN;Bezeichnung;Preis\n4006381333931;Stift;1,20\n", "a/b/Stifte.csv").json
    assert (body["encoding"], body["delimiter"], body["file_name"]) == ("utf-8", ";", "Stifte.csv")
    assert body["header"] == ["EAN", "Bezeichnung", "Preis"]
    assert body["columns"] == ["barcode", "name", ""]
    assert body["preview"] == [{"row": 2, "cells": ["4006381333931", "Stift", "1,20"], "problem": ""}]
    assert (body["state"], body["problems"], body["doubt"]) == ("uploaded", [], None)


def test_a_clean_table_is_checked_and_imported(app: Flask, manager: Visitor) -> None:
    path = checked(app, manager, "barcode,name\n4006381333931,Thé vert\n96385074,Coffee\n")
    assert counts(manager, path) == ("checked", 2, 0, 0, 0)
    assert codes(manager) == []
    run(app, manager, path)
    assert counts(manager, path) == ("done", 2, 0, 0, 0)
    assert codes(manager) == ["4006381333931", "96385074"]
    assert codes(manager, "&search=the") == ["4006381333931"]
    with app.app_context(), reading() as connection:
        told = "SELECT count(*) FROM feed_change WHERE entity = 'item' AND key <> '1'"
        assert connection.execute(text(told)).scalar() == 2


def test_the_dry_run_lists_every_error_with_row_and_column(app: Flask, manager: Visitor) -> None:
    manager.post("/api/items", json={"code": "OLD", "name": "Old", "barcodes": ["96385074"]})
    table = (
        "code,name,EAN,decimals,tracking\n"
        "A,Tea,4006381333931,0,lot\n"
        "B,,,12,pallet\n"
        ",Nameless key,,,\n"
        "A,Tea again,,,\n"
        "C,Same barcode,04006381333931,,\n"
        "D,Other's barcode,96385074,,\n"
        "E,Serial,,2,serial\n"
        "F,too,many,0,none,cells\n"
        "G,Tea\x00,,,\n"
        "H,,,,\n"
        "I,Wrong digit,4006381333932,,\n"
    )
    path = checked(app, manager, table)
    assert counts(manager, path) == ("checked", 2, 0, 0, 9)
    assert [(row, column) for row, column, _ in problems(manager, path, "&level=error")] == [
        (3, "decimals"), (3, "tracking"), (4, ""), (5, "code"), (6, "EAN"), (7, "EAN"),
        (8, "decimals"), (9, ""), (10, "name"), (11, "name"),
    ]  # fmt: skip
    told = {row: message for row, _, message in problems(manager, path)}
    assert told[5] == "Row 2 is about A already."
    assert told[6] == "Row 2 names the barcode 4006381333931 already."
    assert told[7] == "The barcode 96385074 belongs to another item: OLD Old."
    assert [row for row, *_ in problems(manager, path, "&level=warning")] == [12]
    body = manager.get(path).json
    assert (body["error_count"], body["warning_count"], body["rows_total"]) == (10, 1, 11)


def test_rows_with_errors_hold_the_import_until_they_may_be_skipped(app: Flask, manager: Visitor) -> None:
    path = checked(app, manager, "code,name\nA,Tea\nB,\n")
    refused = run(app, manager, path)
    assert (refused.status_code, refused.json["code"]) == (409, "faulty")
    assert "1 row has errors" in refused.json["message"]
    assert codes(manager) == []
    run(app, manager, path, skip_faulty=True)
    assert codes(manager) == ["A"]
    assert counts(manager, path) == ("done", 1, 0, 0, 1)


def test_a_second_import_updates_by_code_or_barcode_and_adds_barcodes(app: Flask, manager: Visitor) -> None:
    run(app, manager, checked(app, manager, "code,name,ean\nA,Tea,4006381333931\nB,Coffee,96385074\n"))
    again = "code,ean,name,category\nA,,Tea,Drinks\n,96385074,Coffee ground,\nA2,NEW,Cocoa,\n"
    path = checked(app, manager, again)
    assert counts(manager, path) == ("checked", 1, 2, 0, 0)
    run(app, manager, path)
    found = {row["code"]: row for row in manager.get("/api/items").json["rows"]}
    assert found["A"]["category"] == "Drinks"
    assert found["A"]["barcodes"] == ["4006381333931"]
    assert found["B"]["name"] == "Coffee ground"
    path = checked(app, manager, again)
    assert counts(manager, path) == ("checked", 0, 0, 3, 0)


def test_a_new_item_may_not_take_a_code_from_a_barcode_row(app: Flask, manager: Visitor) -> None:
    path = checked(app, manager, "code,barcode,name\nX1,,One\n,X1,Two\n")
    assert [row for row, *_ in problems(manager, path)] == [3]
    run(app, manager, path, skip_faulty=True)
    path = checked(app, manager, "code,barcode,name\n,X1,Two\n")
    assert "The code X1 belongs to another item: One." in problems(manager, path)[0][2]


@pytest.mark.parametrize(
    ("mode", "row", "said"),
    [("create", 2, "exists already (Tea)"), ("update", 3, "no such item")],
)
def test_an_import_may_only_add_or_only_change(
    app: Flask, manager: Visitor, mode: str, row: int, said: str
) -> None:
    manager.post("/api/items", json={"code": "A", "name": "Tea"})
    path = uploaded(manager, "code,name\nA,Tea\nB,Coffee\n")
    manager.patch(path, json={"mode": mode})
    manager.ask("PUT", f"{path}/check")
    work(app)
    [(found, _, message)] = problems(manager, path)
    assert found == row
    assert said in message


def test_the_reading_can_be_put_right(app: Flask, manager: Visitor) -> None:
    body = upload(manager, "nr|was\nÄ1|Tee\n".encode("windows-1252")).json
    path = f"{PATH}/{body['id']}"
    assert (body["encoding"], body["delimiter"]) == ("windows-1252", "|")
    assert len(body["problems"]) == 3
    wrong = manager.patch(path, json={"encoding": "utf-8"})
    assert (wrong.status_code, wrong.json["code"]) == (422, "bad_file")
    assert "Line 2 is not utf-8" in wrong.json["message"]
    comma = manager.patch(path, json={"delimiter": ","}).json
    assert "separated by vertical bar" in comma["problems"][0]
    right = manager.patch(path, json={"delimiter": "|", "columns": ["code", "name"]}).json
    assert right["columns"] == ["code", "name"]
    assert right["preview"][0]["cells"] == ["Ä1", "Tee"]


def test_a_mapping_must_fit_the_columns(manager: Visitor) -> None:
    path = uploaded(manager, "code,name\nA,B\n")
    for columns in (["code"], ["code", "name", ""], ["code", "price"], [], "code"):
        assert manager.patch(path, json={"columns": columns}).status_code == 422


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"PK\x03\x04rest", "workbook"),
        (b"\xd0\xcf\x11\xe0old", "older kind"),
        (b"code,name\n\x00\x00\x00", None),
        (b'"code', "never closed"),
    ],
)
def test_a_file_that_cannot_be_read_is_explained(
    app: Flask, manager: Visitor, content: bytes, said: str | None
) -> None:
    answer = upload(manager, content)
    assert answer.status_code == (422 if said else 201)
    if said:
        assert answer.json["code"] == "bad_file"
        assert said in answer.json["message"]
        with app.app_context():
            assert list(folder().iterdir()) == []


def test_a_table_without_known_header_fails_its_check_with_the_reason(app: Flask, manager: Visitor) -> None:
    path = checked(app, manager, "3291030605205,Madeleines\n4006381333931,Stift\n")
    body = manager.get(path).json
    assert body["state"] == "failed"
    assert "holds no column name that is known" in body["message"]
    manager.patch(path, json={"columns": ["code", "name"]})
    assert manager.get(path).json["state"] == "uploaded"


def test_a_file_that_is_too_large_is_refused_and_not_kept(
    app: Flask, manager: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "FILE_BYTES_LIMIT", 1000)
    answer = upload(manager, "code,name\n" + "A,B\n" * 1000)
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")
    monkeypatch.setattr(routes, "UPLOAD_BYTES_LIMIT", 2000)
    said_beforehand = upload(manager, "code,name\n" + "A,B\n" * 1000)
    assert (said_beforehand.status_code, said_beforehand.json["code"]) == (413, "too_large")
    with app.app_context():
        assert list(folder().iterdir()) == []


def test_five_megabytes_are_taken_in_although_other_bodies_end_at_four(manager: Visitor) -> None:
    assert upload(manager, "code,name\n" + "A,B\n" * 1_250_000).status_code == 201


def test_an_import_cannot_run_unchecked_nor_twice(app: Flask, manager: Visitor) -> None:
    path = uploaded(manager, "code,name\nA,Tea\n")
    assert run(app, manager, path).json["code"] == "unchecked"
    manager.ask("PUT", f"{path}/check")
    assert manager.patch(path, json={"mode": "create"}).json["code"] == "busy"
    assert manager.delete(path).json["code"] == "busy"
    work(app)
    run(app, manager, path)
    assert run(app, manager, path).json["code"] == "over"
    assert manager.ask("PUT", f"{path}/check").json["code"] == "over"
    assert manager.delete(path).status_code == 204
    assert manager.get(path).status_code == 404
    assert codes(manager) == ["A"]


def test_an_import_that_was_broken_off_goes_on_where_it_stopped(
    app: Flask, manager: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "PART_ROWS", 2)
    rows = ["A,Tea", "B,", "C,Cocoa", "A,again", "D,Juice", "E,"]
    path = checked(app, manager, "code,name\n" + "\n".join(rows) + "\n")
    listed = problems(manager, path)
    manager.ask("PUT", f"{path}/run", json={"skip_faulty": True})
    true_write = work_of_imports.write

    def breaks(connection: Any, plan: Any, *others: Any) -> None:
        if plan.new and plan.new[0].draft.code == "C":
            raise OSError("power cut")
        true_write(connection, plan, *others)

    monkeypatch.setattr(work_of_imports, "write", breaks)
    work(app)
    assert codes(manager) == ["A"]
    assert manager.get(path).json["rows_done"] == 2
    monkeypatch.setattr(work_of_imports, "write", true_write)
    with app.app_context():
        work_of_imports.run_import(Task("x", "item-import", {"import": path.rsplit("/", 1)[-1]}, "", 1))
    assert codes(manager) == ["A", "C", "D"]
    assert counts(manager, path) == ("done", 3, 0, 0, 3)
    assert problems(manager, path) == listed


def test_problems_are_paged_and_downloaded_whole(app: Flask, manager: Visitor) -> None:
    path = checked(app, manager, "code,name\n" + "".join(f"=C{n},\n" for n in range(7)))
    page = manager.get(f"{path}/problems?per_page=3&page=3").json
    assert (page["total"], [row["row"] for row in page["rows"]]) == (7, [8])
    answer = manager.get(f"{path}/problems.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert rows[0] == ["Row", "Column", "Level", "What is wrong", "In the cell"]
    assert [row[0] for row in rows[1:]] == ["2", "3", "4", "5", "6", "7", "8"]


def test_an_export_imports_into_the_same_items(app: Flask, manager: Visitor) -> None:
    items: list[dict[str, Any]] = [
        {
            "code": "=1+1",
            "name": "@SUM(A1)",
            "description": 'two\nlines; "quoted"',
            "barcodes": ["-7", "96385074"],
        },
        {"code": "T", "name": "Thé, vert", "category": "'Tea", "tracking": "lot", "expiring": True},
        {"code": "K", "name": "Loose", "unit": "kg", "decimals": 3},
    ]
    for item in items:
        assert manager.post("/api/items", json=item).status_code == 201
    table = manager.get("/api/items/table.csv").get_data()
    cells = [cell for row in csv.reader(io.StringIO(table.decode("utf-8-sig"))) for cell in row]
    assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r")]
    path = checked(app, manager, table)
    assert problems(manager, path) == []
    assert counts(manager, path) == ("checked", 0, 0, 3, 0)


def test_an_export_holds_what_the_list_finds(manager: Visitor) -> None:
    for code in ("A", "B", "C"):
        manager.post(
            "/api/items", json={"code": code, "name": f"Thing {code}", "category": "X" if code != "B" else ""}
        )
    manager.ask("PUT", "/api/items/2/archived")
    for query, found in [
        ("", 2),
        ("?state=all", 3),
        ("?category=X", 1),
        ("?search=thing+b", 1),
        ("?search=%21", 0),
    ]:
        text = manager.get(f"/api/items/table.csv{query}").get_data(as_text=True)
        assert len(text.splitlines()) == found + 1, query
    assert manager.get("/api/items/table.csv?sort=x").status_code == 422


def test_old_imports_and_stray_files_are_swept(app: Flask, manager: Visitor) -> None:
    old, new = uploaded(manager, "code,name\nA,B\n"), uploaded(manager, "code,name\nA,B\n")
    with app.app_context():
        (folder() / "stray.csv").write_text("x")
        with transaction() as connection:
            was = update(TableImport).where(TableImport.id == old.rsplit("/", 1)[-1])
            connection.execute(was.values(created_at=now_ms() - KEPT_MS - 1))
        sweep_imports(Task("x", "sweep", {}, "", 1))
        assert [path.name for path in folder().iterdir()] == [f"{new.rsplit('/', 1)[-1]}.table"]
    assert manager.get(old).status_code == 404
    assert manager.get(PATH).json["total"] == 1


def test_an_import_that_was_done_is_remembered_longer(app: Flask, manager: Visitor) -> None:
    path = imported(app, manager, "code,name\nA,B\n")
    with app.app_context():
        with transaction() as connection:
            connection.execute(update(TableImport).values(created_at=now_ms() - KEPT_MS - 1))
        sweep_imports(Task("x", "sweep", {}, "", 1))
    assert manager.get(path).json["state"] == "done"


def test_imports_are_for_managers(signed_in: Callable[[str], Visitor]) -> None:
    operator = signed_in("operator")
    assert upload(operator, "code,name\nA,B\n").status_code == 403
    assert operator.get(PATH).status_code == 403
    assert operator.get("/api/items/table.csv").status_code == 200


def test_an_upload_must_be_one_file(manager: Visitor) -> None:
    for form in ({}, {"other": (io.BytesIO(b"x"), "x.csv")}):
        answer = manager.post(PATH, data=form, content_type="multipart/form-data")
        assert answer.status_code in (415, 422)
    assert manager.post(PATH, json={"file": "x"}).status_code == 415


@pytest.mark.parametrize("import_id", ["0" * 32, "x", "../../etc/passwd", "%2e%2e"])
def test_an_unknown_import_is_not_found(manager: Visitor, import_id: str) -> None:
    for path in ("", "/problems", "/problems.csv"):
        assert manager.get(f"{PATH}/{import_id}{path}").status_code == 404
