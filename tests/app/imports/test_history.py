"""The history of imports and the list of what is wrong: searched, filtered, downloaded; and examples."""

import csv
import io
from collections.abc import Callable

import pytest
from flask import Flask

from app.imports.kinds import known_kinds
from tests.app.imports.desk import PATH, checked, imported, problems, undone, upload
from tests.app.visitor import Visitor


@pytest.fixture
def manager(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("manager")


def listed(visitor: Visitor, query: str) -> list[str]:
    return [row["file_name"] for row in visitor.get(f"{PATH}?{query}").json["rows"]]


def test_imports_are_found_by_kind_state_person_and_name(
    app: Flask, manager: Visitor, staff: dict[str, int], signed_in: Callable[[str], Visitor]
) -> None:
    undone(app, manager, imported(app, manager, "code,name\nA,Tea\n"))
    upload(manager, "code,kind\nMAIN,site\n", "places.csv", "locations")
    upload(signed_in("administrator"), "email,name,role\na@b.example,A,viewer\n", "people.csv", "users")
    assert listed(manager, "sort=file") == ["items.csv", "places.csv"]
    assert listed(manager, "kind=locations") == ["places.csv"]
    assert listed(manager, "state=undone") == ["items.csv"]
    assert listed(manager, "search=PLACE") == ["places.csv"]
    assert listed(manager, f"user={staff['administrator']}") == []
    assert manager.get(f"{PATH}?state=sleeping").status_code == 422
    page = manager.get("/imports?kind=items").get_data(as_text=True)
    assert "items.csv" in page
    assert "places.csv" not in page
    assert "No import fits" in manager.get("/imports?q=nothing").get_data(as_text=True)


def test_an_empty_history_shows_the_way_in(manager: Visitor) -> None:
    assert "Nothing imported yet" in manager.get("/imports").get_data(as_text=True)


def test_problems_are_searched_and_filtered_by_column(app: Flask, manager: Visitor) -> None:
    path = checked(app, manager, "code,name,decimals\nA,,9\nB,,x\nC,Tea,1\n")
    assert [row for row, *_ in problems(manager, path)] == [2, 3]
    assert problems(manager, path, "&column=name") == []
    assert [row for row, *_ in problems(manager, path, "&column=decimals&search=3")] == [3]
    assert manager.get(f"{path}/problems?column=decimals").json["total"] == 2
    html = manager.get(f"{path.replace('/api', '')}?column=decimals&q=whole").get_data(as_text=True)
    assert "1–2 of 2" in html


def test_faulty_rows_come_back_as_they_were_and_are_put_right(app: Flask, manager: Visitor) -> None:
    path = checked(app, manager, 'code,name,decimals\nA,"=1+1, ""x""",9\nB,Tea,0\n')
    text = manager.get(f"{path}/faulty.csv").get_data(as_text=True).removeprefix("\ufeff")
    [row] = list(csv.DictReader(io.StringIO(text)))
    assert row["code"] == "A"
    assert row["name"] == '\'=1+1, "x"'
    imported(app, manager, text.replace(",9,", ",2,"))
    assert manager.get("/api/items").json["rows"][0]["name"] == '=1+1, "x"'
    assert manager.get(f"{path}/faulty.xlsx").data.startswith(b"PK")


def test_an_import_says_once_who_did_it(app: Flask, manager: Visitor) -> None:
    path = imported(app, manager, "code,name\nA,Tea\n").replace("/api", "")
    html = manager.get(path).get_data(as_text=True)
    assert "Imported by Ana Manager," in html
    assert "&lt;time" not in html


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", ["items", "locations", "stock", "users"])
def test_an_example_can_be_uploaded_as_it_is(
    app: Flask, signed_in: Callable[[str], Visitor], kind: str, ending: str
) -> None:
    boss = signed_in("administrator")
    content = boss.get(f"{PATH}/example/{kind}.{ending}").get_data()
    body = upload(boss, content, f"example.{ending}", kind).json
    assert body["problems"] == []
    with app.app_context():
        assert set(body["columns"]) == set(known_kinds()[kind].names)


def test_an_example_of_nothing_is_not_found(manager: Visitor) -> None:
    assert manager.get(f"{PATH}/example/pets.csv").status_code == 404
    assert manager.get(f"{PATH}/example/users.csv").status_code == 403
