"""Taking an import back as a whole: what goes, what stays and why, and never twice."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from app.imports import undo
from app.imports.undo import undo_import
from app.jobs import Task
from tests.app.floor import World
from tests.app.imports.desk import PATH, checked, imported, run, undone
from tests.app.visitor import Visitor


@pytest.fixture
def manager(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("manager")


def items(visitor: Visitor, state: str = "active") -> dict[str, dict[str, str]]:
    rows = visitor.get(f"/api/items?sort=code&state={state}").json["rows"]
    return {row["code"]: row for row in rows}


def test_items_that_an_import_made_are_put_away(app: Flask, manager: Visitor) -> None:
    imported(app, manager, "code,name\nOLD,Old\n")
    path = imported(app, manager, "code,name,ean\nA,Tea,4006381333931\nB,Coffee,\n")
    assert manager.get(f"{path}/undo").json == {
        "total": 2, "looked_at": 2, "going": 2, "staying": 0, "reasons": []
    }  # fmt: skip
    assert undone(app, manager, path) == (2, 0)
    assert list(items(manager)) == ["OLD"]
    assert list(items(manager, "archived")) == ["A", "B"]
    assert manager.get("/api/items?search=coffee").json["total"] == 0


def test_items_that_an_import_changed_are_as_before(app: Flask, manager: Visitor) -> None:
    imported(app, manager, "code,name,category,ean\nA,Tea,Drinks,96385074\nB,Coffee,,\n")
    before = items(manager)
    path = imported(app, manager, "code,name,category,ean\nA,Tee,Getränke,4006381333931\n")
    assert sorted(items(manager)["A"]["barcodes"]) == ["4006381333931", "96385074"]
    assert undone(app, manager, path) == (1, 0)
    after = items(manager)
    same = ("name", "category", "barcodes")
    assert [after["A"][name] for name in same] == [before["A"][name] for name in same]


def test_what_somebody_changed_since_stays_and_is_listed(app: Flask, manager: Visitor) -> None:
    path = imported(app, manager, "code,name\nA,Tea\nB,Coffee\n")
    seen = items(manager)["A"]
    mine = {"name": "Green tea", "updated_at": seen["updated_at"]}
    assert manager.patch(f"/api/items/{seen['id']}", json=mine).status_code == 200
    preview = manager.get(f"{path}/undo").json
    assert (preview["going"], preview["staying"]) == (1, 1)
    assert preview["reasons"] == ["A was changed since."]
    assert undone(app, manager, path) == (1, 1)
    assert items(manager)["A"]["name"] == "Green tea"


def test_an_item_that_stands_somewhere_stays(app: Flask, manager: Visitor, world: World) -> None:
    path = imported(app, manager, "code,name\nA,Tea\nB,Coffee\n")
    imported(app, manager, "item,location,quantity\nA,DOCK,3\n", "stock")
    assert manager.get(f"{path}/undo").json["reasons"] == ["A is on hand somewhere."]
    assert undone(app, manager, path) == (1, 1)
    assert "A" in items(manager)


def test_an_import_is_taken_back_once(app: Flask, manager: Visitor) -> None:
    path = imported(app, manager, "code,name\nA,Tea\n")
    undone(app, manager, path)
    assert manager.ask("PUT", f"{path}/undo").json["code"] == "undone"
    assert manager.get(f"{path}/undo").json["code"] == "undone"
    assert run(app, manager, path).json["code"] == "over"


def test_what_wrote_nothing_cannot_be_taken_back(app: Flask, manager: Visitor) -> None:
    path = checked(app, manager, "code,name\nA,Tea\n")
    assert manager.ask("PUT", f"{path}/undo").json["code"] == "not_undoable"
    assert manager.get(f"{PATH}/{'0' * 32}/undo").status_code == 404


def test_rows_bring_back_what_was_taken_back(app: Flask, manager: Visitor) -> None:
    undone(app, manager, imported(app, manager, "code,name\nA,Tae\nB,Coffee\n"))
    path = imported(app, manager, "code,name\nA,Tea\nB,Coffee\n")
    assert {code: row["name"] for code, row in items(manager).items()} == {"A": "Tea", "B": "Coffee"}
    assert undone(app, manager, path) == (2, 0)
    assert items(manager) == {}
    assert items(manager, "archived")["A"]["name"] == "Tae"


def test_an_item_put_away_by_a_person_stays_away(app: Flask, manager: Visitor) -> None:
    imported(app, manager, "code,name\nA,Tea\n")
    manager.ask("PUT", f"/api/items/{items(manager)['A']['id']}/archived")
    imported(app, manager, "code,name\nA,Tea leaves\n")
    assert items(manager) == {}


def test_imports_are_taken_back_one_after_the_other(app: Flask, manager: Visitor) -> None:
    first = imported(app, manager, "code,name\nA,Tea\n")
    second = imported(app, manager, "code,name\nA,Thé\n")
    assert undone(app, manager, second) == (1, 0)
    assert items(manager)["A"]["name"] == "Tea"
    assert undone(app, manager, first) == (1, 0)
    assert items(manager) == {}


def test_undoing_that_was_broken_off_goes_on(
    app: Flask, manager: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undo, "PART", 2)
    path = imported(app, manager, "code,name\n" + "".join(f"A{n},Tea\n" for n in range(5)))
    import_id = path.rsplit("/", 1)[-1]
    manager.ask("PUT", f"{path}/undo")
    with app.app_context():
        undo.undo_part({"id": import_id, "kind": "items", "undone_by": 1})
        assert manager.get(path).json["undone_count"] == 2
        assert undo_import(Task("x", "import-undo", {"import": import_id}, "", 1))["undone_count"] == 5
    assert manager.get(path).json["state"] == "undone"
    assert items(manager) == {}


def test_the_pages_of_undoing(app: Flask, manager: Visitor) -> None:
    path = imported(app, manager, "code,name\nA,Tea\n").replace("/api", "")
    assert f"{path}/undo" in manager.get(path).get_data(as_text=True)
    page = manager.get(f"{path}/undo").get_data(as_text=True)
    assert "thing goes back" in page
    form = {"csrf_token": manager.csrf_token}
    assert manager.post(f"{path}/undo", data=form).status_code == 303
    assert "/api" not in path
    at_work = manager.get(path).get_data(as_text=True)
    assert 'hx-trigger="every 1s"' in at_work
    for part in ("import-state", "import-acts"):
        assert at_work.count(f'id="{part}"') == 1, "the head is brought up to date with the body"
        assert re.search(rf'hx-select-oob="[^"]*#{part}\b', at_work)
    with app.app_context():
        undo_import(Task("x", "import-undo", {"import": path.rsplit("/", 1)[-1]}, "", 1))
    assert "Taken back by Ana Manager" in manager.get(path).get_data(as_text=True)
    assert manager.get(f"{path}/undo").status_code == 303
