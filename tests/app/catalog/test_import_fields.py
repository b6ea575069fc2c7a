"""Own fields in tables of items: mapped, checked by their type, written, taken back, and out again."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.catalog.import_items import ITEMS
from app.imports.columns import suggested_columns
from app.imports.kinds import Field
from tests.app.catalog.shop import add_field
from tests.app.imports.desk import (
    PATH,
    checked,
    counts,
    imported,
    problems,
    run,
    undone,
    upload,
    uploaded,
    work,
)
from tests.app.visitor import Visitor


@pytest.fixture
def owner(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("administrator")


def held(owner: Visitor, state: str = "active") -> dict[str, dict[str, str]]:
    rows = owner.get(f"/api/items?sort=code&state={state}").json["rows"]
    return {row["code"]: row["added_fields"] for row in rows}


def with_fields(owner: Visitor) -> None:
    add_field(owner, "Weight", "number", unit="kg")
    add_field(owner, "Tested on", "date")
    add_field(owner, "Colour", "choice", choices="Red\nBlue")
    add_field(owner, "Frozen", "boolean")
    add_field(owner, "=Shelf | note")


FULL = {
    "Weight": "-0.25", "Tested on": "2026-02-28", "Colour": "Blue", "Frozen": "no", "=Shelf | note": "=1+1"
}  # fmt: skip


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_exported_list_with_own_fields_comes_in_again_unchanged(
    app: Flask, owner: Visitor, ending: str
) -> None:
    with_fields(owner)
    long = {"Weight": "123456789012345678.5", "=Shelf | note": "'quoted", "Frozen": "yes"}
    for code, added in (("A", FULL), ("B", long), ("C", {})):
        made = owner.post("/api/items", json={"code": code, "name": code, "added_fields": added})
        assert made.status_code == 201, made.json
    before = owner.get("/api/items").json
    table = owner.get(f"/items?as={ending}").get_data()
    body = upload(owner, table, f"items.{ending}").json
    assert len([name for name in body["columns"] if name.startswith("field-")]) == len(FULL)
    path = f"{PATH}/{body['id']}"
    assert owner.ask("PUT", f"{path}/check").status_code == 202
    work(app)
    assert problems(owner, path) == []
    assert run(app, owner, path).status_code == 202
    assert counts(owner, path) == ("done", 0, 0, 3, 0)
    assert owner.get("/api/items").json == before


def test_a_table_fills_own_fields_of_new_items_and_changes_those_of_others(
    app: Flask, owner: Visitor
) -> None:
    with_fields(owner)
    imported(app, owner, 'code,name,weight,TESTED ON,colour,frozen\nA,Tea,"1,5",28.2.2026,RED,x\n')
    assert held(owner) == {
        "A": {"Weight": "1.5", "Tested on": "2026-02-28", "Colour": "Red", "Frozen": "yes"}
    }
    seen = owner.get("/api/items").json["rows"][0]["updated_at"]
    path = imported(app, owner, "code,name,weight,frozen\nA,Tea,2,\nB,Rice,,\n")
    assert held(owner)["A"] == {
        "Weight": "2", "Tested on": "2026-02-28", "Colour": "Red", "Frozen": "yes"
    }  # fmt: skip
    assert counts(owner, path) == ("done", 1, 1, 0, 0)
    assert owner.get("/api/items?sort=code").json["rows"][0]["updated_at"] > seen


def test_the_dry_run_names_row_and_column_of_every_value_that_does_not_fit(
    app: Flask, owner: Visitor
) -> None:
    with_fields(owner)
    path = checked(
        app,
        owner,
        "code,name,Weight,Tested on,Colour,Frozen\n"
        "A,Tea,heavy,30.2.2026,green,maybe\n"
        'B,Tea,"1,500",2026-1-1,,\n'
        "C,Tea,4.00638E+12,,,\n"
        "D,Tea,1,2026-01-01,blue,ja\n",
    )
    assert [(row, column) for row, column, _ in problems(owner, path)] == [
        (2, "Weight"), (2, "Tested on"), (2, "Colour"), (2, "Frozen"), (3, "Weight"), (3, "Tested on"),
        (4, "Weight"),
    ]  # fmt: skip
    assert "One of: Red, Blue." in [message for *_, message in problems(owner, path)]
    assert held(owner) == {}


def test_new_items_need_required_own_fields_and_others_do_not(app: Flask, owner: Visitor) -> None:
    owner.post("/api/items", json={"code": "OLD", "name": "Old"})
    add_field(owner, "Grade", is_required="1")
    path = checked(app, owner, "code,name,Grade\nOLD,Older,\nNEW,New,\nFULL,Full,A\n")
    assert problems(owner, path) == [(3, "Grade", "A new item needs “Grade”.")]
    path = checked(app, owner, "code,name\nNEW,New\n")
    assert problems(owner, path) == [(2, "", "A new item needs “Grade”.")]


def test_an_import_that_is_taken_back_gives_own_fields_what_they_held(app: Flask, owner: Visitor) -> None:
    with_fields(owner)
    imported(app, owner, "code,name,Weight,Colour\nA,Tea,1,Red\nB,Rice,,\n")
    before = held(owner)
    path = imported(app, owner, "code,name,Weight,Colour\nA,,2,\nB,,3,Blue\nC,Salt,4,Red\n")
    assert held(owner)["B"] == {"Weight": "3", "Colour": "Blue"}
    assert undone(app, owner, path) == (3, 0)
    assert held(owner) == before
    assert held(owner, "archived") == {"C": {"Weight": "4", "Colour": "Red"}}


def test_an_own_field_that_somebody_filled_since_stays(app: Flask, owner: Visitor) -> None:
    with_fields(owner)
    path = imported(app, owner, "code,name,Weight\nA,Tea,1\n")
    seen = owner.get("/api/items").json["rows"][0]
    mine = {"updated_at": seen["updated_at"], "added_fields": {"Weight": "9"}}
    assert owner.patch(f"/api/items/{seen['id']}", json=mine).status_code == 200
    assert undone(app, owner, path) == (0, 1)
    assert held(owner) == {"A": {"Weight": "9"}}


def test_a_field_put_away_after_it_was_mapped_is_asked_for_again(app: Flask, owner: Visitor) -> None:
    weight = add_field(owner, "Weight", "number")
    path = uploaded(owner, "code,name,Weight\nA,Tea,1\n")
    assert owner.get(path).json["columns"] == ["code", "name", f"field-{weight}"]
    owner.post(f"/items/fields/{weight}/archive")
    body = owner.get(path).json
    assert "no longer in use" in body["problems"][0]
    assert f"field-{weight}" not in [each["name"] for each in body["fillable"]]
    assert owner.patch(path, json={"columns": ["code", "name", ""]}).json["problems"] == []


def own(key: str, name: str) -> Field:
    return Field(key, name, str, title=name)


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (("code", "Reference"), ("code", "field-1")),
        (("Reference", "code"), ("field-1", "code")),
        (("pack", "Pack"), ("pack", "")),
        (("", "code"), ("", "code")),
    ],
)
def test_a_name_comes_before_an_own_field_and_that_before_a_synonym(
    header: tuple[str, ...], columns: tuple[str, ...]
) -> None:
    kind = ITEMS.with_fields([own("field-1", "Reference"), own("field-2", "Pack"), own("field-3", "★")])
    assert suggested_columns(header, kind) == columns


def test_own_fields_are_offered_explained_and_in_the_example(app: Flask, owner: Visitor) -> None:
    with_fields(owner)
    add_field(owner, "Grade", is_required="1")
    start = owner.get("/imports/new?kind=items").text
    assert "a number in kg" in start and "one of: Red, Blue." in start and "New items need it." in start
    example = owner.get(f"{PATH}/example/items.csv").get_data()
    page = owner.get(uploaded(owner, example).replace("/api", "")).text
    assert '<optgroup label="Own fields">' in page and ">Tested on</option>" in page
    heads: list[Any] = next(csv.reader(io.StringIO(example.decode("utf-8-sig"))))
    assert heads[-6:] == ["Weight", "Tested on", "Colour", "Frozen", "'=Shelf | note", "Grade"]
    imported(app, owner, example)
    assert held(owner)["RICE"] == {
        "Weight": "1.5", "Tested on": "2027-03-31", "Colour": "Red", "Frozen": "yes", "Grade": "A",
        "=Shelf | note": "A",
    }  # fmt: skip
