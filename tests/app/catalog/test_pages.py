"""The office pages of items: list, item, forms that lose nothing, merging, imports."""

import io
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.jobs.worker import work_once
from tests.app.visitor import Visitor, page

TEA = {"code": "TEA-1", "name": "Assam tea 250 g", "category": "Tea", "barcodes": ["4006381333931"]}
FORM = {"code": "TEA-2", "name": "Thé vert", "unit": "piece", "decimals": "0", "tracking": "none"}


@pytest.fixture
def manager(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("manager")


def add(visitor: Visitor, **fields: Any) -> int:
    answer = visitor.post("/api/items", json=TEA | fields)
    assert answer.status_code == 201, answer.json
    return int(answer.json["id"])


def sent(visitor: Visitor, path: str, **form: Any) -> Any:
    return visitor.post(path, data=form)


def version(html: str) -> str:
    found = re.search(r'name="updated_at" value="(\d+)"', html)
    assert found
    return found[1]


def work(app: Flask) -> None:
    with app.app_context():
        while work_once(app, threading.Event()):
            pass


def test_an_empty_catalogue_says_how_to_begin(manager: Visitor, signed_in: Callable[[str], Visitor]) -> None:
    html = page(manager, "/items")
    assert "No items yet" in html
    assert 'href="/imports/new?kind=items"' in html
    assert 'href="/items/new"' not in page(signed_in("viewer"), "/items")


def test_the_list_shows_what_the_search_finds_and_escapes_it(manager: Visitor) -> None:
    add(manager)
    add(manager, code="X", name="<script>alert(1)</script>", barcodes=[])
    html = page(manager, "/items")
    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert(1)" not in html
    assert "4006381333931" in html
    found = page(manager, "/items?q=assam")
    assert "Assam tea" in found
    assert "alert(1)" not in found
    assert "No item fits" in page(manager, "/items?q=nothing")
    assert "Search archived items too" in page(manager, "/items?q=nothing")


def test_an_address_that_makes_no_sense_falls_back(manager: Visitor) -> None:
    add(manager)
    for query in (
        "sort=price",
        "page=x",
        "page=99999",
        "state=gone",
        "category=Nope",
        "tracking=x",
        "q=" + "y" * 999,
    ):
        assert manager.get(f"/items?{query}").status_code == 200, query


def test_an_item_is_added_by_form_and_shown(manager: Visitor) -> None:
    answer = sent(manager, "/items/new", **FORM, barcodes="4006381333931\r\n\r\nBOX 1\r\n")
    assert answer.status_code == 303
    html = page(manager, answer.headers["Location"])
    assert "Thé vert" in html
    assert "BOX 1" in html
    assert "Nothing on hand" in html


def test_a_refused_form_keeps_what_was_typed_beside_what_is_wrong(manager: Visitor) -> None:
    add(manager)
    answer = sent(
        manager, "/items/new", **FORM | {"code": "", "unit": "x" * 17}, barcodes="77\n88", expiring="1"
    )
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="Thé vert"' in html
    assert "77\n88</textarea>" in html
    assert "This must be filled in." in html
    assert "At most 16 characters; these are 17." in html
    assert re.search(r'name="expiring" value="1" checked', html)
    taken = sent(manager, "/items/new", **FORM | {"code": "TEA-1"})
    assert "belongs to another item: Assam tea 250 g" in taken.get_data(as_text=True)
    barcode = sent(manager, "/items/new", **FORM, barcodes="04006381333931")
    assert "belongs to another item: TEA-1" in barcode.get_data(as_text=True)
    assert manager.get("/api/items").json["total"] == 1


def test_an_item_is_changed_by_form(manager: Visitor) -> None:
    item = add(manager, tracking="lot", expiring=True)
    html = page(manager, f"/items/{item}/edit")
    assert "4006381333931</textarea>" in html
    answer = sent(
        manager,
        f"/items/{item}/edit",
        **FORM | {"tracking": "lot"},
        barcodes="4006381333931",
        updated_at=version(html),
    )
    assert answer.status_code == 303
    changed = manager.get(f"/api/items/{item}").json
    assert (changed["name"], changed["expiring"]) == ("Thé vert", False)


def test_the_second_of_two_editors_sees_what_the_first_saved(manager: Visitor) -> None:
    item = add(manager)
    seen = version(page(manager, f"/items/{item}/edit"))
    first = {**FORM, "code": "TEA-1", "name": "First", "updated_at": seen}
    assert sent(manager, f"/items/{item}/edit", **first).status_code == 303
    second = sent(manager, f"/items/{item}/edit", **first | {"name": "Second"})
    html = second.get_data(as_text=True)
    assert second.status_code == 409
    assert "<dd>First</dd>" in html
    assert 'value="Second"' in html
    again = sent(manager, f"/items/{item}/edit", **first | {"name": "Second", "updated_at": version(html)})
    assert again.status_code == 303
    assert manager.get(f"/api/items/{item}").json["name"] == "Second"


def test_an_item_is_archived_and_brought_back(manager: Visitor) -> None:
    item = add(manager)
    assert sent(manager, f"/items/{item}/archive").status_code == 303
    assert "Archived" in page(manager, f"/items/{item}")
    assert "Archived" in page(manager, "/items?state=archived")
    assert sent(manager, f"/items/{item}/unarchive").status_code == 303
    assert manager.get(f"/api/items/{item}").json["state"] == "active"


def test_an_item_is_merged_by_choice_and_taken_apart(manager: Visitor) -> None:
    one, two = add(manager), add(manager, code="B", name="Assam tea, double", barcodes=[])
    html = page(manager, f"/items/{two}/merge")
    assert f"/items/{two}/merge?into={one}" in html
    assert f"into={two}" not in html
    assert f'name="survivor" value="{one}"' in page(manager, f"/items/{two}/merge?into={one}")
    assert "No other item fits" in page(manager, f"/items/{two}/merge?q=nothing")
    assert sent(manager, f"/items/{two}/merge", survivor=one).status_code == 303
    assert f"/items/{two}/unmerge" in page(manager, f"/items/{two}")
    assert "Take it apart again" in page(manager, f"/items/{two}/unmerge")
    assert "This entry is merged into" in page(manager, f"/items/{two}")
    assert "Assam tea, double" in page(manager, f"/items/{one}")
    refused = sent(manager, f"/items/{one}/merge", survivor=two)
    assert refused.status_code == 422
    assert "cannot be merged into it" in refused.get_data(as_text=True)
    for nonsense in ("", "x", "0", "999"):
        assert sent(manager, f"/items/{one}/merge", survivor=nonsense).status_code in (404, 422)
    assert sent(manager, f"/items/{two}/unmerge").status_code == 303


def test_a_file_goes_from_upload_to_the_list(app: Flask, manager: Visitor) -> None:
    table = b"Artikel;EAN;Was\nA-1;4006381333931;<b>Stift</b>\nA-2;;\n"
    answer = manager.post("/imports/new", data={"file": (io.BytesIO(table), "stifte.csv")})
    assert answer.status_code == 303
    path = answer.headers["Location"]
    html = page(manager, path)
    assert "&lt;b&gt;Stift" in html
    assert "No column holds the name" in html
    form = {"encoding": "utf-8", "delimiter": ";", "mode": "both"}
    chosen = {"column-0": "code", "column-1": "barcode", "column-2": "name"}
    reread = manager.post(f"{path}/reading", data=form | chosen, headers={"HX-Request": "true"})
    assert "No column holds the name" not in reread.get_data(as_text=True)
    assert sent(manager, f"{path}/check", **form, **chosen).status_code == 303
    assert 'hx-trigger="every 1s"' in page(manager, path)
    work(app)
    html = page(manager, path)
    assert "1 row has errors." in html
    assert "A new item needs a name." in html
    assert 'hx-trigger="every 1s"' not in html
    assert "None of this kind" in page(manager, f"{path}?level=warning")
    assert sent(manager, f"{path}/run", skip_faulty="1").status_code == 303
    work(app)
    assert "The import is done." in page(manager, path)
    assert "&lt;b&gt;Stift" in page(manager, "/items")
    assert "stifte.csv" in page(manager, "/imports")


def test_a_file_that_is_none_is_explained_on_the_page(manager: Visitor) -> None:
    assert "Choose a CSV or XLSX file." in manager.post("/imports/new", data={}).get_data(as_text=True)
    workbook = manager.post("/imports/new", data={"file": (io.BytesIO(b"PK\x03\x04..."), "items.xlsx")})
    assert workbook.status_code == 422
    assert "This workbook cannot be read" in workbook.get_data(as_text=True)


def test_a_wrong_reading_is_explained_and_changes_nothing(manager: Visitor) -> None:
    table = "Code;Name\nÄ;Tee\n".encode("windows-1252")
    path = manager.post("/imports/new", data={"file": (io.BytesIO(table), "x.csv")}).headers["Location"]
    form = {"encoding": "utf-8", "delimiter": ";", "mode": "both"}
    wrong = manager.post(f"{path}/reading", data=form, headers={"HX-Request": "1"})
    assert "Line 2 is not utf-8" in wrong.get_data(as_text=True)
    assert sent(manager, f"{path}/check", **form).status_code == 422
    assert sent(manager, f"{path}/check", encoding="klingon", delimiter="x", mode="both").status_code == 303


def test_an_import_is_removed(manager: Visitor) -> None:
    answer = manager.post("/imports/new", data={"file": (io.BytesIO(b"code,name\nA,B\n"), "x.csv")})
    path = answer.headers["Location"]
    assert sent(manager, f"{path}/remove").status_code == 303
    assert manager.get(path).status_code == 404


def test_viewers_see_no_buttons_and_may_do_nothing(signed_in: Callable[[str], Visitor]) -> None:
    item = add(signed_in("manager"))
    viewer = signed_in("viewer")
    html = page(viewer, f"/items/{item}")
    assert "/edit" not in html
    assert "/archive" not in html
    for path in ("/items/new", f"/items/{item}/edit", f"/items/{item}/merge", "/imports/new"):
        assert viewer.get(path).status_code == 403, path
    for path in (f"/items/{item}/archive", f"/items/{item}/merge", "/items/new", "/imports/new"):
        assert viewer.post(path, data={}).status_code == 403, path


def test_a_form_without_its_token_is_refused(manager: Visitor) -> None:
    manager.csrf_token = "guess"
    assert sent(manager, "/items/new", **FORM).status_code == 403


@pytest.mark.parametrize("path", ["/items/999", "/items/999/edit", "/items/99999999999999999999", "/items/x"])
def test_an_unknown_item_is_a_page_that_says_so(manager: Visitor, path: str) -> None:
    assert manager.get(path).status_code == 404


def test_strangers_are_sent_to_sign_in(visitor: Visitor) -> None:
    for path in ("/items", "/items/1", "/items/new", "/imports/new"):
        assert visitor.get(path).status_code == 302, path
