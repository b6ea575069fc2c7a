"""Tables of opening stock: posted like everything else, each row once, errors told at once, and back."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.database import reading
from app.imports import work as work_of_imports
from app.jobs import Task
from app.stock import import_stock
from app.stock.book.models import Operation
from app.stock.discrepancies.models import Discrepancy
from app.stock.import_cells import parsed_date, parsed_serials
from app.values.text import BadText
from tests.app.floor import World
from tests.app.imports.desk import checked, counts, imported, problems, run, undone, upload, work
from tests.app.visitor import Visitor

HEAD = "item,location,lot,expires on,serials,quantity\n"
OPENING = (
    HEAD
    + "TEA,DOCK,L1,2027-03-31,,24\n"
    + "4006381333931,LOC-A-01-01,L2,31.12.2027,,6\n"
    + 'SUGAR,A-01-01,,,,"2,5"\n'
    + "SCANNER,A-01-02,,,SN-1 | SN-2,\n"
    + "SCANNER,A-01-02,,,SN-3,1\n"
)


@pytest.fixture
def manager(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("manager")


def levels(visitor: Visitor) -> dict[tuple[str, str, str], str]:
    rows = visitor.get("/api/stock?per_page=200").json["rows"]
    return {(row["item_code"], row["lot"], row["location_code"]): row["quantity"] for row in rows}


def operations(app: Flask) -> int:
    with app.app_context(), reading() as connection:
        return connection.execute(select(func.count()).select_from(Operation)).scalar_one()


def test_stock_is_booked_by_code_or_barcode(app: Flask, manager: Visitor, world: World) -> None:
    imported(app, manager, OPENING, "stock")
    assert levels(manager) == {
        ("TEA", "L1", "DOCK"): "24",
        ("TEA", "L2", "A-01-01"): "6",
        ("SUGAR", "", "A-01-01"): "2.5",
        ("SCANNER", "", "A-01-02"): "3",
    }
    with app.app_context(), reading() as connection:
        assert connection.execute(select(func.count()).select_from(Discrepancy)).scalar_one() == 0
    assert operations(app) == 5


def test_a_movement_leads_to_the_import_that_brought_it(
    app: Flask, manager: Visitor, world: World, signed_in: Callable[[str], Visitor]
) -> None:
    path = imported(app, manager, OPENING, "stock").removeprefix("/api")
    html = manager.get("/movements").text
    assert html.count(f'<a href="{path}">From an import</a>') == 6, "two serials stand in two rows"
    one = re.search(r'href="(/movements/[0-9a-f-]{36})"', html)
    assert one
    assert f'<a href="{path}">From an import</a>' in manager.get(one[1]).text
    seen = signed_in("viewer").get("/movements").text
    assert seen.count("From an import") == 6
    assert path not in seen


def test_everything_wrong_with_opening_stock_is_told_at_once(
    app: Flask, manager: Visitor, world: World
) -> None:
    table = HEAD + (
        "GONE,DOCK,,,,1\n"
        "TEA,NOWHERE,L1,,,1\n"
        "TEA,DOCK,,,,1\n"
        "SUGAR,DOCK,L1,,,1\n"
        "SUGAR,DOCK,,,X,1\n"
        "SUGAR,A-01-01,,,,1.2345\n"
        "SCANNER,DOCK,,,,2\n"
        "SCANNER,DOCK,,,A | B,3\n"
        "TEA,DOCK,L9,31/12/2027,,-1\n"
        'SUGAR,DOCK,,,,"1,500"\n'
        "SUPPLIER,SUPPLIER,,,,\n"
        "SUGAR,A-01-02,,,,1\n"
        "SUGAR,A-01-02,,,,2\n"
        "SCANNER,DOCK,,,S,\n"
        "SCANNER,A-01-01,,,S,\n"
        "SCANNER,A-01-01,,,T | T,2\n"
    )
    path = checked(app, manager, table, "stock")
    assert sorted((row, column) for row, column, _ in problems(manager, path, "&level=error")) == [
        (2, "item"), (3, "location"), (4, "lot"), (5, "lot"), (6, "serials"), (7, "quantity"),
        (8, "serials"), (9, "quantity"), (10, "expires on"), (10, "quantity"), (11, "quantity"),
        (12, "item"), (12, "location"), (12, "quantity"), (14, "item"), (16, "serials"),
        (17, "serials"),
    ]  # fmt: skip
    run(app, manager, path, skip_faulty=True)
    assert levels(manager) == {("SUGAR", "", "A-01-02"): "1", ("SCANNER", "", "DOCK"): "1"}


def test_another_expiry_date_of_a_known_lot_is_doubted(app: Flask, manager: Visitor, world: World) -> None:
    imported(app, manager, HEAD + "TEA,DOCK,L1,2027-03-31,,24\n", "stock")
    path = checked(app, manager, HEAD + "TEA,A-01-01,L1,2028-03-31,,1\n", "stock")
    ((row, column, message),) = problems(manager, path)
    assert (row, column) == (2, "expires on")
    assert message == "Lot L1 is known with the expiry date 2027-03-31."


def test_the_code_of_a_case_names_no_goods(app: Flask, manager: Visitor, world: World) -> None:
    case = {"name": "case", "factor": "12", "barcodes": ["14006381333938"]}
    assert manager.post(f"/api/items/{world.tea}/packs", json=case).status_code == 201
    path = checked(app, manager, HEAD + "14006381333938,DOCK,L1,,,2\n", "stock")
    assert [row for row, *_ in problems(manager, path)] == [2]


def test_only_empty_places_are_filled_unless_one_chooses_to_add(
    app: Flask, manager: Visitor, world: World
) -> None:
    imported(app, manager, OPENING, "stock")
    path = checked(app, manager, OPENING, "stock")
    assert counts(manager, path) == ("checked", 0, 0, 5, 0)
    other = HEAD + "TEA,DOCK,L1,,,10\nSCANNER,DOCK,,,SN-1,\n"
    path = checked(app, manager, other, "stock")
    told = {row: message for row, _, message in problems(manager, path)}
    assert (
        told[2] == "DOCK holds 24 piece of it already. Count it there, or choose to add to what stands there."
    )
    assert told[3] == "The serial number SN-1 stands in A-01-02 already."
    body = upload(manager, HEAD + "TEA,DOCK,L1,,,10\n", kind="stock").json
    path = f"/api/imports/{body['id']}"
    manager.patch(path, json={"mode": "both"})
    manager.ask("PUT", f"{path}/check")
    work(app)
    assert "24 piece" in problems(manager, path, "&level=warning")[0][2]
    run(app, manager, path)
    assert levels(manager)["TEA", "L1", "DOCK"] == "34"


def test_a_row_is_booked_once_though_the_power_fails(
    app: Flask, manager: Visitor, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions["tallyman.imports"][0], "stock", small_parts())
    path = checked(app, manager, OPENING, "stock")
    manager.ask("PUT", f"{path}/run", json={})
    true_post = import_stock.post_drafts

    def breaks(connection: Any, user: int, drafts: Any, now: int) -> Any:
        answer = true_post(connection, user, drafts, now)
        if drafts[0].body["to"] == world.bin_a:
            raise OSError("power cut")
        return answer

    monkeypatch.setattr(import_stock, "post_drafts", breaks)
    work(app)
    assert operations(app) == 2
    monkeypatch.setattr(import_stock, "post_drafts", true_post)
    with app.app_context():
        work_of_imports.run_import(Task("x", "import", {"import": path.rsplit("/", 1)[-1]}, "", 1))
    assert operations(app) == 5
    assert counts(manager, path) == ("done", 5, 0, 0, 0)
    assert len(levels(manager)) == 4


def small_parts() -> Any:
    return replace(import_stock.STOCK, part_rows=2)


def test_opening_stock_is_taken_back_where_it_still_stands(
    app: Flask, manager: Visitor, world: World
) -> None:
    path = imported(app, manager, OPENING, "stock")
    moves = [
        {"item": world.tea, "lot": "L1", "from": world.dock, "to": world.bin_b, "quantity": "20"},
        {"item": world.scanner, "serials": ["SN-3"], "from": world.bin_b, "to": world.dock, "quantity": "1"},
    ]
    posted = [{"kind": "move", "body": body} for body in moves]
    answer = manager.post("/api/stock/operations", json={"operations": posted})
    assert answer.status_code in (200, 201), answer.json
    preview = manager.get(f"{path}/undo").json
    assert (preview["going"], preview["staying"]) == (3, 2)
    assert "TEA: of 24 in DOCK only 4 are left." in preview["reasons"]
    assert "SCANNER: the serial number SN-3 does not stand in A-01-02 any more." in preview["reasons"]
    assert undone(app, manager, path) == (3, 2)
    assert levels(manager) == {
        ("TEA", "L1", "DOCK"): "4",
        ("TEA", "L1", "A-01-02"): "20",
        ("SCANNER", "", "DOCK"): "1",
    }
    with app.app_context():
        assert app.test_cli_runner().invoke(args=["check"]).exit_code == 0


def test_an_export_of_stock_comes_in_unchanged(app: Flask, manager: Visitor, world: World) -> None:
    manager.post("/api/items", json={"code": "=NASTY", "name": "<b>@1+1</b>", "tracking": "lot"})
    imported(app, manager, OPENING + "=NASTY,DOCK,-L,,,1\n", "stock")
    for kind in ("csv", "xlsx"):
        table = manager.get(f"/api/stock/table.{kind}").get_data()
        path = checked(app, manager, table, "stock")
        assert problems(manager, path) == []
        state, created, updated, unchanged, faulty = counts(manager, path)
        assert (state, created, updated, faulty) == ("checked", 0, 0, 0)
        assert unchanged == 5


def test_dates_and_serials_are_read() -> None:
    assert parsed_date("31.3.2027") == parsed_date("2027-03-31T00:00:00") == "2027-03-31"
    assert parsed_serials("A | B;C\nD|") == ("A", "B", "C", "D")
    for typed in ("31/12/2027", "2027-02-30", "20270331", "1999-01-01"):
        with pytest.raises(BadText):
            parsed_date(typed)
