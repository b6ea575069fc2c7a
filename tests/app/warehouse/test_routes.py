"""Locations over JSON: made, moved, put away unless goods stand there; many by a pattern; bad input."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from app.catalog.shelf import Standing, keep_shelf
from app.database import reading
from app.stock.shelf import BookShelf
from app.warehouse.places import below_ids, places_by_code
from app.warehouse.schemas import LocationSchema
from tests.app.visitor import Visitor

PATH = "/api/locations"


@pytest.fixture
def manager(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("manager")


def add(visitor: Visitor, kind: str, code: str, parent: int | None = None, **fields: Any) -> dict[str, Any]:
    answer = visitor.post(PATH, json={"kind": kind, "code": code, "parent": parent, **fields})
    assert answer.status_code == 201, answer.json
    body: dict[str, Any] = answer.json
    return body


@pytest.fixture
def site(manager: Visitor) -> dict[str, Any]:
    return add(manager, "site", "HARBOUR", name="Harbour Street")


class FullShelf(BookShelf):
    """A book in which tea stands at one place."""

    def __init__(self, place: dict[str, Any]) -> None:
        self.place = place

    def within(self, connection: Connection, location_id: int, limit: int) -> list[Standing]:
        inside = connection.scalars(below_ids(location_id)).all()
        goods = (2, "T", "Assam tea", "piece", self.place["id"], self.place["code"])
        return [Standing(*goods, "", None, 5)] if self.place["id"] in inside else []


def feed(app: Flask) -> list[int]:
    with app.app_context(), reading() as connection:
        told = "SELECT key FROM feed_change WHERE entity = 'location' ORDER BY position"
        return [int(key) for (key,) in connection.execute(text(told))]


def test_a_site_names_itself_and_what_stands_in_it_names_the_site(app: Flask, manager: Visitor) -> None:
    site = add(manager, "site", "HARBOUR")
    zone = add(manager, "zone", "A", site["id"])
    aisle = add(manager, "aisle", "A-01", zone["id"])
    place = add(manager, "bin", "A-01-01", aisle["id"])
    assert [each["site"] for each in (site, zone, aisle, place)] == [site["id"]] * 4
    assert place["barcode"] == "LOC-A-01-01"
    assert feed(app)[-4:] == [site["id"], zone["id"], aisle["id"], place["id"]]
    assert manager.get(f"{PATH}/{place['id']}").json == place
    assert place.keys() == LocationSchema().fields.keys()


def test_the_walk_leads_through_the_whole_site(manager: Visitor, site: dict[str, Any]) -> None:
    one, two = add(manager, "aisle", "A", site["id"]), add(manager, "aisle", "B", site["id"])
    bins = [add(manager, "bin", code, aisle["id"]) for code, aisle in (("A1", one), ("B1", two), ("A2", one))]
    orders = [place["walk_order"] for place in (one, two, *bins)]
    assert orders == sorted(set(orders))
    assert add(manager, "bin", "A3", one["id"], walk_order=7)["walk_order"] == 7


@pytest.mark.parametrize(
    ("kind", "above"), [("zone", None), ("bin", None), ("site", "site"), ("zone", "zone"), ("aisle", "bin")]
)
def test_a_place_in_the_wrong_place_is_refused(
    manager: Visitor, site: dict[str, Any], kind: str, above: str | None
) -> None:
    parents = {None: None, "site": site["id"]}
    parents["zone"] = add(manager, "zone", "Z", site["id"])["id"]
    parents["bin"] = add(manager, "bin", "B", site["id"])["id"]
    answer = manager.post(PATH, json={"kind": kind, "code": "X", "parent": parents[above]})
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert answer.json["errors"]["json"].keys() == {"parent"}


@pytest.mark.parametrize("parent", [1, 4, 999])
def test_nothing_stands_in_a_virtual_or_unknown_place(manager: Visitor, parent: int) -> None:
    answer = manager.post(PATH, json={"kind": "bin", "code": "X", "parent": parent})
    assert answer.json["errors"]["json"].keys() == {"parent"}


def test_a_code_or_barcode_that_is_taken_names_its_place(manager: Visitor, site: dict[str, Any]) -> None:
    code = manager.post(PATH, json={"kind": "site", "code": "HARBOUR"})
    assert (code.status_code, code.json["code"]) == (409, "code_taken")
    assert code.json["location"]["id"] == site["id"]
    barcode = manager.post(PATH, json={"kind": "site", "code": "B", "barcode": "LOC-HARBOUR"})
    assert (barcode.status_code, barcode.json["code"]) == (409, "barcode_taken")
    manager.post("/api/items", json={"code": "T", "name": "Tea", "barcodes": ["BOX 1"]})
    item = manager.post(PATH, json={"kind": "site", "code": "B", "barcode": "BOX 1"})
    assert "belongs to an item" in item.json["message"]


def test_a_change_is_made_once_and_a_second_editor_sees_both(manager: Visitor, site: dict[str, Any]) -> None:
    path = f"{PATH}/{site['id']}"
    first = manager.patch(path, json={"name": "Pier", "updated_at": site["updated_at"]}).json
    assert first["name"] == "Pier"
    second = manager.patch(path, json={"name": "Quay", "updated_at": site["updated_at"]})
    assert (second.status_code, second.json["code"]) == (409, "edited_meanwhile")
    assert (second.json["current"], second.json["yours"]) == (first, {"name": "Quay"})
    assert manager.patch(path, json={"name": "Quay"}).json["code"] == "version_needed"
    seen = {"If-Match": f'"{first["updated_at"]}"'}
    assert manager.patch(path, json={"name": "Quay"}, headers=seen).status_code == 200


def test_a_barcode_made_from_the_code_follows_it_and_one_of_its_own_stays(
    manager: Visitor, site: dict[str, Any]
) -> None:
    path = f"{PATH}/{site['id']}"
    renamed = manager.patch(path, json={"code": "PIER", "updated_at": site["updated_at"]}).json
    assert renamed["barcode"] == "LOC-PIER"
    own = manager.patch(path, json={"barcode": "P-7", "updated_at": renamed["updated_at"]}).json
    again = manager.patch(path, json={"code": "QUAY", "updated_at": own["updated_at"]}).json
    assert again["barcode"] == "P-7"
    emptied = manager.patch(path, json={"barcode": "", "updated_at": again["updated_at"]}).json
    assert emptied["barcode"] == "LOC-QUAY"


def test_a_place_moved_to_another_site_takes_everything_in_it_along(
    manager: Visitor, site: dict[str, Any]
) -> None:
    other = add(manager, "site", "NORTH")
    zone = add(manager, "zone", "A", site["id"])
    place = add(manager, "bin", "A-01", zone["id"])
    moved = manager.patch(
        f"{PATH}/{zone['id']}", json={"parent": other["id"], "updated_at": zone["updated_at"]}
    )
    assert (moved.json["parent"], moved.json["site"]) == (other["id"], other["id"])
    assert manager.get(f"{PATH}/{place['id']}").json["site"] == other["id"]
    wrong = manager.patch(
        f"{PATH}/{zone['id']}", json={"parent": place["id"], "updated_at": moved.json["updated_at"]}
    )
    assert wrong.status_code == 422


def test_an_empty_place_is_archived_with_all_in_it_and_comes_back_alone(
    app: Flask, manager: Visitor, site: dict[str, Any]
) -> None:
    zone = add(manager, "zone", "A", site["id"])
    place = add(manager, "bin", "A-01", zone["id"])
    assert manager.ask("PUT", f"{PATH}/{zone['id']}/archived").json["archived_at"]
    assert manager.get(f"{PATH}/{place['id']}").json["archived_at"]
    assert feed(app)[-2:] == [zone["id"], place["id"]]
    assert [row["code"] for row in manager.get(PATH).json["rows"]] == ["HARBOUR"]
    early = manager.delete(f"{PATH}/{place['id']}/archived")
    assert (early.status_code, early.json["code"]) == (409, "above_archived")
    assert manager.delete(f"{PATH}/{zone['id']}/archived").json["archived_at"] is None
    assert manager.get(f"{PATH}/{place['id']}").json["archived_at"]
    assert manager.delete(f"{PATH}/{place['id']}/archived").status_code == 200


def test_a_place_is_not_archived_while_goods_stand_in_it(
    app: Flask, manager: Visitor, site: dict[str, Any]
) -> None:
    zone = add(manager, "zone", "A", site["id"])
    place = add(manager, "bin", "A-01", zone["id"])
    keep_shelf(app, FullShelf(place))
    for each in (place, zone, site):
        answer = manager.ask("PUT", f"{PATH}/{each['id']}/archived")
        assert (answer.status_code, answer.json["code"]) == (409, "occupied")
        assert "Assam tea (A-01)" in answer.json["message"]
        assert answer.json["standing"][0]["item"] == "T"
    assert manager.get(f"{PATH}/{site['id']}").json["archived_at"] is None


def test_the_list_is_searched_filtered_and_sorted(manager: Visitor, site: dict[str, Any]) -> None:
    zone = add(manager, "zone", "A", site["id"], name="Shelving")
    other = add(manager, "zone", "C", site["id"], name="Cold store")
    for code, parent in (("A-2", zone), ("A-1", zone), ("C-1", other)):
        add(manager, "bin", code, parent["id"])

    def codes(query: str) -> list[str]:
        return [row["code"] for row in manager.get(f"{PATH}?{query}").json["rows"]]

    assert codes("") == ["A", "A-1", "A-2", "C", "C-1", "HARBOUR"]
    assert codes("search=cold") == ["C"]
    assert codes("search=loc-a-1") == ["A-1"]
    assert codes("search=%25") == []
    assert codes("kind=bin&sort=-code") == ["C-1", "A-2", "A-1"]
    assert codes(f"within={zone['id']}&sort=walk_order") == ["A-2", "A-1"]
    assert codes("per_page=2&page=2") == ["A-2", "C"]
    assert manager.get(f"{PATH}?kind=virtual").status_code == 422


def test_the_tree_opens_level_by_level_with_counts(manager: Visitor, site: dict[str, Any]) -> None:
    zone = add(manager, "zone", "A", site["id"])
    for number in range(3):
        add(manager, "bin", f"A-{number}", zone["id"])
    gone = add(manager, "bin", "A-9", zone["id"])
    manager.ask("PUT", f"{PATH}/{gone['id']}/archived")
    top = manager.get(f"{PATH}/tree").json
    assert [(row["code"], row["places"]) for row in top["rows"]] == [("HARBOUR", 4)]
    below = manager.get(f"{PATH}/tree?parent={site['id']}").json["rows"]
    assert [(row["code"], row["places"]) for row in below] == [("A", 3)]
    assert len(manager.get(f"{PATH}/tree?parent={zone['id']}").json["rows"]) == 3


@pytest.mark.parametrize("code", ["LOC-HARBOUR", "HARBOUR", "harbour", " HARBOUR "])
def test_a_place_is_looked_up_by_label_or_code(manager: Visitor, site: dict[str, Any], code: str) -> None:
    assert manager.get(f"{PATH}/look-up", query_string={"code": code}).json == site
    assert manager.get(f"{PATH}/look-up?code=SUPPLIER").status_code == 404


def test_places_are_found_in_the_order_in_which_they_are_named(
    app: Flask, manager: Visitor, site: dict[str, Any]
) -> None:
    zone = add(manager, "zone", "A", site["id"])
    for code in ("A-03", "A-01", "A-02"):
        add(manager, "aisle", code, zone["id"])
    for wanted in (["A-02", "A-03", "A-01"], ["A-01", "A-02", "A-03"], ["A-03", "gone", "A-02"]):
        with app.app_context(), reading() as connection:
            assert [*places_by_code(connection, wanted)] == [code for code in wanted if code != "gone"]


def test_a_pattern_makes_bins_in_their_aisles(app: Flask, manager: Visitor, site: dict[str, Any]) -> None:
    zone = add(manager, "zone", "A", site["id"])
    add(manager, "aisle", "A-01", zone["id"])
    series = {"parent": zone["id"], "pattern": "A-{01..03}-{01..04}", "with_aisles": True}
    planned = manager.post(f"{PATH}/series/preview", json=series).json
    assert (len(planned["codes"]), planned["aisles"], planned["taken"]) == (12, ["A-02", "A-03"], [])
    assert manager.get(PATH).json["total"] == 3
    made = manager.post(f"{PATH}/series", json=series)
    assert (made.status_code, len(made.json["ids"])) == (201, 14)
    rows = manager.get(f"{PATH}?kind=bin&sort=walk_order").json["rows"]
    assert [row["code"] for row in rows] == planned["codes"]
    parents = {row["id"]: row["code"] for row in manager.get(f"{PATH}?kind=aisle").json["rows"]}
    assert all(row["code"].startswith(parents[row["parent"]]) for row in rows)
    assert {row["site"] for row in rows} == {site["id"]}
    assert len(set(feed(app))) == len(feed(app))


def test_a_pattern_makes_all_or_nothing(manager: Visitor, site: dict[str, Any]) -> None:
    add(manager, "bin", "B-2", site["id"])
    series = {"parent": site["id"], "pattern": "B-{1..3}"}
    assert manager.post(f"{PATH}/series/preview", json=series).json["taken"] == ["B-2"]
    answer = manager.post(f"{PATH}/series", json=series)
    assert (answer.status_code, answer.json["code"]) == (409, "code_taken")
    assert answer.json["taken"] == ["B-2"]
    assert manager.get(PATH).json["total"] == 2


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"pattern": "B-{1..9999}"}, "pattern"),
        ({"pattern": "B-{1"}, "pattern"),
        ({"pattern": "{1,1}"}, "pattern"),
        ({"pattern": "x" * 65}, "pattern"),
        ({"pattern": "B\x00"}, "pattern"),
        ({"pattern": ""}, "pattern"),
        ({"pattern": "x" * 201}, "pattern"),
        ({"pattern": 7}, "pattern"),
        ({"kind": "zone", "with_aisles": True}, "with_aisles"),
        ({"pattern": "B{1..2}", "with_aisles": True}, "with_aisles"),
        ({"parent": None}, "parent"),
        ({"kind": "shelf"}, "kind"),
    ],
)
def test_a_series_says_what_is_wrong_with_it(
    manager: Visitor, site: dict[str, Any], fields: dict[str, Any], name: str
) -> None:
    series = {"parent": site["id"], "pattern": "B-{1..2}"} | fields
    for path in ("series", "series/preview"):
        answer = manager.post(f"{PATH}/{path}", json=series)
        assert (answer.status_code, answer.json["code"]) == (422, "invalid")
        assert answer.json["errors"]["json"].keys() == {name}


def test_each_field_says_what_is_wrong_with_it(manager: Visitor) -> None:
    good = {"kind": "site", "code": "NORTH"}
    hostile: list[Any] = ["a\x00b", "a\u202eb", "a\nb", "x" * 1_000_000, 7, None, ["a"], {}, True]
    wrong = [(name, bad) for name in ("code", "name", "barcode") for bad in hostile]
    wrong += [("code", ""), ("code", " "), ("code", "x" * 65), ("name", "x" * 121), ("barcode", "x" * 129)]
    wrong += [("kind", bad) for bad in ("", "virtual", "shelf", 1, None)]
    wrong += [("parent", bad) for bad in (0, -1, 1.5, "x", 10**20, True, [])]
    wrong += [("walk_order", bad) for bad in (-1, 1.5, 10**20, "x", True)]
    wrong += [("price", 1)]
    for name, bad in wrong:
        answer = manager.post(PATH, json=good | {name: bad})
        assert (answer.status_code, answer.json["code"]) == (422, "invalid"), (name, repr(bad)[:40])
        assert answer.json["errors"]["json"].keys() == {name}, (name, repr(bad)[:40])
    assert manager.get(PATH).json["total"] == 0


def test_html_in_a_name_is_just_text(manager: Visitor) -> None:
    assert add(manager, "site", "<b>", name="<script>x</script>")["name"] == "<script>x</script>"


@pytest.mark.parametrize("place_id", [1, 2, 3, 4, 5])
def test_the_reserved_locations_stay_as_they_are(manager: Visitor, place_id: int) -> None:
    assert manager.patch(f"{PATH}/{place_id}", json={"name": "x", "updated_at": 1}).json["code"] == "reserved"
    assert manager.ask("PUT", f"{PATH}/{place_id}/archived").json["code"] == "reserved"


@pytest.mark.parametrize("place_id", ["999", "0", "99999999999999999999", "x"])
def test_an_unknown_location_is_not_found(manager: Visitor, place_id: str) -> None:
    for method, path in (("GET", ""), ("PATCH", ""), ("PUT", "/archived"), ("DELETE", "/archived")):
        body = {"json": {"updated_at": 1}} if method == "PATCH" else {}
        answer = manager.ask(method, f"{PATH}/{place_id}{path}", **body)
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_viewers_read_and_do_not_write(signed_in: Callable[[str], Visitor]) -> None:
    site = add(signed_in("manager"), "site", "HARBOUR")
    operator = signed_in("operator")
    assert operator.get(PATH).json["total"] == 1
    assert operator.get(f"{PATH}/tree").status_code == 200
    assert operator.post(PATH, json={"kind": "site", "code": "X"}).status_code == 403
    assert operator.patch(f"{PATH}/{site['id']}", json={"name": "x"}).status_code == 403
    assert operator.ask("PUT", f"{PATH}/{site['id']}/archived").status_code == 403
    assert operator.post(f"{PATH}/series", json={"pattern": "x"}).status_code == 403
