"""Tables of locations: a tree in any order, changes, every error at once, and back again."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.app.imports.desk import checked, counts, imported, problems, run, undone, upload, work
from tests.app.visitor import Visitor

TREE = "code,kind,parent\nA-01-01,bin,A-01\nA-01,aisle,TEA\nTEA,zone,MAIN\nMAIN,site,\n"


@pytest.fixture
def manager(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("manager")


def places(visitor: Visitor, state: str = "active") -> dict[str, dict[str, object]]:
    rows = visitor.get(f"/api/locations?state={state}&per_page=200").json["rows"]
    return {row["code"]: row for row in rows}


def test_a_tree_comes_in_whatever_the_order_of_its_rows(app: Flask, manager: Visitor) -> None:
    imported(app, manager, TREE, "locations")
    found = places(manager)
    main = found["MAIN"]
    assert main["site"] == main["id"]
    assert found["A-01-01"]["parent"] == found["A-01"]["id"]
    assert {place["site"] for place in found.values()} == {main["id"]}
    assert found["A-01-01"]["barcode"] == "LOC-A-01-01"


def test_everything_wrong_is_told_at_once(app: Flask, manager: Visitor) -> None:
    imported(app, manager, TREE, "locations")
    manager.post("/api/items", json={"code": "T", "name": "Tea", "barcodes": ["LABEL"]})
    table = (
        "code,kind,parent,barcode,walk order\n"
        ",bin,MAIN,,\n"
        "B-1,bin,GONE,,\n"
        "B-2,pallet,MAIN,,x\n"
        "Z,zone,A-01,,\n"
        "Z-1,bin,Z,,\n"
        "B-3,bin,MAIN,LABEL,\n"
        "B-4,bin,MAIN,LOC-A-01-01,\n"
        "B-5,bin,MAIN,X,\n"
        "B-6,bin,MAIN,X,\n"
        "B-5,bin,MAIN,,\n"
        "SUPPLIER,bin,MAIN,,\n"
        "TEA,aisle,,,\n"
        "A-02,aisle,,,\n"
    )
    path = checked(app, manager, table, "locations")
    assert sorted((row, column) for row, column, _ in problems(manager, path)) == [
        (2, "code"), (3, "parent"), (4, "kind"), (4, "walk order"), (5, "parent"), (6, "parent"),
        (7, "barcode"), (8, "barcode"), (10, "barcode"), (11, "code"), (12, "code"), (13, "kind"),
        (14, "parent"),
    ]  # fmt: skip
    told = {(row, column): message for row, column, message in problems(manager, path)}
    assert told[3, "parent"] == "There is no location GONE, neither in this file nor in the warehouse."
    assert told[6, "parent"] == "The location above, Z, has errors itself (row 5)."
    run(app, manager, path, skip_faulty=True)
    assert counts(manager, path) == ("done", 1, 0, 0, 12)


def test_rows_change_what_exists_and_blank_cells_leave_it(app: Flask, manager: Visitor) -> None:
    imported(app, manager, TREE, "locations")
    more = "code,name,parent,kind\nA-01-01,Front,,\nSOUTH,,,site\nTEA,,SOUTH,\nMAIN,,,\n"
    path = checked(app, manager, more, "locations")
    assert counts(manager, path) == ("checked", 1, 2, 1, 0)
    run(app, manager, path)
    found = places(manager)
    assert found["A-01-01"]["name"] == "Front"
    assert found["TEA"]["parent"] == found["SOUTH"]["id"]
    assert {found[code]["site"] for code in ("TEA", "A-01", "A-01-01")} == {found["SOUTH"]["id"]}
    assert undone(app, manager, path) == (3, 0)
    found = places(manager)
    assert found["A-01-01"]["name"] == ""
    assert {place["site"] for place in found.values()} == {found["MAIN"]["id"]}
    assert "SOUTH" not in found


def test_a_mode_holds_back_what_it_does_not_allow(app: Flask, manager: Visitor) -> None:
    imported(app, manager, TREE, "locations")
    for mode, row in (("create", 2), ("update", 3)):
        path = upload(manager, "code,parent\nA-01-01,A-01\nNEW,A-01\n", kind="locations").json["id"]
        manager.patch(f"/api/imports/{path}", json={"mode": mode})
        manager.ask("PUT", f"/api/imports/{path}/check")
        work(app)
        assert [number for number, *_ in problems(manager, f"/api/imports/{path}")] == [row]


def test_what_holds_goods_or_other_places_stays(app: Flask, manager: Visitor) -> None:
    path = imported(app, manager, TREE, "locations")
    found = places(manager)
    other = {"kind": "bin", "code": "MINE", "parent": found["TEA"]["id"]}
    assert manager.post("/api/locations", json=other).status_code == 201
    preview = manager.get(f"{path}/undo").json
    assert (preview["going"], preview["staying"]) == (2, 2)
    assert "TEA holds locations that stay." in preview["reasons"]
    assert undone(app, manager, path) == (2, 2)
    assert sorted(places(manager)) == ["MAIN", "MINE", "TEA"]
    assert sorted(places(manager, "archived")) == ["A-01", "A-01-01"]


def test_rows_bring_back_places_that_were_taken_back(app: Flask, manager: Visitor) -> None:
    undone(app, manager, imported(app, manager, TREE, "locations"))
    assert places(manager) == {}
    path = imported(app, manager, TREE, "locations")
    assert sorted(places(manager)) == ["A-01", "A-01-01", "MAIN", "TEA"]
    assert undone(app, manager, path) == (4, 0)
    assert places(manager) == {}


def test_an_export_of_locations_comes_in_unchanged(app: Flask, manager: Visitor) -> None:
    nasty = "code,kind,parent,name,barcode\nMAIN,site,,=1+1,\n=B-1,bin,MAIN,<b>@x</b>,'+7\n"
    imported(app, manager, nasty, "locations")
    assert places(manager)["=B-1"]["barcode"] == "+7"
    for kind in ("csv", "xlsx"):
        table = manager.get(f"/locations?as={kind}").get_data()
        path = checked(app, manager, table, "locations")
        assert problems(manager, path) == []
        assert counts(manager, path) == ("checked", 0, 0, 2, 0)


def test_five_thousand_bins_come_in_at_once(app: Flask, manager: Visitor) -> None:
    bins = "".join(f"B-{n:04},bin,MAIN\n" for n in range(5_000))
    path = imported(app, manager, f"code,kind,parent\n{bins}MAIN,site,\n", "locations")
    assert manager.get(path).json["created_count"] == 5_001
    assert undone(app, manager, path) == (5_001, 0)
    assert places(manager) == {}
