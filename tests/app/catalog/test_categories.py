"""Categories: listed with their items, renamed, and two of them made one only when asked."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.catalog.categories import rename_category
from app.database import transaction
from app.web.errors import Refusal
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]
PATH = "/items/categories"


@pytest.fixture
def manager(signed_in: Enter) -> Visitor:
    browser = signed_in("manager")
    for code, category in (("T1", "Tea"), ("T2", "Tea"), ("T3", "tea"), ("M1", "Ware"), ("N1", "")):
        item = {"code": code, "name": f"Item {code}", "category": category}
        assert browser.post("/api/items", json=item).status_code == 201
    return browser


def listed(browser: Visitor, query: str = "?view=0") -> list[tuple[str, int]]:
    rows = browser.get(f"{PATH}{query}").text.split("<tbody>")[-1].split("<tr>")[1:]
    line = re.compile(r'data-row[^>]*>([^<]*)</a>.*?<td class="number"[^>]*>(\d+)<', re.DOTALL)
    found = (line.search(row) for row in rows)
    return [(one[1], int(one[2])) for one in found if one]


def rename(browser: Visitor, name: str, **form: str) -> Any:
    return browser.post(f"{PATH}/rename?name={name}", data=form)


def test_each_category_shows_how_many_items_it_has(manager: Visitor) -> None:
    assert listed(manager, "?sort=-items") == [("Tea", 2), ("Ware", 1), ("tea", 1)]
    assert listed(manager, "?q=war") == [("Ware", 1)]
    item = manager.get("/api/items?search=M1").json["rows"][0]["id"]
    assert manager.post(f"/items/{item}/archive").status_code == 303
    assert listed(manager, "?q=war") == []
    assert listed(manager, "?q=war&state=all") == [("Ware", 1)]


def test_a_renamed_category_is_found_by_its_new_name_and_told_to_phones(
    manager: Visitor, signed_in: Enter
) -> None:
    before = {row["code"]: row["updated_at"] for row in manager.get("/api/items").json["rows"]}
    assert rename(manager, "Tea", to="  Loose   tea ").status_code == 303
    assert ("Loose tea", 2) in listed(manager)
    found = manager.get("/api/items?search=loose").json["rows"]
    assert {row["code"] for row in found} == {"T1", "T2"}
    assert all(row["updated_at"] > before[row["code"]] for row in found)
    audit = signed_in("administrator").get("/audit?kind=category&view=0").text
    assert "Loose tea" in audit and "Category renamed" in audit


def test_the_name_of_another_category_asks_before_both_are_one(manager: Visitor) -> None:
    asked = rename(manager, "tea", to="Tea")
    assert asked.status_code == 409
    assert 'name="merge" value="Tea"' in asked.text and "Merge the two" in asked.text
    assert ("tea", 1) in listed(manager)
    assert rename(manager, "tea", to="Ware", merge="Tea").status_code == 409
    assert rename(manager, "tea", to="Tea", merge="Tea").status_code == 303
    assert listed(manager) == [("Tea", 3), ("Ware", 1)]


def test_a_name_that_is_none_is_told_beside_the_field(manager: Visitor, signed_in: Enter) -> None:
    for name in ("", "x" * 81, "a\x00b", "Tea"):
        refused = rename(manager, "Tea", to=name)
        assert (refused.status_code, 'id="to-problem"' in refused.text) == (422, True), name
    for name in ("Nothing", ""):
        assert rename(manager, name, to="x").status_code == 404
        assert manager.get(f"{PATH}/rename?name={name}").status_code == 404
    assert "3 items" not in manager.get(f"{PATH}/rename?name=Tea").text
    assert rename(signed_in("operator"), "Tea", to="x").status_code == 403


def test_a_category_of_very_many_items_is_left_to_an_import(
    app: Flask, manager: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.catalog.categories.ITEMS_MOST", 1)
    with app.app_context(), pytest.raises(Refusal) as refused, transaction() as connection:
        rename_category(connection, "Tea", "Coffee")
    assert (refused.value.status, refused.value.code) == (409, "too_many")
