"""Every door has its guard: each view opens to its role, to those above it, and to nobody else."""

import dataclasses
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import Rule

from app.database import Base, reading
from app.people.access.personal_tokens import SCOPES
from app.people.roles import ROLES, allows
from tests.app.floor import World
from tests.app.phone import Phone
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]

OPEN = {
    "static": "files of the build",
    "people.sign_in": "the door itself",
    "people.second_step": "the door itself, after the password",
    "join.welcome": "the link itself opens it, once",
    "session.sign_in": "the door itself",
    "devices.join_device": "the one-time code is the guard",
    "api-docs.openapi_json": "the document holds no facts",
    "health.alive": "asked by machines",
    "health.ready": "asked by machines",
    "metrics.show": "guards itself by a token or by the network",
    "pwa.shell": "the empty shell of the floor app",
    "pwa.manifest": "its name and pictures",
    "pwa.service_worker": "its code",
    "phone.show": "what a phone needs before anybody signs in",
    "phone.certificate": "the certificate of an authority is no secret",
    "phone.profile": "the same for iOS",
}
"""Views that need no session, and why. Each is named alone: a new one must give its reason."""

BY_DEVICE = {
    "sync.hello": "refused",
    "sync.people": "refused",
    "sync.large_photo": "refused",
    "sync.photo": "refused",
    "sync.pull": "refused",
    "sync.list_parts": "refused",
    "sync.read_part": "refused",
    "sync.push": "taken into quarantine",
}
"""Doors that know a device by its credential, and what becomes of one that was shut out."""

SAMPLES = ("1", "x" * 32, "00000000-0000-7000-8000-000000000000", "csv", "backup")
"""A part of an address takes the first of these that it accepts."""
PART = re.compile(r"<(?:[^:>]+:)?(\w+)>")


def guarded_views(app: Flask) -> list[tuple[Rule, str]]:
    rules = [(rule, app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules()]
    found = [(rule, role) for rule, view in rules if (role := getattr(view, "needed_role", None))]
    assert {role for _rule, role in found} == set(ROLES) and len(found) > 150
    return found


def address_of(rule: Rule) -> str:
    def sample(part: re.Match[str]) -> str:
        accepted = rule._converters[part.group(1)].regex
        return next(text for text in SAMPLES if re.fullmatch(accepted, text))

    return PART.sub(sample, rule.rule)


def methods_of(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def test_every_view_is_guarded_or_named_as_open(app: Flask) -> None:
    unguarded = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not hasattr(app.view_functions[rule.endpoint], "needed_role")
    }
    assert unguarded == OPEN.keys() | BY_DEVICE.keys()


def test_nobody_passes_a_guarded_door(app: Flask, staff: dict[str, int], visitor: Visitor) -> None:
    for rule, _role in guarded_views(app):
        for method in methods_of(rule):
            answer = visitor.ask(method, address_of(rule))
            if rule.rule.startswith("/api/") and rule.rule != "/api/":
                assert (answer.status_code, answer.json["code"]) == (401, "sign_in_required"), rule
            else:
                assert answer.status_code == 302, rule
                assert answer.headers["Location"].startswith("/sign-in"), rule


def test_parts_of_pages_are_given_to_nobody_else(app: Flask, signed_in: Enter, visitor: Visitor) -> None:
    viewer, as_part = signed_in("viewer"), {"HX-Request": "true"}
    pages = [(rule, role) for rule, role in guarded_views(app) if not is_interface(rule)]
    for rule, role in pages:
        for method in methods_of(rule):
            led = visitor.ask(method, address_of(rule), headers=as_part)
            assert (led.status_code, led.text, led.headers["HX-Redirect"]) == (200, "", "/sign-in"), rule
            if not allows("viewer", role):
                assert viewer.ask(method, address_of(rule), headers=as_part).status_code == 403, rule


@pytest.mark.parametrize("role", ROLES[:-1])
def test_a_lower_role_stops_at_the_door(app: Flask, signed_in: Enter, role: str) -> None:
    browser = signed_in(role)
    for rule, needed in guarded_views(app):
        if allows(role, needed):
            continue
        for method in methods_of(rule):
            answer = browser.ask(method, address_of(rule))
            assert answer.status_code == 403, (method, rule)
            if rule.rule.startswith("/api/"):
                assert answer.json["code"] == "not_allowed", rule


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_is_its_own(app: Flask, signed_in: Enter, role: str) -> None:
    browser = signed_in(role)
    before = rows_of_all(app)
    for rule, needed in guarded_views(app):
        if needed == role and "GET" in methods_of(rule):
            answer = browser.get(address_of(rule))
            content = answer.get_data()  # a file that is written while it is sent ends with its last byte
            assert answer.status_code not in (401, 403, 500), rule
            assert b"$argon2" not in content, rule
            assert answer.headers["Cache-Control"] == "no-store" or answer.cache_control.private, rule
    assert rows_of_all(app) == before, "reading changes nothing"
    assert browser.get("/api/session").status_code == 200


def rows_of_all(app: Flask) -> dict[str, int]:
    """How many rows each table has; but for what a second factor that nobody confirmed leaves."""
    tables = [table for table in Base.metadata.sorted_tables if table.name != "second_factor"]
    with app.app_context(), reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables
        }


