"""Every list of the office: search, order, filters, pages, views, columns, and files that it leaves as."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from app.people.access import throttle
from tests.app.floor import World
from tests.app.imports import desk
from tests.app.phone import CUSTOMER, SUPPLIER, Phone
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]

NARROWED = {"/locations": "?state=all", "/recounts": "?view=0"}
"""How a list is asked for that shows something else at first (a tree), so that it is seen as a list."""

NO_LISTS = {
    "/": "the overview shows the latest of several lists, each with the way to it",
    "/account": "what is one's own: a few sessions and tokens",
    "/api/": "a manual",
    "/health": "the state of one machine, and its last backups",
    "/items/fields": "a few fields that an administrator puts in order by hand",
    "/settings": "what the environment fixes: as many rows as there are variables",
}
"""Pages that show a table or a list and are none to work with, and why."""


NEEDED = {
    "search": 'type="search" name="q"',
    "order": 'class="sort"',
    "pages": 'class="pager"',
    "views": 'data-opens="save-view"',
    "columns": 'popovertarget="columns"',
    "export": 'popovertarget="export"',
}


@pytest.fixture
def office(
    app: Flask, world: World, phone: Phone, signed_in: Enter, monkeypatch: pytest.MonkeyPatch
) -> Visitor:
    """An administrator where every list holds something, who takes more files than people do."""
    monkeypatch.setattr(throttle, "EXPORTS", 1_000)
    soon = (date.today() + timedelta(days=9)).isoformat()
    phone.move(world.tea, SUPPLIER, world.dock, "10", lot="=1+1", expires_on=soon)
    phone.move(world.tea, world.dock, world.bin_a, "4", lot="=1+1", reason="putaway")
    phone.move(world.scanner, SUPPLIER, world.dock, "2", serials=["S/1", "=S2"])
    phone.move(world.sugar, SUPPLIER, world.bin_a, "5")
    phone.move(world.sugar, world.bin_a, CUSTOMER, "7.5")
    phone.move(55_555, SUPPLIER, world.dock, "1")
    assert phone.push().status_code == 200
    administrator = signed_in("administrator")
    bowl = {"code": "BOWL", "name": "Bowl", "category": "=Ware"}
    assert administrator.post("/api/items", json=bowl).status_code == 201
    desk.checked(app, administrator, "code,name\nMUG,Mug\n")
    found = administrator.get("/api/stock/discrepancies").json["rows"][0]["id"]
    assert administrator.post(f"/discrepancies/{found}/recount").status_code == 303
    return administrator


def lists_of(app: Flask) -> list[str]:
    """The addresses of all list pages."""
    views = app.view_functions
    rules = (rule for rule in app.url_map.iter_rules() if getattr(views[rule.endpoint], "is_list", False))
    return sorted(rule.rule for rule in rules)


def shown(browser: Visitor, path: str, query: str = "") -> str:
    answer = browser.get(path + (query or NARROWED.get(path, "?view=0")))
    assert answer.status_code == 200, path
    return str(answer.text)


def table_of(html: str) -> tuple[int, set[int]]:
    """How many columns the list's head has, and how many cells its rows have."""
    body = html.split('id="list-body"')[1]
    head, rows = body.split("<thead>")[1].split("</thead>")
    cells = {len(re.findall(r"<t[hd][ >]", row)) for row in rows.split("</table>")[0].split("<tr")[1:]}
    return len(re.findall(r"<th[ >]", head)), cells


def exported(browser: Visitor, path: str, query: str = "") -> list[list[str]]:
    query = query or NARROWED.get(path, "?view=0")
    answer = browser.get(f"{path}{query}&as=csv")
    assert answer.mimetype == "text/csv", path
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_every_page_with_a_table_is_a_list_or_says_why_not(app: Flask, office: Visitor) -> None:
    lists = lists_of(app)
    assert {"/items", "/movements", "/stock/list", "/lots", "/serials", "/imports", "/audit"} <= set(lists)
    for rule in app.url_map.iter_rules():
        path = rule.rule
        if rule.arguments or "GET" not in (rule.methods or ()) or path in NO_LISTS or path in lists:
            continue
        if path.startswith(("/static", "/floor", "/metrics")) or (path.startswith("/api/")):
            continue
        answer = office.get(path)
        assert answer.mimetype != "text/html" or '<table class="table' not in answer.text, path


def test_no_list_lacks_search_order_filter_pages_views_columns_or_export(app: Flask, office: Visitor) -> None:
    for path in lists_of(app):
        html = shown(office, path)
        missing = [name for name, mark in NEEDED.items() if mark not in html]
        assert not missing, (path, missing)
        toolbar = html.split('id="list-toolbar"')[1].split("</form>")[0]
        assert "<select" in toolbar or "desk-tabs" in html, (path, "filter")
        columns, cells = table_of(html)
        assert cells == {columns}, path
        check_files(office, path)
        check_columns(office, path, html)


def check_files(browser: Visitor, path: str) -> None:
    """Both kinds of file hold the same rows, and nothing that a spreadsheet would evaluate."""
    head, *rows = exported(browser, path)
    assert rows and {len(row) for row in rows} == {len(head)}, path
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))], path
    answer = browser.get(f"{path}{NARROWED.get(path, '?view=0')}&as=xlsx")
    workbook = zipfile.ZipFile(io.BytesIO(answer.data))
    assert workbook.read("xl/worksheets/sheet1.xml").count(b"<row ") == len(rows) + 1, path


def check_columns(browser: Visitor, path: str, html: str) -> None:
    """With every column put away that can be, the list and its files still stand, narrower by those."""
    names = re.findall(r'name="known" value="(\w+)"', html)
    page = re.findall(r'name="page" value="([\w.]+)"', html.split('id="columns"')[1])[0]
    columns, width = table_of(html)[0], len(exported(browser, path)[0])
    form = {"page": page, "query": NARROWED.get(path, "?view=0")[1:], "known": names}
    answer = browser.post("/views/columns", data=form)
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, path)
    left, cells = table_of(shown(browser, path))
    assert (left, cells) == (columns - len(names), {left}), path
    assert 0 < len(exported(browser, path)[0]) < width, path


def test_columns_are_chosen_for_oneself_and_of_lists_that_one_may_see(
    office: Visitor, signed_in: Enter
) -> None:
    operator = signed_in("operator")
    form = {"page": "item_pages.items", "known": ["code", "changed", "x y", "<b>", "A" * 99]}
    assert office.post("/views/columns", data=form).headers["Location"] == "/items?view=0"
    assert exported(office, "/items")[0][0] == "name"
    assert exported(operator, "/items")[0][0] == "code"
    office.post("/views/columns", data={**form, "column": ["code"]})
    assert exported(office, "/items")[0][0] == "code"
    assert office.post("/views/columns", data={"page": "item_pages.new"}).status_code == 404
    closed = {"page": "users_pages.people", "known": ["email"]}
    assert operator.post("/views/columns", data=closed).status_code == 404
