"""What stands at a site that is closed to one is named on no page, in no file and in no answer (I14)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from app.people.roles import allows
from tests.app.floor import World, enrol
from tests.app.imports.desk import checked, problems
from tests.app.people.test_doors import AT_A_SITE, PART, address_of, guarded_views, is_interface
from tests.app.phone import Phone
from tests.app.two_sites import move
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]
MARKS = ("N-01", "NORTH", "LOC-N-")
NUMBERED = ("item", "item_id", "location", "location_id", "from", "to", "parent", "within")
"""What addresses ask for by number."""


@pytest.fixture
def yard(app: Flask, north: dict[str, int], signed_in: Enter, world: World, staff: dict[str, int]) -> None:
    """At the other site: a shelf below zero, which a person counted, and a phone that works there alone."""
    administrator, viewer = signed_in("administrator"), signed_in("viewer")
    count = {"item": world.sugar, "location": north["bin"], "quantity": "6"}
    moves = [{"kind": "count", "body": count}, move(world, 2, "9", north["bin"])]
    administrator.post("/api/stock/operations", json={"operations": moves})
    finding = administrator.get("/api/stock/discrepancies").json["rows"][0]
    assert administrator.post(f"/discrepancies/{finding['id']}/recount").status_code == 303
    body = {"all_sites": False, "sites": [north["site"]]}
    administrator.ask("PUT", f"/api/users/{staff['viewer']}/sites", json=body)
    phone = Phone(app.test_client(), actor=staff["viewer"])
    enrol(viewer, phone)
    administrator.ask("PUT", f"/api/devices/{phone.device}/name", json={"name": "NORTH phone"})


def addresses(app: Flask, world: World, north: dict[str, int]) -> Iterator[str]:
    """Whatever a manager reads that names nothing at a site: plainly, as a file, and asked for by number."""
    numbers = dict.fromkeys(NUMBERED, north["bin"]) | {"parent": north["site"], "item_id": world.sugar}
    asked = "&".join(f"{name}={number}" for name, number in numbers.items())
    for rule, role in guarded_views(app):
        if "GET" not in (rule.methods or ()) or not allows("manager", role) or rule.arguments & AT_A_SITE:
            continue
        address = address_of(rule)
        if rule.arguments == {"item_id"}:
            address = PART.sub(str(world.sugar), rule.rule)
        is_list = getattr(app.view_functions[rule.endpoint], "is_list", False)
        if is_list or is_interface(rule):
            yield address
        else:
            yield from (f"{address}?{asked}", f"{address}?item=SUGAR&lot=")
        if is_list:
            yield f"{address}?state=all&as=csv"


def shown(browser: Visitor, address: str) -> str:
    return browser.get(address).get_data().decode("latin-1")


def test_nothing_that_can_be_read_names_a_closed_site(
    app: Flask, yard: None, kept_to_main: Enter, signed_in: Enter, north: dict[str, int], world: World
) -> None:
    manager, administrator = kept_to_main("manager"), signed_in("administrator")
    for address in ("/locations", "/devices", "/stock/list", "/recounts"):
        assert any(mark in shown(administrator, address) for mark in MARKS), address
    every = addresses(app, world, north)
    assert [address for address in every if any(mark in shown(manager, address) for mark in MARKS)] == []


def posted(browser: Visitor, kind: str, body: dict[str, Any]) -> Any:
    return browser.post("/api/stock/operations", json={"operations": [{"kind": kind, "body": body}]})


def test_a_count_that_moved_nothing_is_not_taken_back_from_another_site(
    kept_to_main: Enter, signed_in: Enter, north: dict[str, int], world: World
) -> None:
    count = {"item": world.sugar, "location": north["bin"], "quantity": "7"}
    counted = posted(signed_in("administrator"), "count", count).json["operations"][0]["id"]
    refused = posted(kept_to_main("manager"), "reverse", {"target": counted, "reason": "mistake"})
    assert (refused.status_code, refused.json["code"]) == (403, "other_site")


@pytest.mark.parametrize("place", [[1], {"a": 1}, 10**30, "1", None])
def test_what_is_no_place_is_refused_to_one_with_some_sites_as_to_everybody(
    kept_to_main: Enter, world: World, place: object
) -> None:
    body = {"item": world.sugar, "from": 1, "to": place, "quantity": "1"}
    answer = posted(kept_to_main("operator"), "move", body)
    assert (answer.status_code, answer.json["code"]) == (422, "bad_body")


def test_bins_of_a_series_stand_in_no_aisle_of_another_site(
    kept_to_main: Enter, signed_in: Enter, north: dict[str, int], world: World
) -> None:
    administrator = signed_in("administrator")
    aisle = {"kind": "aisle", "code": "Z-01", "parent": north["site"]}
    assert administrator.post("/api/locations", json=aisle).status_code == 201
    main = administrator.get(f"/api/locations/{world.dock}").json["site"]
    series = {"kind": "bin", "pattern": "Z-01-{01..02}", "parent": main, "with_aisles": True}
    refused = kept_to_main("manager").post("/api/locations/series", json=series)
    assert (refused.status_code, list(refused.json["errors"]["json"])) == (422, ["pattern"])
    assert administrator.get("/api/locations?search=Z-01-").json["rows"] == []


def test_a_code_or_barcode_that_is_taken_elsewhere_tells_no_more(
    kept_to_main: Enter, signed_in: Enter, north: dict[str, int], world: World
) -> None:
    main = signed_in("administrator").get(f"/api/locations/{world.dock}").json["site"]
    new = {"kind": "bin", "code": "MINE", "barcode": "LOC-N-01", "parent": main}
    manager = kept_to_main("manager")
    for named in (new, {**new, "code": "N-01", "barcode": "MINE"}):
        answer = manager.post("/api/locations", json=named)
        assert answer.status_code == 409 and "location" not in answer.json
    assert "of another site" in manager.post("/api/locations", json=new).json["message"]


def test_tables_learn_nothing_of_places_at_a_closed_site(
    app: Flask, kept_to_main: Enter, signed_in: Enter, north: dict[str, int], world: World
) -> None:
    administrator, manager = signed_in("administrator"), kept_to_main("manager")
    serial = {"item": world.scanner, "from": 1, "to": north["bin"], "quantity": "1", "serials": ["SN-9"]}
    assert posted(administrator, "move", serial).status_code == 201
    former = {"kind": "bin", "code": "N-012", "barcode": "OLD", "parent": north["site"]}
    archived = administrator.post("/api/locations", json=former).json["id"]
    assert administrator.ask("PUT", f"/api/locations/{archived}/archived").status_code == 200
    tables = {
        "stock": "item,location,serials\nSCANNER,DOCK,SN-9\nSCANNER,OLD,SN-8\n",
        "locations": "code,kind,parent,barcode\nX-1,bin,MAIN,OLD\n",
    }
    told = {kind: problems(manager, checked(app, manager, table, kind)) for kind, table in tables.items()}
    assert [(row, column) for row, column, _ in told["stock"]] == [(2, "serials"), (3, "location")]
    assert [(row, column) for row, column, _ in told["locations"]] == [(2, "barcode")]
    messages = [message for found in told.values() for *_, message in found]
    assert [text for text in messages if any(mark in text for mark in MARKS)] == []