def test_one_who_is_shut_out_stops_at_every_door(app: Flask, signed_in: Enter, staff: dict[str, int]) -> None:
    administrator, other = signed_in("administrator"), signed_in("manager")
    administrator.patch(f"/api/users/{staff['manager']}", json={"role": "administrator"})
    assert other.get("/api/users").status_code == 200
    administrator.ask("PUT", f"/api/users/{staff['manager']}/disabled")
    for rule, _role in guarded_views(app):
        for method in methods_of(rule):
            answer = other.ask(method, address_of(rule))
            if is_interface(rule):
                assert (answer.status_code, answer.json["code"]) == (401, "sign_in_required"), rule
            else:
                assert answer.status_code == 302, rule
                assert answer.headers["Location"].startswith("/sign-in"), rule


def test_a_credential_of_a_device_opens_no_door_of_people(app: Flask, phone: Phone) -> None:
    client = app.test_client()
    headers = {"Authorization": f"Device {phone.credential}"}
    for rule, _role in guarded_views(app):
        for method in methods_of(rule):
            answer = client.open(address_of(rule), method=method, headers=headers)
            assert answer.status_code == (401 if is_interface(rule) else 302), rule


def test_a_device_that_was_shut_out_stops_at_its_doors(app: Flask, phone: Phone, signed_in: Enter) -> None:
    signed_in("manager").post(f"/api/devices/{phone.device}/revocation")
    client, headers = app.test_client(), {"Authorization": f"Device {phone.credential}"}
    refusing = [rule for rule in app.url_map.iter_rules() if BY_DEVICE.get(rule.endpoint) == "refused"]
    assert len(refusing) == list(BY_DEVICE.values()).count("refused")
    for rule in refusing:
        [method] = methods_of(rule)
        given = phone.envelope(app="1.0", schema=1, clock=phone.clock(), outbox=phone.outbox(), cursor=0)
        body = {"json": given} if method == "POST" else {}
        answer = client.open(address_of(rule), method=method, headers=headers, **body)
        assert (answer.status_code, answer.json["code"]) == (403, "device_revoked"), (rule, answer.json)


def test_a_token_writes_in_no_area_but_its_own_and_opens_no_page(app: Flask, signed_in: Enter) -> None:
    body = {"name": "Reader", "scopes": [], "days": 1}
    token = signed_in("administrator").post("/api/account/tokens", json=body).json["token"]
    app.config["TALLYMAN"] = dataclasses.replace(app.config["TALLYMAN"], token_requests=100_000)
    client, headers = app.test_client(), {"Authorization": f"Bearer {token}"}
    for rule, _role in guarded_views(app):
        for method in methods_of(rule):
            answer = client.open(address_of(rule), method=method, headers=headers)
            answer.get_data()
            if not is_interface(rule):
                assert answer.status_code == 302, rule
            elif method != "GET" or rule.rule.startswith("/api/account/"):
                assert (answer.status_code, answer.json["code"]) == (403, "scope_too_small"), rule
            else:
                assert answer.status_code not in (401, 403, 500), rule


def test_a_token_with_every_scope_changes_nothing_that_only_administrators_change(
    app: Flask, signed_in: Enter
) -> None:
    body = {"name": "Writer", "scopes": [*SCOPES], "days": 1}
    token = signed_in("administrator").post("/api/account/tokens", json=body).json["token"]
    app.config["TALLYMAN"] = dataclasses.replace(app.config["TALLYMAN"], token_requests=100_000)
    client, headers = app.test_client(), {"Authorization": f"Bearer {token}"}
    for rule, role in guarded_views(app):
        for method in methods_of(rule):
            if role == ROLES[-1] and method != "GET" and is_interface(rule):
                answer = client.open(address_of(rule), method=method, headers=headers)
                assert (answer.status_code, answer.json["code"]) == (403, "scope_too_small"), rule


