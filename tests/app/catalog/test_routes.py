"""Items over JSON: made, changed, found; two who edit at once; bad input in every field."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.catalog.schemas import ItemSchema
from app.database import reading
from tests.app.visitor import Visitor

TEA = {
    "code": "TEA-1",
    "name": "Assam tea 250 g",
    "category": "Tea",
    "tracking": "lot",
    "expiring": True,
    "barcodes": ["4006381333931", "BOX 12"],
}


@pytest.fixture
def manager(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("manager")


def add(visitor: Visitor, **fields: Any) -> dict[str, Any]:
    answer = visitor.post("/api/items", json=TEA | fields)
    assert answer.status_code == 201, answer.json
    body: dict[str, Any] = answer.json
    return body


def feed(app: Flask) -> list[str]:
    with app.app_context(), reading() as connection:
        rows = connection.execute(text("SELECT key FROM feed_change WHERE entity = 'item' ORDER BY position"))
        return [key for (key,) in rows]


def test_an_item_is_made_and_shown_with_its_version(app: Flask, manager: Visitor) -> None:
    made = add(manager)
    assert made["barcodes"] == ["4006381333931", "BOX 12"]
    assert made["state"] == "active"
    answer = manager.get(f"/api/items/{made['id']}")
    assert answer.json == made
    assert answer.headers["ETag"] == f'"{made["updated_at"]}"'
    assert feed(app)[-1] == str(made["id"])


def test_the_body_has_exactly_the_documented_fields(manager: Visitor) -> None:
    made = add(manager)
    assert made.keys() == ItemSchema().fields.keys()
    assert ItemSchema().dump(made) == made


def test_defaults_make_a_plain_piece(manager: Visitor) -> None:
    made = manager.post("/api/items", json={"code": "X", "name": "Y"}).json
    assert (made["unit"], made["decimals"], made["tracking"], made["expiring"]) == ("piece", 0, "none", False)


def test_a_code_that_is_taken_names_the_item_that_has_it(manager: Visitor) -> None:
    first = add(manager)
    answer = manager.post("/api/items", json=TEA | {"name": "Other", "barcodes": []})
    assert (answer.status_code, answer.json["code"]) == (409, "code_taken")
    assert answer.json["item"] == {"id": first["id"], "code": "TEA-1", "name": "Assam tea 250 g"}
    assert "Assam tea 250 g" in answer.json["message"]
    assert answer.json["errors"]["json"].keys() == {"code"}


def test_a_barcode_in_another_length_is_taken_all_the_same(manager: Visitor) -> None:
    first = add(manager)
    answer = manager.post("/api/items", json={"code": "B", "name": "B", "barcodes": ["04006381333931"]})
    assert (answer.status_code, answer.json["code"]) == (409, "barcode_taken")
    assert answer.json["item"]["id"] == first["id"]
    assert manager.get("/api/items?search=B").json["total"] == 1


def test_a_change_touches_the_named_fields_alone(app: Flask, manager: Visitor) -> None:
    made = add(manager)
    change = {"name": "Assam tea, loose", "updated_at": made["updated_at"]}
    answer = manager.patch(f"/api/items/{made['id']}", json=change)
    assert answer.status_code == 200
    different = {name for name in made if answer.json[name] != made[name]}
    assert different == {"name", "updated_at"}
    assert answer.json["updated_at"] > made["updated_at"]
    assert len(feed(app)) == len(set(feed(app)))


def test_if_match_names_the_version_as_well(manager: Visitor) -> None:
    made = add(manager)
    path = f"/api/items/{made['id']}"
    seen = {"If-Match": f'"{made["updated_at"]}"'}
    assert manager.patch(path, json={"name": "A"}, headers=seen).status_code == 200
    assert manager.patch(path, json={"name": "B"}, headers=seen).status_code == 409
    assert manager.patch(path, json={"name": "B"}).json["code"] == "version_needed"
    assert manager.patch(path, json={"name": "B"}, headers={"If-Match": '"x"'}).status_code == 400


def test_of_two_who_edit_at_once_the_second_sees_both_versions(manager: Visitor) -> None:
    made = add(manager)
    path = f"/api/items/{made['id']}"
    first = manager.patch(path, json={"name": "First", "updated_at": made["updated_at"]})
    second = manager.patch(
        path, json={"name": "Second", "barcodes": ["96385074"], "updated_at": made["updated_at"]}
    )
    assert (second.status_code, second.json["code"]) == (409, "edited_meanwhile")
    assert second.json["current"] == first.json
    assert second.json["yours"] == {"name": "Second", "barcodes": ["96385074"]}
    assert manager.get(path).json["name"] == "First"


def test_a_change_that_changes_nothing_leaves_the_version(app: Flask, manager: Visitor) -> None:
    made = add(manager)
    before = feed(app)
    answer = manager.patch(
        f"/api/items/{made['id']}", json={"name": made["name"], "updated_at": made["updated_at"]}
    )
    assert answer.json == made
    assert feed(app) == before


def test_barcodes_are_exchanged_as_a_whole(manager: Visitor) -> None:
    made = add(manager)
    path = f"/api/items/{made['id']}"
    changed = manager.patch(path, json={"barcodes": ["BOX 12", "NEW"], "updated_at": made["updated_at"]})
    assert changed.json["barcodes"] == ["BOX 12", "NEW"]
    assert manager.get("/api/items/look-up?code=4006381333931").status_code == 404
    assert manager.get("/api/items/look-up?code=NEW").json["id"] == made["id"]
    freed = manager.post("/api/items", json={"code": "C", "name": "C", "barcodes": ["4006381333931"]})
    assert freed.status_code == 201


@pytest.mark.parametrize("code", ["4006381333931", "04006381333931", "BOX 12", "TEA-1", "tea-1"])
def test_an_item_is_looked_up_by_what_is_printed_or_typed(manager: Visitor, code: str) -> None:
    made = add(manager)
    assert manager.get("/api/items/look-up", query_string={"code": code}).json == made


def test_an_archived_item_leaves_the_list_and_comes_back(app: Flask, manager: Visitor) -> None:
    made = add(manager)
    path = f"/api/items/{made['id']}"
    archived = manager.ask("PUT", f"{path}/archived").json
    assert archived["state"] == "archived"
    assert manager.ask("PUT", f"{path}/archived").json == archived
    assert manager.get("/api/items").json["rows"] == []
    assert manager.get("/api/items?state=archived").json["total"] == 1
    assert manager.delete(f"{path}/archived").json["state"] == "active"
    assert manager.get("/api/items").json["total"] == 1
    assert feed(app)[-1] == str(made["id"])


def test_two_entries_of_one_thing_are_merged_and_taken_apart(app: Flask, manager: Visitor) -> None:
    one = add(manager)
    two = add(manager, code="TEA-1B", barcodes=["96385074"])
    merged = manager.ask("PUT", f"/api/items/{two['id']}/survivor", json={"survivor": one["id"]}).json
    assert (merged["state"], merged["survivor"]) == ("merged", one["id"])
    assert manager.get("/api/items").json["total"] == 1
    assert manager.get("/api/items/look-up?code=96385074").json["survivor"] == one["id"]
    apart = manager.delete(f"/api/items/{two['id']}/survivor").json
    assert (apart["state"], apart["survivor"]) == ("active", None)
    assert manager.delete(f"/api/items/{two['id']}/survivor").json["code"] == "not_merged"


def test_the_list_answers_in_pages_with_filters_and_orders(manager: Visitor) -> None:
    for number in range(7):
        add(manager, code=f"T{number}", name=f"Thing {number}", barcodes=[])
    page = manager.get("/api/items?search=thing&sort=-code&per_page=3&page=2&category=Tea&tracking=lot").json
    assert [row["code"] for row in page["rows"]] == ["T3", "T2", "T1"]
    assert (page["total"], page["page"], page["per_page"], page["more_than_total"]) == (7, 2, 3, False)


def test_a_list_that_makes_no_sense_is_refused(manager: Visitor) -> None:
    wrong = ("sort=price", "per_page=201", "per_page=0", "page=0", "page=x", "page=1000", "state=gone")
    for query in (*wrong, "tracking=x", "nope=1"):
        answer = manager.get(f"/api/items?{query}")
        assert (answer.status_code, answer.json["code"]) == (422, "invalid"), query
        assert answer.json["message"], query


def test_a_search_of_signs_is_answered(manager: Visitor) -> None:
    add(manager)
    for hostile in ("%", "_", "'", '"', "\\", "*", "NEAR(a b)", "a OR b", "^", "(", "\x00", "😀", "\ue000"):
        answer = manager.get("/api/items", query_string={"search": hostile})
        assert answer.status_code == 200, repr(hostile)


TEXTS = ["code", "name", "description", "category", "unit"]
BAD_TEXTS: list[Any] = [
    "a\x00b",
    "a\x1bb",
    "\x7f",
    "a\u202eb",
    "x" * 1_000_000,
    7,
    None,
    ["a"],
    {"a": 1},
    True,
]


@pytest.mark.parametrize("name", TEXTS)
def test_each_text_refuses_what_it_cannot_hold(manager: Visitor, name: str) -> None:
    for bad in BAD_TEXTS:
        answer = manager.post("/api/items", json=TEA | {name: bad})
        assert (answer.status_code, answer.json["code"]) == (422, "invalid"), repr(bad)[:40]
        assert answer.json["errors"]["json"].keys() == {name}, repr(bad)[:40]
    assert manager.get("/api/items").json["total"] == 0


BAD_FIELDS: list[tuple[str, Any]] = [
    ("code", ""),
    ("code", "   "),
    ("name", "\u00a0"),
    ("unit", ""),
    ("code", "x" * 65),
    ("name", "x" * 201),
    ("description", "x" * 4001),
    ("category", "x" * 81),
    ("unit", "x" * 17),
    ("code", "a\nb"),
    ("decimals", -1),
    ("decimals", 7),
    ("decimals", 1.5),
    ("decimals", 1e20),
    ("decimals", True),
    ("decimals", "NaN"),
    ("decimals", None),
    ("tracking", "batch"),
    ("tracking", None),
    ("expiring", "perhaps"),
    ("expiring", None),
    ("barcodes", "not a list\x00"),
    ("barcodes", [7]),
    ("barcodes", [""]),
    ("barcodes", ["x" * 129]),
    ("barcodes", ["a\x1d"]),
    ("barcodes", [f"B{number}" for number in range(51)]),
    ("barcodes", None),
    ("barcodes", {"a": "b"}),
]


def test_each_field_says_what_is_wrong_with_it(manager: Visitor) -> None:
    for name, bad in BAD_FIELDS:
        answer = manager.post("/api/items", json=TEA | {name: bad})
        assert (answer.status_code, answer.json["code"]) == (422, "invalid"), (name, repr(bad)[:40])
        assert answer.json["errors"]["json"].keys() == {name}, (name, repr(bad)[:40])


def test_fields_that_contradict_each_other_are_refused(manager: Visitor) -> None:
    serial = manager.post("/api/items", json=TEA | {"tracking": "serial", "decimals": 2, "expiring": False})
    assert serial.json["errors"]["json"].keys() == {"decimals"}
    expiring = manager.post("/api/items", json=TEA | {"tracking": "none"})
    assert expiring.json["errors"]["json"].keys() == {"expiring"}


def test_html_in_a_name_is_just_text(manager: Visitor) -> None:
    made = add(manager, name="<script>alert(1)</script>")
    assert made["name"] == "<script>alert(1)</script>"


@pytest.mark.parametrize("body", ["{", "[]", "7", '"x"', "null", "{}", '{"code":"A","name":"B","price":1}'])
def test_a_body_that_is_no_item_is_refused(manager: Visitor, body: str) -> None:
    answer = manager.post("/api/items", data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert {"code", "message", "trace"} <= answer.json.keys()


@pytest.mark.parametrize("item_id", ["999", "0", "99999999999999999999", "x", "-1"])
def test_an_unknown_item_is_not_found(manager: Visitor, item_id: str) -> None:
    for method, path in (("GET", ""), ("PATCH", ""), ("PUT", "/archived"), ("DELETE", "/survivor")):
        body = {"json": {"updated_at": 1}} if method == "PATCH" else {}
        answer = manager.ask(method, f"/api/items/{item_id}{path}", **body)
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")


@pytest.mark.parametrize(("method", "path"), [("PATCH", ""), ("PUT", "/archived"), ("DELETE", "/archived")])
def test_the_reserved_item_stays_as_it_is(manager: Visitor, method: str, path: str) -> None:
    body = {"json": {"name": "Mine", "updated_at": 1}} if method == "PATCH" else {}
    assert manager.ask(method, f"/api/items/1{path}", **body).json["code"] == "reserved"


def test_viewers_read_and_do_not_write(app: Flask, signed_in: Callable[[str], Visitor]) -> None:
    made = add(signed_in("manager"))
    for role in ("viewer", "operator"):
        visitor = signed_in(role)
        assert visitor.get("/api/items").status_code == 200
        assert visitor.post("/api/items", json=TEA).status_code == 403
        assert visitor.patch(f"/api/items/{made['id']}", json={"name": "x"}).status_code == 403
        assert visitor.ask("PUT", f"/api/items/{made['id']}/archived").status_code == 403
        assert (
            visitor.ask("PUT", f"/api/items/{made['id']}/survivor", json={"survivor": 2}).status_code == 403
        )
    stranger = Visitor(app.test_client())
    assert stranger.get("/api/items").status_code == 401
