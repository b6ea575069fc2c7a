"""Scopes: what a person may not see never reaches their device, over whatever door it is asked for."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.clock import now_ms
from app.database import database, publish, transaction
from app.exchange.scopes import EVERYWHERE, narrowed, scope_key, scope_names
from app.people.devices.models import Device
from app.people.devices.sites import choose_device_sites
from app.people.models import User
from app.people.sites import choose_sites
from app.stock.discrepancies.models import Discrepancy
from app.warehouse.models import Location
from sync.protocol import checksum
from sync.quantity import parse_quantity
from tests.app.books import assert_sound, on_hand
from tests.app.floor import World
from tests.app.imports.desk import imported
from tests.app.phone import SUPPLIER, Phone, statuses, unpacked
from tests.app.test_live import Listener, closed, listen
from tests.app.visitor import Visitor

__all__ = ["listen"]

MakePhone = Callable[..., Phone]


@dataclass(frozen=True)
class Towns:
    """Two sites with a bin each; ``here`` is where the operator works, ``there`` is closed to them."""

    here: int
    there: int
    bin_here: int
    bin_there: int
    sugar: int
    scanner: int


@pytest.fixture
def towns(app: Flask, world: World, staff: dict[str, int]) -> Towns:
    moment = now_ms()
    times = {"created_at": moment, "updated_at": moment}
    with app.app_context(), transaction() as connection:
        places = []
        for code in ("HERE", "THERE"):
            site = Location(kind="site", code=code, name=code, barcode=f"LOC-{code}", **times)
            database.session.add(site)
            database.session.flush()
            site.site_id = site.id
            own = {"kind": "bin", "parent_id": site.id, "site_id": site.id, **times}
            cell = Location(code=f"{code}-1", name=f"secret of {code}", barcode=f"LOC-{code}-1", **own)
            database.session.add(cell)
            database.session.flush()
            places += [site.id, cell.id]
        here, bin_here, there, bin_there = places
        publish(connection, [("location", str(place)) for place in places])
        connection.execute(update(User).where(User.id == staff["operator"]).values(all_sites=False))
        choose_sites(connection, staff["operator"], [here])
    return Towns(here, there, bin_here, bin_there, world.sugar, world.scanner)


@pytest.fixture
def stocked(towns: Towns, phones: MakePhone) -> Towns:
    """Sugar and a scanner lie at either site; the bin there is short of something."""
    manager = phones("manager")
    for place, serial in ((towns.bin_here, "S-HERE"), (towns.bin_there, "S-THERE")):
        manager.move(towns.sugar, SUPPLIER, place, "5")
        manager.move(towns.scanner, SUPPLIER, place, "1", serials=[serial])
        manager.count(towns.sugar, place, "3")
    assert statuses(manager.push()) == ["applied"] * 6
    return towns


def told_in_snapshot(phone: Phone) -> dict[str, list[list[Any]]]:
    listed = phone.read("snapshot").json
    rows: dict[str, list[list[Any]]] = {}
    for part in listed["parts"]:
        content = unpacked(phone.read(f"snapshot/{part['hash']}"))
        rows.setdefault(content["entity"], []).extend(content["rows"])
    return rows


def closed_words(towns: Towns, told: object) -> list[str]:
    """What of the closed site stands anywhere in an answer."""
    text = json.dumps(told)
    return [word for word in ("THERE", "S-THERE", "secret of THERE") if word in text]


def test_a_device_of_one_site_gets_the_rows_of_that_site_over_every_door(
    stocked: Towns, phones: MakePhone
) -> None:
    phone = phones("operator")
    hello = phone.hello().json
    assert hello["scopes"] == [f"site:{stocked.here}"]
    pulled = phone.pull_all()
    snapshot = told_in_snapshot(phone)
    for told in (hello, snapshot, [[*row] for rows in pulled.values() for row in rows.values()]):
        assert closed_words(stocked, told) == []
    assert {row[2] for row in snapshot["stock"]} == {row[2] for row in pulled["stock"].values()}
    assert {row[2] for row in snapshot["stock"]} == {stocked.bin_here}
    assert [row[1] for row in snapshot["serial"]] == ["S-HERE"]
    assert {row[5] for row in snapshot["discrepancy"]} == {stocked.bin_here}
    assert {row[0] for row in snapshot["location"]} >= {SUPPLIER, stocked.here, stocked.bin_here}
    assert len(snapshot["item"]) == len(pulled["item"])


def test_the_office_s_live_stock_shows_a_person_their_sites_alone(
    stocked: Towns, signed_in: Callable[[str], Visitor]
) -> None:
    browser = signed_in("operator")
    answer = browser.post("/api/sync/v1/pull", json={"cursor": 0, "schema": 1, "limit": 2000})
    assert answer.status_code == 200 and closed_words(stocked, answer.json) == []
    assert {row[2] for row in answer.json["changes"]["stock"]} == {stocked.bin_here}
    assert answer.json["checksum"] == checksum_of(answer.json["changes"]["stock"])
    assert closed_words(stocked, browser.get("/api/sync/v1/snapshot").json) == []


def test_a_device_of_one_site_can_tell_that_a_row_was_lost(stocked: Towns, phones: MakePhone) -> None:
    phone, manager = phones("operator"), phones("manager")
    rows = told_in_snapshot(phone)["stock"]
    assert phone.read("snapshot").json["checksum"] == checksum_of(rows) != checksum_of(rows[1:])
    manager.move(stocked.sugar, SUPPLIER, stocked.bin_there, "1")
    manager.move(stocked.sugar, stocked.bin_here, stocked.bin_there, "0.5")
    assert statuses(manager.push()) == ["applied"] * 2
    held = list(phone.pull_all()["stock"].values())
    assert phone.pull().json["checksum"] == checksum_of(held)
    assert manager.pull().json["checksum"] != checksum_of(held)


@pytest.mark.parametrize("way", ["page", "import"])
def test_a_bin_that_comes_to_another_site_goes_with_all_that_devices_hold_of_it(
    app: Flask, stocked: Towns, phones: MakePhone, signed_in: Callable[[str], Visitor], way: str
) -> None:
    leaves, gains = phones("operator"), phones("manager")
    with app.app_context(), transaction() as connection:
        choose_device_sites(connection, gains.device, [stocked.there])
    tokens = {phone.device: phone.read("snapshot").json["scopes"] for phone in (leaves, gains)}
    for phone in (leaves, gains):
        phone.pull_all()
        assert phone.pull(scopes=tokens[phone.device]).status_code == 200
    leaves.move(stocked.sugar, SUPPLIER, stocked.bin_here, "1")
    bring_over(app, signed_in("administrator"), stocked, way)
    for phone in (leaves, gains):
        refused = phone.pull(scopes=tokens[phone.device])
        assert (refused.status_code, refused.json["code"]) == (409, "snapshot_required")
    gone, come = told_in_snapshot(leaves), told_in_snapshot(gains)
    assert not {"S-HERE", "HERE-1"} & told_texts(gone) and gone.get("stock", []) == []
    assert stocked.bin_here not in {row[0] for row in gone["location"]}
    assert {row[2] for row in come["stock"]} == {stocked.bin_here, stocked.bin_there}
    assert {"S-HERE", "HERE-1"} <= told_texts(come)
    for phone, rows in ((leaves, []), (gains, come["stock"])):
        listed = phone.read("snapshot").json
        assert listed["checksum"] == checksum_of(rows)
        assert phone.pull(scopes=listed["scopes"]).json["checksum"] == checksum_of(rows)
    assert statuses(leaves.push()) == ["applied"]
    assert_sound(app)


def bring_over(app: Flask, chief: Visitor, towns: Towns, way: str) -> None:
    """The bin here comes to the other site."""
    if way == "import":
        imported(app, chief, "code,parent\nHERE-1,THERE\n", "locations")
        return
    place = chief.get(f"/api/locations/{towns.bin_here}").json
    values = {"parent": towns.there, "updated_at": place["updated_at"]}
    changed = chief.patch(f"/api/locations/{towns.bin_here}", json=values)
    assert changed.status_code == 200, changed.json


def told_texts(told: dict[str, list[list[Any]]]) -> set[str]:
    """Every text in the rows."""
    return {value for rows in told.values() for row in rows for value in row if isinstance(value, str)}


def checksum_of(rows: Iterable[list[Any]]) -> int:
    """The checksum of rows of stock as a device holds them."""
    return checksum((item, lot, place, parse_quantity(held)) for item, lot, place, held in rows)


def test_a_part_of_everybody_s_snapshot_is_not_given_to_one_of_another_site(
    stocked: Towns, phones: MakePhone
) -> None:
    manager, operator = phones("manager"), phones("operator")
    whole = {part["hash"] for part in manager.read("snapshot").json["parts"]}
    own = {part["hash"] for part in operator.read("snapshot").json["parts"]}
    foreign = whole - own
    assert foreign
    assert {operator.read(f"snapshot/{name}").status_code for name in foreign} == {404}
    assert {operator.read(f"snapshot/{name}").status_code for name in own} == {200}
    assert {manager.read(f"snapshot/{name}").status_code for name in whole} == {200}


def test_what_is_pushed_of_another_site_counts_and_brings_nothing_of_it_back(
    app: Flask, stocked: Towns, phones: MakePhone
) -> None:
    phone = phones("operator")
    phone.move(stocked.sugar, SUPPLIER, stocked.bin_there, "7")
    assert statuses(phone.push()) == ["applied"]
    assert on_hand(app)[(stocked.sugar, "", stocked.bin_there)] == 10_000_000
    assert {row[2] for row in phone.pull_all()["stock"].values()} == {stocked.bin_here}


def test_a_serial_that_goes_to_another_site_is_gone_here(stocked: Towns, phones: MakePhone) -> None:
    phone, manager = phones("operator"), phones("manager")
    phone.pull_all()
    manager.move(stocked.scanner, stocked.bin_here, stocked.bin_there, "1", serials=["S-HERE"])
    assert statuses(manager.push()) == ["applied"]
    assert phone.pull_all()["serial"] == {
        (stocked.scanner, "S-HERE"): [stocked.scanner, "S-HERE"],
    }


def test_sites_gained_or_lost_ask_for_a_fresh_base_once(
    app: Flask, stocked: Towns, phones: MakePhone, staff: dict[str, int]
) -> None:
    phone = phones("operator")
    known = phone.read("snapshot").json["scopes"]
    assert known == scope_key(frozenset({stocked.here})) != EVERYWHERE
    assert phone.pull(scopes=known).status_code == 200
    with app.app_context(), transaction() as connection:
        choose_sites(connection, staff["operator"], [stocked.there])
    refused = phone.pull(scopes=known)
    assert (refused.status_code, refused.json["code"]) == (409, "snapshot_required")
    listed = phone.read("snapshot").json
    assert {row[2] for row in told_in_snapshot(phone)["stock"]} == {stocked.bin_there}
    assert phone.pull(scopes=listed["scopes"]).status_code == 200


def test_a_device_that_is_for_one_site_stays_in_it_whoever_signs_in(
    app: Flask, stocked: Towns, phones: MakePhone
) -> None:
    phone = phones("manager")
    assert phone.hello().json["scopes"] == [EVERYWHERE]
    with app.app_context(), transaction() as connection:
        choose_device_sites(connection, phone.device, [stocked.here])
    assert phone.hello().json["scopes"] == [f"site:{stocked.here}"]
    assert {row[2] for row in told_in_snapshot(phone)["stock"]} == {stocked.bin_here}


def test_the_office_of_one_site_does_not_see_the_devices_of_another(
    app: Flask, stocked: Towns, phones: MakePhone, signed_in: Callable[[str], Visitor]
) -> None:
    here, there = phones("manager"), phones("manager")
    with app.app_context(), transaction() as connection:
        choose_device_sites(connection, here.device, [stocked.here])
        choose_device_sites(connection, there.device, [stocked.there])
        publish(connection, [("device", here.device), ("device", there.device)])
    pulled = signed_in("operator").post("/api/sync/v1/pull", json={"cursor": 0, "schema": 1, "limit": 2000})
    listed = signed_in("operator").get("/api/sync/v1/snapshot").json["own"]["device"]
    for rows in (pulled.json["changes"]["device"], listed):
        assert here.device in {row[0] for row in rows} and there.device not in {row[0] for row in rows}


def test_rows_without_a_place_reach_everybody_and_names_of_scopes_differ(app: Flask, stocked: Towns) -> None:
    rows = {"discrepancy": [[1, "lost_ops", "firm", None, "", None, "0", 1, None]], "item": [[7]]}
    with app.app_context(), transaction() as connection:
        assert narrowed(connection, frozenset(), rows) == rows
        assert narrowed(connection, None, rows) == rows
    assert (
        len({scope_key(sites) for sites in (None, frozenset[int](), frozenset({1}), frozenset({1, 2}))}) == 4
    )
    assert scope_names(frozenset({2, 1})) == ["site:1", "site:2"]


def test_a_socket_of_one_site_hears_that_something_changed_and_never_what(
    app: Flask, stocked: Towns, phones: MakePhone, listen: Callable[..., Listener]
) -> None:
    manager = phones("manager")
    wide, narrow = listen(credential=manager.credential), listen(credential=phones("operator").credential)
    narrow.hint(0)
    manager.move(stocked.sugar, SUPPLIER, stocked.bin_there, "1")
    head = manager.push().json["head"]
    assert "delta" in wide.hint(head)
    assert "delta" not in narrow.hint(head)


def test_a_discrepancy_is_told_to_those_who_may_see_its_place(
    app: Flask, stocked: Towns, phones: MakePhone, listen: Callable[..., Listener]
) -> None:
    wide = listen(credential=phones("manager").credential)
    narrow = listen(credential=phones("operator").credential)
    narrow.hint(0)
    with app.app_context(), transaction() as connection:
        found = connection.execute(select(Discrepancy.id, Discrepancy.location_id)).all()
        connection.execute(update(Discrepancy).values(firm_at=1))
        head = publish(connection, [("discrepancy", str(row.id)) for row in found])
    for listener, places in ((wide, {stocked.bin_here, stocked.bin_there}), (narrow, {stocked.bin_here})):
        listener.hint(head)
        for row in found:
            if row.location_id in places:
                listener.until(lambda message, row=row: message["args"][0].get("id") == row.id)  # type: ignore[misc]
        told = {m["args"][0]["id"] for m in listener.heard if m["name"] == "discrepancy"}
        assert told == {row.id for row in found if row.location_id in places}


def test_a_socket_is_cut_when_sites_role_or_device_change_while_it_is_open(
    app: Flask,
    stocked: Towns,
    phones: MakePhone,
    staff: dict[str, int],
    listen: Callable[..., Listener],
    signed_in: Callable[[str], Visitor],
) -> None:
    office = listen(signed_in("operator"))
    device = phones("operator")
    floor = listen(credential=device.credential)
    with app.app_context(), transaction() as connection:
        choose_sites(connection, staff["operator"], [stocked.here, stocked.there])
    assert closed(office) and closed(floor)
    again, floor = listen(signed_in("operator")), listen(credential=device.credential)
    again.hint(0)
    with app.app_context(), transaction() as connection:
        connection.execute(update(User).where(User.id == staff["operator"]).values(role="administrator"))
    assert closed(again) and closed(floor)
    floor = listen(credential=device.credential)
    floor.hint(0)
    with app.app_context(), transaction() as connection:
        connection.execute(update(Device).where(Device.id == device.device).values(revoked_at=now_ms()))
    assert closed(floor)
    assert not listen(credential=device.credential).is_open


def test_a_manager_of_one_site_neither_sees_nor_touches_the_devices_of_another(
    app: Flask, stocked: Towns, phones: MakePhone, staff: dict[str, int], signed_in: Callable[[str], Visitor]
) -> None:
    administrator = signed_in("administrator")
    here, there = phones("administrator"), phones("administrator")
    for phone, site in ((here, stocked.here), (there, stocked.there)):
        body = {"all_sites": False, "sites": [site]}
        path = f"/api/devices/{phone.device}/sites"
        assert administrator.ask("PUT", path, json=body).status_code == 204
    with app.app_context(), transaction() as connection:
        connection.execute(update(User).where(User.id == staff["manager"]).values(all_sites=False))
        choose_sites(connection, staff["manager"], [stocked.here])
    manager = signed_in("manager")
    listed = {device["id"] for device in manager.get("/api/devices").json["devices"]}
    assert here.device in listed and there.device not in listed
    page = manager.get("/devices").text
    assert here.device in page and there.device not in page
    for method, path in (
        ("GET", f"/devices/{there.device}"),
        ("POST", f"/devices/{there.device}/revoke"),
        ("POST", f"/devices/{there.device}/name"),
        ("POST", f"/devices/{there.device}/retire"),
        ("POST", f"/api/devices/{there.device}/revocation"),
        ("POST", f"/api/devices/{there.device}/retirement"),
    ):
        assert manager.ask(method, path, json={} if "api" in path else None).status_code == 404, path
    assert manager.get(f"/devices/{here.device}").status_code == 200
    assert there.hello().status_code == 200


def test_a_device_is_assigned_on_its_page_and_to_known_sites_alone(
    stocked: Towns, phones: MakePhone, signed_in: Callable[[str], Visitor]
) -> None:
    manager, phone = signed_in("manager"), phones("manager")
    path = f"/devices/{phone.device}"
    assert "Works in" in manager.get(path).text
    assert (
        manager.post(f"{path}/sites", data={"reach": "some", "sites": str(stocked.here)}).status_code == 303
    )
    assert phone.hello().json["scopes"] == [f"site:{stocked.here}"]
    body = {"all_sites": False, "sites": [stocked.bin_here]}
    assert manager.ask("PUT", f"/api{path}/sites", json=body).status_code == 422
    manager.post(f"{path}/sites", data={"reach": "all"})
    assert phone.hello().json["scopes"] == [EVERYWHERE]
