"""The office pages of locations: tree, place, forms that lose nothing, many at once."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.setup.seed import seed_world
from tests.app.visitor import Visitor, page


@pytest.fixture
def manager(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("manager")


@pytest.fixture
def world(app: Flask, manager: Visitor) -> Visitor:
    with app.app_context():
        seed_world()
    return manager


def place(visitor: Visitor, code: str) -> dict[str, Any]:
    found: dict[str, Any] = visitor.get(f"/api/locations/look-up?code={code}").json
    return found


def test_an_empty_warehouse_says_how_to_begin(manager: Visitor) -> None:
    assert "No locations yet" in page(manager, "/locations")


def test_the_tree_opens_branch_by_branch(world: Visitor) -> None:
    html = page(world, "/locations")
    assert "Harbour Street warehouse" in html
    assert "30 places" in html
    assert "A-01-01" not in html
    branch = page(world, f"/locations/{place(world, 'A-01')['id']}/children")
    assert "A-01-01" in branch
    assert "<html" not in branch
    assert re.search(r"A-01-06</a>.*?2 items", branch, re.S)


def test_a_search_turns_the_tree_into_a_list(world: Visitor) -> None:
    html = page(world, "/locations?q=c-01")
    assert "C-01-04" in html
    assert "A-01-01" not in html
    assert "No location fits" in page(world, "/locations?q=nothing")
    assert "A-03-06" in page(world, "/locations?kind=bin")


def test_a_place_shows_what_stands_there_and_what_moved(world: Visitor) -> None:
    html = page(world, f"/locations/{place(world, 'A-01-01')['id']}")
    assert "Assam tea 250 g" in html
    assert "T2401" in html
    assert "Ana Administrator" in html
    zone = page(world, f"/locations/{place(world, 'C')['id']}")
    assert "Whole milk 1 l" in zone
    assert "C-01-01" in zone
    assert "Nothing stands here" in page(world, f"/locations/{place(world, 'DOCK')['id']}")
    assert "This is no real place" in page(world, "/locations/1")


def test_an_item_shows_where_it_stands(world: Visitor) -> None:
    tea = world.get("/api/items/look-up?code=TEA-ASSAM-250").json
    html = page(world, f"/items/{tea['id']}")
    assert "A-01-01" in html
    assert "2 places" in html
    assert "Shipped" in html
    assert re.search(r"156</span>|156 ", html)
    assert "Fixed, because stock has been booked" in page(world, f"/items/{tea['id']}/edit")


def test_a_place_is_added_by_form(world: Visitor) -> None:
    zone = place(world, "A")["id"]
    html = page(world, f"/locations/new?parent={zone}&kind=aisle")
    assert re.search(r'<option value="aisle" selected>', html)
    form = {"kind": "aisle", "code": "A-04", "name": "", "barcode": "", "walk_order": "", "parent": zone}
    answer = world.post("/locations/new", data=form)
    assert answer.status_code == 303
    assert place(world, "A-04")["barcode"] == "LOC-A-04"
    refused = world.post("/locations/new", data=form | {"name": "<b>kept</b>"})
    html = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "There is a location A-04 already." in html
    assert "&lt;b&gt;kept" in html
    misplaced = world.post("/locations/new", data=form | {"code": "S", "kind": "site"})
    assert "A site stands by itself" in misplaced.get_data(as_text=True)
    another = world.post("/locations/new", data=form | {"code": "A-05", "another": "1"})
    assert "kind=aisle" in another.headers["Location"]


def test_a_place_is_changed_by_form_and_the_second_editor_sees_both(world: Visitor) -> None:
    dock = place(world, "DOCK")
    form = {name: str(dock[name]) for name in ("code", "barcode", "parent", "walk_order", "updated_at")}
    path = f"/locations/{dock['id']}/edit"
    assert f'value="{dock["updated_at"]}"' in page(world, path)
    assert world.post(path, data=form | {"name": "Quay"}).status_code == 303
    second = world.post(path, data=form | {"name": "Pier"})
    html = second.get_data(as_text=True)
    assert second.status_code == 409
    assert "<dd>Quay</dd>" in html
    assert 'value="Pier"' in html
    wrong = world.post(path, data=form | {"walk_order": "far", "name": "Pier"})
    assert wrong.status_code == 422
    assert 'value="far"' in wrong.get_data(as_text=True)


def test_goods_keep_a_place_from_being_archived(world: Visitor) -> None:
    full, empty = place(world, "A-01-01")["id"], place(world, "DOCK")["id"]
    refused = world.post(f"/locations/{full}/archive", data={})
    assert refused.status_code == 303
    assert "Assam tea 250 g (A-01-01)" in page(world, f"/locations/{full}")
    assert world.get(f"/api/locations/{full}").json["archived_at"] is None
    world.post(f"/locations/{empty}/archive", data={})
    assert world.get(f"/api/locations/{empty}").json["archived_at"]
    world.post(f"/locations/{empty}/unarchive", data={})
    assert world.get(f"/api/locations/{empty}").json["archived_at"] is None


def test_a_pattern_is_shown_before_it_is_made(world: Visitor) -> None:
    zone = place(world, "A")["id"]
    form = {"kind": "bin", "parent": zone, "pattern": "A-{04..05}-{01..03}", "with_aisles": "1"}
    looked = world.post("/locations/series", data=form | {"look": "1"}, headers={"HX-Request": "true"})
    html = looked.get_data(as_text=True)
    assert "<strong>6 locations</strong>" in html
    assert "and 2 new aisles" in html
    assert world.get("/api/locations?kind=aisle").json["total"] == 4
    taken = world.post("/locations/series", data=form | {"look": "1", "pattern": "A-{01..02}-01"})
    assert "2 of these exist already" in taken.get_data(as_text=True)
    wrong = world.post("/locations/series", data=form | {"pattern": "A-{9..1}"})
    assert wrong.status_code == 422
    assert "runs backwards" in wrong.get_data(as_text=True)
    assert world.post("/locations/series", data=form).status_code == 303
    assert place(world, "A-05-03")["walk_order"] > place(world, "A-04-01")["walk_order"]


def test_viewers_see_no_buttons_and_may_do_nothing(
    world: Visitor, signed_in: Callable[[str], Visitor]
) -> None:
    dock = place(world, "DOCK")["id"]
    viewer = signed_in("viewer")
    assert "/edit" not in page(viewer, f"/locations/{dock}")
    for path in ("/locations/new", "/locations/series", f"/locations/{dock}/edit"):
        assert viewer.get(path).status_code == 403, path
    assert viewer.post(f"/locations/{dock}/archive", data={}).status_code == 403


@pytest.mark.parametrize(
    "path", ["/locations/999", "/locations/999/children", "/locations/99999999999999999999"]
)
def test_an_unknown_location_is_a_page_that_says_so(manager: Visitor, path: str) -> None:
    assert manager.get(path).status_code == 404
