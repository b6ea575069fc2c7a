"""Which devices the one who asks may see: the same on every list, in every file and behind every address."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import insert

from app.clock import now_ms
from app.database import reading, transaction
from app.people.devices.models import Device
from app.people.devices.sites import choose_device_sites, own_sites
from tests.app.floor import World
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]
SITES = ("MAIN", "NORTH")

DEVICES = {
    "of all, anywhere": ("administrator", None, True),
    "of all, kept to main": ("administrator", "main", True),
    "of all, kept to north": ("administrator", "north", False),
    "of main, anywhere": ("operator", None, True),
    "of main, kept to both": ("operator", "main north", True),
    "of main, kept to north": ("operator", "north", False),
    "of north, anywhere": ("viewer", None, False),
    "of north, kept to main": ("viewer", "main", False),
}
"""By name: whose sites count, the sites that were chosen for it, and whether a manager of main sees it."""


def number(name: str) -> str:
    return f"00000000-0000-7000-8000-{list(DEVICES).index(name):012}"


@pytest.fixture
def yard(app: Flask, world: World, signed_in: Enter, staff: dict[str, int]) -> None:
    """Two sites, people of all, of the one and of the other, and devices of each kind that hold something."""
    administrator = signed_in("administrator")
    north = administrator.post("/api/locations", json={"kind": "site", "code": "NORTH"}).json["id"]
    sites = {"north": north, "main": administrator.get(f"/api/locations/{world.dock}").json["site"]}
    for role, site in (("operator", "main"), ("viewer", "north"), ("manager", "main")):
        body = {"all_sites": False, "sites": [sites[site]]}
        assert administrator.ask("PUT", f"/api/users/{staff[role]}/sites", json=body).status_code == 200
    common = {"credential_expires_at": now_ms() + 10**9, "enrolled_at": now_ms(), "pending": 3}
    with app.app_context(), transaction() as connection:
        for name, (role, chosen, _) in DEVICES.items():
            own = {"id": number(name), "name": name, "user_id": staff[role], "credential_hash": name}
            connection.execute(insert(Device).values(common | own))
            if chosen:
                choose_device_sites(connection, number(name), [sites[site] for site in chosen.split()])


def test_what_works_at_another_site_is_on_no_list_and_behind_no_address(yard: None, signed_in: Enter) -> None:
    manager = signed_in("manager")
    seen = sorted(name for name, (*_, is_near) in DEVICES.items() if is_near)
    assert sorted(row["name"] for row in manager.get("/api/devices").json["devices"]) == seen
    for path in ("/devices", "/devices?state=unsent", "/devices?as=csv", "/"):
        shown = manager.get(path).get_data(as_text=True)
        assert [name for name in sorted(DEVICES) if name in shown] == seen, path
    opened = [name for name in DEVICES if manager.get(f"/devices/{number(name)}").status_code == 200]
    assert sorted(opened) == seen
    for name in DEVICES:
        answer = manager.ask("PUT", f"/api/devices/{number(name)}/name", json={"name": name})
        assert answer.status_code == (204 if name in seen else 404), name


def test_the_sites_of_a_device_that_one_does_not_see_are_not_ones_own_to_say(
    app: Flask, yard: None, signed_in: Enter
) -> None:
    manager, administrator = signed_in("manager"), signed_in("administrator")
    main, north = (administrator.get(f"/api/locations?search={code}").json["rows"][0]["id"] for code in SITES)
    address = f"/api/devices/{number('of all, kept to main')}/sites"
    everywhere = manager.ask("PUT", address, json={"all_sites": True, "sites": []})
    assert (everywhere.status_code, everywhere.json["code"]) == (403, "other_site")
    wider = manager.ask("PUT", address, json={"all_sites": False, "sites": [main, north]})
    assert (wider.status_code, list(wider.json["errors"]["json"])) == (422, ["sites"])
    page = manager.get(f"/devices/{number('of all, kept to main')}").text
    assert 'value="some"' in page and 'value="all"' not in page
    both = number("of main, kept to both")
    kept = manager.ask("PUT", f"/api/devices/{both}/sites", json={"all_sites": False, "sites": [main]})
    assert kept.status_code == 204
    with app.app_context(), reading() as connection:
        assert own_sites(connection, number("of all, kept to main")) == {main}
        assert own_sites(connection, both) == {main, north}


@pytest.mark.parametrize(("name", "status"), [("of north, anywhere", 403), ("of main, anywhere", 201)])
def test_a_manager_takes_over_no_device_of_another_site(
    app: Flask, yard: None, signed_in: Enter, name: str, status: int
) -> None:
    manager, device = signed_in("manager"), number(name)
    enrolled = manager.post("/api/devices", json={"device": device, "name": "Mine"})
    code = manager.post("/api/devices/invites", json={"name": ""}).json["code"]
    joining = {"code": code, "device": device, "name": "Mine"}
    joined = app.test_client().post("/api/devices/joins", json=joining)
    assert (enrolled.status_code, joined.status_code) == (status, status)
    if status != 201:
        assert enrolled.json["code"] == joined.json["code"] == "device_of_another"
        assert signed_in("administrator").get(f"/devices/{device}").text.count(name)


def test_the_filter_of_movements_names_no_device_of_another_site(yard: None, signed_in: Enter) -> None:
    shown = signed_in("manager").get("/movements").text
    assert [name for name, (*_, is_near) in DEVICES.items() if is_near != (f">{name}<" in shown)] == []
