"""A person sees and changes the sites that are open to them, and nothing of another (I14)."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import update

from app.database import transaction
from app.people.access.personal_tokens import PREFIX
from app.people.devices.models import Device
from app.people.devices.sites import choose_device_sites
from tests.app.floor import World
from tests.app.imports.desk import checked, counts, imported, problems, run
from tests.app.phone import Phone
from tests.app.two_sites import move
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]
NOWHERE = 404
EMPTY = ("discrepancies", "recounts", "quarantine")
"""Lists that hold nothing of this world."""


def test_lists_show_open_sites_alone(kept_to_main: Enter, north: dict[str, int], world: World) -> None:
    manager = kept_to_main("manager")
    stock = manager.get("/api/stock").json["rows"]
    assert {row["location_id"] for row in stock} == {world.bin_a}
    moved = manager.get("/api/stock/movements").json["rows"]
    assert {row["to_id"] for row in moved} == {world.bin_a}
    codes = {row["code"] for row in manager.get("/api/locations").json["rows"]}
    assert codes == {"MAIN", "DOCK", "A-01-01", "A-01-02"}
    assert {row["code"] for row in manager.get("/api/locations/tree").json["rows"]} == {"MAIN"}


def test_a_filter_opens_nothing(kept_to_main: Enter, north: dict[str, int]) -> None:
    manager = kept_to_main("manager")
    for query in (f"stock?location={north['bin']}", f"stock?location={north['site']}", "stock?search=N-01"):
        assert manager.get(f"/api/{query}").json["rows"] == []
    assert manager.get(f"/api/stock/movements?location={north['bin']}").json["rows"] == []
    assert manager.get(f"/api/locations?within={north['site']}").json["rows"] == []


def test_one_thing_of_another_site_is_not_there(
    kept_to_main: Enter, north: dict[str, int], world: World
) -> None:
    manager = kept_to_main("manager")
    for path in (
        f"/api/locations/{north['bin']}",
        "/api/locations/look-up?code=N-01",
        f"/api/stock/operations/{north['operation']}",
        f"/api/stock/verify?item={world.sugar}&location={north['bin']}",
        f"/locations/{north['bin']}",
        f"/locations/{north['site']}/children",
        f"/movements/{north['operation']}",
    ):
        assert manager.get(path).status_code == NOWHERE, path
    assert manager.get(f"/api/stock/operations/{north['main_operation']}").status_code == 200


def test_pages_name_nothing_of_another_site(kept_to_main: Enter, world: World) -> None:
    manager = kept_to_main("manager")
    for path in (
        "/",
        "/locations",
        "/movements",
        f"/items/{world.sugar}",
        "/search?q=N-0",
        "/locations/new",
    ):
        page = manager.get(path)
        assert page.status_code == 200, path
        assert "N-01<" not in page.text and ">NORTH" not in page.text, path


def test_lists_and_their_files_hold_nothing_of_another_site(
    kept_to_main: Enter, signed_in: Enter, world: World
) -> None:
    parcel = {"item": world.tea, "lot": "NORTHERN", "from": 1, "quantity": "3"}
    scanner = {"item": world.scanner, "serials": ["NORTH-1"], "from": 1, "quantity": "1"}
    administrator = signed_in("administrator")
    north = administrator.get("/api/locations?search=N-01").json["rows"][0]["id"]
    moves = [{"kind": "move", "body": {**body, "to": north}} for body in (parcel, scanner)]
    assert administrator.post("/api/stock/operations", json={"operations": moves}).status_code == 201
    manager = kept_to_main("manager")
    for path in ("stock/list", "lots", "serials", "movements", "discrepancies", "recounts", "quarantine"):
        everything = administrator.get(f"/{path}?state=all&as=csv").text
        assert ("NORTH" in everything or "N-01" in everything) == (path not in EMPTY), path
        for query in ("?state=all&as=csv", "?view=0"):
            told = manager.get(f"/{path}{query}")
            assert told.status_code == 200, path
            assert not any(word in told.text for word in ("N-01", "NORTH-1", ">NORTHERN")), (path, query)
    tea = next(row for row in manager.get("/lots?state=all&as=csv").text.splitlines() if "NORTHERN" in row)
    assert ",0,0," in tea


def test_what_is_on_hand_elsewhere_is_not_counted(kept_to_main: Enter, world: World) -> None:
    rows = kept_to_main("manager").get("/api/items?search=SUGAR").json["rows"]
    assert [row["on_hand"] for row in rows if "on_hand" in row] in ([], ["5"])


def test_nothing_is_written_to_another_site(
    kept_to_main: Enter, north: dict[str, int], world: World, signed_in: Enter
) -> None:
    manager = kept_to_main("manager")
    before = signed_in("administrator").get("/api/stock").json["rows"]
    for operation in (
        move(world, north["bin"], "1"),
        move(world, world.bin_b, "1", north["bin"]),
        {"kind": "count", "body": {"item": world.sugar, "location": north["bin"], "quantity": "1"}},
        {"kind": "reverse", "body": {"target": north["operation"], "reason": "mistake"}},
    ):
        refused = manager.post("/api/stock/operations", json={"operations": [operation]})
        assert (refused.status_code, refused.json["code"]) == (403, "other_site"), operation
    assert signed_in("administrator").get("/api/stock").json["rows"] == before
    allowed = manager.post("/api/stock/operations", json={"operations": [move(world, world.bin_b, "1")]})
    assert allowed.status_code == 201


def test_places_of_another_site_stay_as_they_are(
    kept_to_main: Enter, north: dict[str, int], world: World
) -> None:
    manager = kept_to_main("manager")
    path = f"/api/locations/{north['bin']}"
    assert manager.patch(path, json={"name": "Mine", "updated_at": 1}).status_code == NOWHERE
    assert manager.ask("PUT", f"{path}/archived").status_code == NOWHERE
    new = {"kind": "bin", "code": "N-02", "parent": north["site"]}
    assert manager.post("/api/locations", json=new).status_code == 422
    series = {"kind": "bin", "pattern": "N-{03..05}", "parent": north["site"]}
    assert manager.post("/api/locations/series", json=series).status_code == 422
    site = manager.post("/api/locations", json={"kind": "site", "code": "SOUTH"})
    assert (site.status_code, site.json["code"]) == (403, "other_site")


def test_a_program_sees_no_further_than_its_owner(
    app: Flask, kept_to_main: Enter, north: dict[str, int], world: World
) -> None:
    body = {"name": "Report", "scopes": ["write:stock"], "days": 1}
    token = kept_to_main("manager").post("/api/account/tokens", json=body).json["token"]
    assert token.startswith(PREFIX)
    headers = {"Authorization": f"Bearer {token}"}
    client = app.test_client()
    rows = client.get("/api/stock", headers=headers).json["rows"]
    assert {row["location_id"] for row in rows} == {world.bin_a}
    posted = {"operations": [move(world, north["bin"], "1")]}
    assert client.post("/api/stock/operations", json=posted, headers=headers).status_code == 403


def test_what_is_held_back_of_a_device_that_also_works_elsewhere_is_not_there(
    app: Flask, kept_to_main: Enter, phone: Phone, signed_in: Enter, world: World, north: dict[str, int]
) -> None:
    phone.move(55_555, 1, world.dock, "1")
    phone.push()
    manager = kept_to_main("manager")
    main = signed_in("administrator").get(f"/api/locations/{world.dock}").json["site"]
    for sites, seen in (([main], 1), ([main, north["site"]], 0), (None, 0)):
        with app.app_context(), transaction() as connection:
            choose_device_sites(connection, phone.device, sites)
        assert len(manager.get("/api/stock/quarantine").json["rows"]) == seen, sites


def test_what_is_held_back_is_not_released_to_another_site(
    app: Flask, kept_to_main: Enter, phone: Phone, signed_in: Enter, world: World, north: dict[str, int]
) -> None:
    phone.move(55_555, 1, north["bin"], "1")
    phone.push()
    manager = kept_to_main("manager")
    main = signed_in("administrator").get(f"/api/locations/{world.dock}").json["site"]
    with app.app_context(), transaction() as connection:
        choose_device_sites(connection, phone.device, [main])
    (entry,) = manager.get("/api/stock/quarantine").json["rows"]
    refused = manager.post(f"/api/stock/quarantine/{entry['id']}/release", json={})
    assert (refused.status_code, refused.json["code"]) == (403, "other_site")


def test_devices_of_another_site_are_not_there(
    app: Flask,
    kept_to_main: Enter,
    phone: Phone,
    signed_in: Enter,
    staff: dict[str, int],
    north: dict[str, int],
) -> None:
    administrator = signed_in("administrator")
    body = {"all_sites": False, "sites": [north["site"]]}
    administrator.ask("PUT", f"/api/users/{staff['operator']}/sites", json=body)
    manager = kept_to_main("manager")
    assert [row["id"] for row in administrator.get("/api/devices").json["devices"]] == [phone.device]
    assert manager.get("/api/devices").json["devices"] == []
    for path in (f"/api/devices/{phone.device}/revocation", f"/api/devices/{phone.device}/theft"):
        assert manager.post(path, json={"stolen_at": None}).status_code in (404, 422)
    assert manager.get(f"/devices/{phone.device}").status_code == NOWHERE


def test_an_open_site_opens_at_the_next_request(
    kept_to_main: Enter, signed_in: Enter, staff: dict[str, int]
) -> None:
    manager = kept_to_main("manager")
    assert len(manager.get("/api/stock").json["rows"]) == 1
    body = {"all_sites": True, "sites": []}
    signed_in("administrator").ask("PUT", f"/api/users/{staff['manager']}/sites", json=body)
    assert len(manager.get("/api/stock").json["rows"]) == 2


def test_to_an_administrator_every_site_is_open(
    signed_in: Enter, staff: dict[str, int], north: dict[str, int]
) -> None:
    administrator = signed_in("administrator")
    body: dict[str, Any] = {"all_sites": False, "sites": []}
    administrator.ask("PUT", f"/api/users/{staff['administrator']}/sites", json=body)
    assert administrator.get(f"/api/locations/{north['bin']}").status_code == 200


def test_a_place_that_is_no_site_is_not_chosen(signed_in: Enter, staff: dict[str, int], world: World) -> None:
    body = {"all_sites": False, "sites": [world.dock]}
    refused = signed_in("administrator").ask("PUT", f"/api/users/{staff['viewer']}/sites", json=body)
    assert (refused.status_code, list(refused.json["errors"]["json"])) == (422, ["sites"])


def test_the_page_chooses_sites(signed_in: Enter, staff: dict[str, int], north: dict[str, int]) -> None:
    administrator = signed_in("administrator")
    path = f"/people/{staff['viewer']}"
    assert "NORTH" in administrator.get(path).text
    saved = administrator.post(f"{path}/sites", data={"reach": "some", "sites": [str(north["site"])]})
    assert saved.status_code == 303
    chosen = administrator.get(f"/api/users/{staff['viewer']}/sites").json
    assert chosen == {"all_sites": False, "sites": [north["site"]]}


def test_a_device_of_another_site_holds_the_book_back_without_a_name(
    kept_to_main: Enter, north: dict[str, int], phones: Callable[..., Phone], app: Flask, signed_in: Enter
) -> None:
    for number, sites in enumerate(([north["site"]], [north["site"]], None)):
        device = phones("administrator").device
        with app.app_context(), transaction() as connection:
            choose_device_sites(connection, device, sites)
            said = {
                "name": f"{'roaming' if sites is None else 'northern'} {number}",
                "contact_at": 1000 + number,
            }
            connection.execute(update(Device).where(Device.id == device).values(**said))
    manager = kept_to_main("manager")
    assert manager.get("/api/stock/watermark").json == {
        "at": 1000,
        "waiting": ["a device of another site", "roaming 2"],
    }
    page = manager.get("/discrepancies?state=open").text
    assert "a device of another site, roaming 2" in page and "northern" not in page
    everyone = signed_in("administrator").get("/api/stock/watermark").json
    assert everyone["waiting"] == ["northern 0", "northern 1", "roaming 2"]
    assert 'data-sees="some"' in manager.get("/stock").text


def test_an_import_reaches_no_other_site(app: Flask, kept_to_main: Enter, north: dict[str, int]) -> None:
    manager = kept_to_main("manager")
    table = (
        "code,kind,parent,name,barcode\n"
        "N-01,bin,,Mine now,\n"
        "N-02,bin,NORTH,,\n"
        "SOUTH,site,,,\n"
        "A-9,bin,MAIN,,LOC-N-01\n"
        "DOCK,,NORTH,,\n"
        "A-8,bin,MAIN,,\n"
    )
    path = checked(app, manager, table, "locations")
    told = {(row, column): message for row, column, message in problems(manager, path)}
    assert sorted(told) == [(2, "code"), (3, "parent"), (4, "parent"), (5, "barcode"), (6, "parent")]
    assert told[2, "code"] == "This location belongs to a site that is not open to you."
    assert told[3, "parent"] == "There is no location NORTH, neither in this file nor in the warehouse."
    assert told[4, "parent"] == "Only people to whom every site is open add a site."
    assert told[5, "barcode"] == "The barcode LOC-N-01 belongs to a location of another site."
    run(app, manager, path, skip_faulty=True)
    assert counts(manager, path) == ("done", 1, 0, 0, 5)
    stock = checked(app, manager, "item,location,quantity\nSUGAR,N-01,4\nSUGAR,A-8,3\n", "stock")
    assert problems(manager, stock) == [
        (2, "location", "This location belongs to a site that is not open to you.")
    ]


def test_an_import_is_done_in_the_name_of_who_started_it(
    app: Flask, kept_to_main: Enter, north: dict[str, int], signed_in: Enter, staff: dict[str, int]
) -> None:
    imported(app, kept_to_main("manager"), "code,kind,parent\nA-8,bin,MAIN\n", "locations")
    rows = signed_in("administrator").get("/api/audit?kind=import").json["rows"]
    assert {row["action"] for row in rows} == {"started", "imported"}
    assert {(row["actor_kind"], row["user_id"]) for row in rows} == {("person", staff["manager"])}


def test_the_imports_of_others_are_not_there(
    app: Flask, kept_to_main: Enter, north: dict[str, int], signed_in: Enter
) -> None:
    theirs = checked(app, signed_in("administrator"), "code,kind,parent\nN-07,bin,NORTH\n", "locations")
    manager = kept_to_main("manager")
    for path in (theirs, f"{theirs}/problems", f"{theirs}/undo", f"{theirs}/faulty.csv"):
        assert manager.get(path).status_code == NOWHERE, path
    assert manager.ask("PUT", f"{theirs}/run", json={}).status_code == NOWHERE
    assert manager.get("/api/imports").json["rows"] == []
    own = checked(app, manager, "code,kind,parent\nA-8,bin,MAIN\n", "locations")
    assert [row["id"] for row in manager.get("/api/imports").json["rows"]] == [own.rsplit("/", 1)[1]]
