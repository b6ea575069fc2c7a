"""Packs of items: added, changed, put away; what the routes refuse and what phones are told."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.catalog.pack_schemas import PackSchema
from app.database import reading
from app.stock.feed.rows import changed_rows
from tests.app.visitor import Visitor, page

TEA = {"code": "TEA-1", "name": "Assam tea 250 g", "tracking": "lot", "barcodes": ["4006381333931"]}
CASE = {"name": "case", "factor": "12", "barcodes": ["14006381333938"]}


@pytest.fixture
def manager(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("manager")


@pytest.fixture
def tea(manager: Visitor) -> dict[str, Any]:
    body: dict[str, Any] = manager.post("/api/items", json=TEA).json
    return body


def packed(manager: Visitor, item: dict[str, Any], **fields: Any) -> dict[str, Any]:
    answer = manager.post(f"/api/items/{item['id']}/packs", json=CASE | fields)
    assert answer.status_code == 201, answer.json
    body: dict[str, Any] = answer.json
    return body


def patched(manager: Visitor, item: dict[str, Any], **fields: Any) -> Any:
    path = f"/api/items/{item['id']}/packs/{item['packs'][0]['id']}"
    return manager.patch(
        path,
        json={"updated_at": item["updated_at"], **fields},
    )


def told(app: Flask, item: int) -> list[Any]:
    with app.app_context(), reading() as connection:
        [row] = changed_rows(connection, "item", [str(item)])
        return row


def test_a_pack_is_added_and_shown_with_its_item(app: Flask, manager: Visitor, tea: dict[str, Any]) -> None:
    made = packed(manager, tea)
    [case] = made["packs"]
    assert PackSchema().fields.keys() == case.keys()
    assert (case["name"], case["factor"], case["barcodes"]) == ("case", "12", ["14006381333938"])
    assert case["factors"] == [{"since": None, "factor": "12"}]
    assert made["barcodes"] == ["4006381333931"]
    assert made["updated_at"] > tea["updated_at"]


def test_phones_get_packs_in_use_behind_the_item_and_nothing_where_there_are_none(
    app: Flask, manager: Visitor, tea: dict[str, Any]
) -> None:
    assert len(told(app, tea["id"])) == 11
    made = packed(manager, tea)
    [case] = made["packs"]
    assert told(app, tea["id"])[10:] == [["04006381333931"], [[case["id"], "case", "12", ["14006381333938"]]]]
    manager.ask("PUT", f"/api/items/{tea['id']}/packs/{case['id']}/archived")
    assert len(told(app, tea["id"])) == 11


def test_the_barcode_of_a_case_finds_its_item(manager: Visitor, tea: dict[str, Any]) -> None:
    packed(manager, tea)
    assert manager.get("/api/items/look-up?code=14006381333938").json["id"] == tea["id"]
    assert [row["id"] for row in manager.get("/api/items?search=14006381333938").json["rows"]] == [tea["id"]]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"factor": "0"}, "packs"),
        ({"factor": "2.5"}, "packs"),
        ({"factor": "-1"}, "factor"),
        ({"factor": "1,500"}, "factor"),
        ({"factor": 12}, "factor"),
        ({"factor": "1000001"}, "packs"),
        ({"name": ""}, "name"),
        ({"name": "x" * 17}, "name"),
        ({"name": "Piece"}, "packs"),
        ({"barcodes": ["4006381333931"]}, "barcodes"),
        ({"barcodes": "x"}, None),
    ],
)
def test_a_pack_that_makes_no_sense_is_refused(
    manager: Visitor, tea: dict[str, Any], fields: dict[str, Any], field: str | None
) -> None:
    answer = manager.post(f"/api/items/{tea['id']}/packs", json=CASE | fields)
    assert answer.status_code in ((201,) if field is None else (422, 409)), answer.json
    if field:
        assert field in answer.json["errors"]["json"]
        assert manager.get(f"/api/items/{tea['id']}").json == tea


def test_names_differ_also_from_those_put_away(manager: Visitor, tea: dict[str, Any]) -> None:
    made = packed(manager, tea)
    manager.ask("PUT", f"/api/items/{tea['id']}/packs/{made['packs'][0]['id']}/archived")
    answer = manager.post(f"/api/items/{tea['id']}/packs", json={"name": "CASE", "factor": "10"})
    assert (answer.status_code, answer.json["code"]) == (409, "name_taken")


def test_a_barcode_belongs_to_one_item_or_pack(manager: Visitor, tea: dict[str, Any]) -> None:
    made = packed(manager, tea)
    other = manager.post("/api/items", json={"code": "X", "name": "X", "barcodes": ["14006381333938"]})
    assert (other.status_code, other.json["code"]) == (409, "barcode_taken")
    manager.ask("PUT", f"/api/items/{tea['id']}/packs/{made['packs'][0]['id']}/archived")
    again = manager.post(f"/api/items/{tea['id']}/packs", json=CASE | {"name": "tray"})
    assert (again.status_code, again.json["errors"]["json"].keys()) == (422, {"barcodes"})


def test_goods_with_serials_have_no_packs(manager: Visitor) -> None:
    drill = manager.post("/api/items", json={"code": "D", "name": "Drill", "tracking": "serial"}).json
    answer = manager.post(f"/api/items/{drill['id']}/packs", json=CASE)
    assert answer.json["errors"]["json"].keys() == {"tracking"}


def test_another_factor_says_what_it_means(manager: Visitor, tea: dict[str, Any]) -> None:
    made = packed(manager, tea)
    refused = patched(manager, made, factor="10")
    assert refused.json["errors"]["json"].keys() == {"factor_kind"}
    changed = patched(manager, made, factor="10", factor_kind="change").json
    assert [each["factor"] for each in changed["packs"][0]["factors"]] == ["12", "10"]
    assert changed["packs"][0]["factors"][1]["since"] > 0
    corrected = patched(manager, changed, factor="8", factor_kind="correction").json
    assert [each["factor"] for each in corrected["packs"][0]["factors"]] == ["12", "8"]
    assert corrected["packs"][0]["factor"] == "8"


def test_a_pack_gets_another_name_and_other_barcodes(manager: Visitor, tea: dict[str, Any]) -> None:
    changed = patched(manager, packed(manager, tea), name="carton", barcodes=["BOX 12"]).json
    [carton] = changed["packs"]
    assert (carton["name"], carton["factor"], carton["barcodes"]) == ("carton", "12", ["BOX 12"])
    assert manager.get("/api/items/look-up?code=14006381333938").status_code == 404


def test_a_version_that_is_not_the_latest_is_refused(manager: Visitor, tea: dict[str, Any]) -> None:
    made = packed(manager, tea)
    patched(manager, made, name="carton")
    assert patched(manager, made, name="box").json["code"] == "edited_meanwhile"


def test_a_pack_comes_back_with_its_barcodes(manager: Visitor, tea: dict[str, Any]) -> None:
    made = packed(manager, tea)
    path = f"/api/items/{tea['id']}/packs/{made['packs'][0]['id']}/archived"
    away = manager.ask("PUT", path).json
    assert away["packs"][0]["archived_at"] is not None
    assert manager.ask("PUT", path).status_code == 200
    back = manager.delete(path).json
    assert back["packs"][0]["archived_at"] is None
    assert back["packs"][0]["barcodes"] == ["14006381333938"]
    assert patched(manager, away, name="box").status_code == 409


def test_a_pack_of_another_item_is_not_found(manager: Visitor, tea: dict[str, Any]) -> None:
    made = packed(manager, tea)
    other = manager.post("/api/items", json={"code": "X", "name": "X"}).json
    path = f"/api/items/{other['id']}/packs/{made['packs'][0]['id']}/archived"
    assert manager.ask("PUT", path).status_code == 404


def test_the_base_unit_keeps_the_decimals_that_a_factor_needs(manager: Visitor) -> None:
    rice = manager.post("/api/items", json={"code": "R", "name": "Rice", "unit": "kg", "decimals": 3}).json
    made = packed(manager, rice, name="sack", factor="12.5", barcodes=[])
    answer = manager.patch(
        f"/api/items/{rice['id']}",
        json={"updated_at": made["updated_at"], "decimals": 0},
    )
    assert answer.json["errors"]["json"].keys() == {"decimals"}


def test_the_page_of_an_item_leads_to_its_packs(
    manager: Visitor, tea: dict[str, Any], signed_in: Callable[[str], Visitor]
) -> None:
    path = f"/items/{tea['id']}"
    assert f"{path}/packs/new" in page(manager, path)
    sent = manager.post(f"{path}/packs/new", data={"name": "case", "factor": "12", "barcodes": "BOX 12\r\n"})
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{path}#packs")
    shown = page(manager, path)
    assert "case" in shown
    assert "BOX 12" in shown
    seen = page(signed_in("viewer"), path)
    assert "BOX 12" in seen
    assert "/packs/" not in seen


def test_the_form_of_a_pack_says_what_is_wrong_and_keeps_what_was_typed(
    manager: Visitor, tea: dict[str, Any]
) -> None:
    made = packed(manager, tea)
    path = f"/items/{tea['id']}/packs/{made['packs'][0]['id']}"
    form = {"name": "case", "factor": "2.5", "barcodes": "", "factor_kind": "change"}
    answer = manager.post(path, data=form | {"updated_at": str(made["updated_at"])})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="2.5"' in html
    assert 'id="factor-problem"' in html
    changed = manager.post(path, data=form | {"factor": "10", "updated_at": str(made["updated_at"])})
    assert changed.status_code == 303
    assert "10" in page(manager, path)


def test_a_pack_is_put_away_and_brought_back_on_the_page(manager: Visitor, tea: dict[str, Any]) -> None:
    made = packed(manager, tea)
    path = f"/items/{tea['id']}/packs/{made['packs'][0]['id']}"
    assert manager.post(f"{path}/archive").status_code == 303
    assert f"{path}/unarchive" in page(manager, f"/items/{tea['id']}")
    assert manager.post(f"{path}/unarchive").status_code == 303
    assert f"{path}/archive" in page(manager, f"/items/{tea['id']}")