AT_A_SITE = {"place_id", "operation_id", "number", "device", "task"}
"""Parts of addresses that name something at a site."""

AT_NO_SITE = {
    "item_id", "pack_id", "user_id", "session", "token_id", "token", "import_id", "job_id", "invite_id",
    "field_id", "view_id", "kind", "name", "size", "screen", "filename",
}  # fmt: skip
"""Parts that name something which belongs to no site, or to the one who asks."""


def test_every_part_of_an_address_says_whether_it_names_something_at_a_site(app: Flask) -> None:
    named = {part for rule in app.url_map.iter_rules() for part in rule.arguments}
    assert named <= AT_A_SITE | AT_NO_SITE


def test_what_stands_at_another_site_is_behind_no_door(
    app: Flask, signed_in: Enter, staff: dict[str, int], phone: Phone, world: World
) -> None:
    administrator, manager = signed_in("administrator"), signed_in("manager")
    elsewhere = stood_at(administrator, world, phone)
    for role in ("manager", "operator"):
        sites = [elsewhere["site"]] if role == "operator" else []
        body = {"all_sites": False, "sites": sites}
        administrator.ask("PUT", f"/api/users/{staff[role]}/sites", json=body)
    before = state_of(administrator, elsewhere)
    for rule, role in guarded_views(app):
        if not rule.arguments & AT_A_SITE or not allows("manager", role):
            continue
        address = PART.sub(lambda part: str(elsewhere[part.group(1)]), rule.rule)
        for method in methods_of(rule):
            status = manager.ask(method, address).status_code
            refused = {404} if method == "GET" else {403, 404, 415, 422, 428}
            if method != "GET" and not is_interface(rule):
                refused = refused | {303}
            assert status in refused, (method, rule, status)
    assert state_of(administrator, elsewhere) == before


def stood_at(administrator: Visitor, world: World, phone: Phone) -> dict[str, object]:
    """The world's own site as another one: a place, an operation, an open discrepancy, a device."""
    short = {"item": world.sugar, "from": world.bin_a, "to": 2, "quantity": "4"}
    posted = administrator.post(
        "/api/stock/operations", json={"operations": [{"kind": "move", "body": short}]}
    )
    operation = posted.json["operations"][0]["id"]
    [finding] = administrator.get("/api/stock/discrepancies").json["rows"]
    assert administrator.post(f"/discrepancies/{finding['id']}/recount").status_code == 303
    site = administrator.get(f"/api/locations/{world.bin_a}").json["site"]
    named = {"place_id": world.bin_a, "operation_id": operation, "number": finding["id"]}
    return {**named, "device": phone.device, "task": 1, "site": site}


def state_of(administrator: Visitor, elsewhere: dict[str, object]) -> list[object]:
    """All that could have been changed there: a page may lead back to its list, but must change nothing."""
    paths = (
        "locations/{place_id}",
        "stock/operations/{operation_id}",
        "stock/discrepancies/{number}",
        "devices",
    )
    answers = [administrator.get(f"/api/{path.format(**elsewhere)}") for path in paths]
    assert {answer.status_code for answer in answers} == {200}
    return [answer.json for answer in answers]


def is_interface(rule: Rule) -> bool:
    return rule.rule.startswith("/api/") and rule.rule != "/api/"


def test_a_page_that_is_not_for_the_role_says_so_within_the_frame(signed_in: Enter) -> None:
    answer = signed_in("operator").get("/people")
    assert answer.status_code == 403
    assert "Not for your role" in answer.text
    assert 'id="side"' in answer.text
    assert "administrator" in answer.text


def test_a_new_role_holds_from_the_next_request_on(signed_in: Enter, staff: dict[str, int]) -> None:
    administrator, viewer = signed_in("administrator"), signed_in("viewer")
    assert viewer.get("/api/users").status_code == 403
    promoted = administrator.patch(f"/api/users/{staff['viewer']}", json={"role": "administrator"})
    assert promoted.json["role"] == "administrator"
    assert viewer.get("/api/users").status_code == 200


def test_roles_stand_above_one_another() -> None:
    assert [allows(role, "manager") for role in ROLES] == [False, False, True, True]
    assert not allows("", "viewer")
    assert not allows("owner", "viewer")
