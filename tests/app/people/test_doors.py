"""Every door has its guard: each view opens to its role, to those above it, and to nobody else."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.people.roles import ROLES, allows
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
}
"""Views that need no session, and why. A view that knows its sender by a credential stands in OWN_GUARD."""

OWN_GUARD = ("sync.", "rescue.", "pwa.", "floor.", "phone.")
"""Areas whose views are open, or guard themselves by a device's credential."""

SAMPLES = ("1", "x" * 32, "00000000-0000-7000-8000-000000000000")
"""A part of an address takes the first of these that it accepts."""
PART = re.compile(r"<(?:[^:>]+:)?(\w+)>")


def guarded_views(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        role = getattr(view, "needed_role", None)
        if role:
            yield rule, role


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
    surprising = {name for name in unguarded if name not in OPEN and not name.startswith(OWN_GUARD)}
    assert surprising == set()


def test_nobody_passes_a_guarded_door(app: Flask, staff: dict[str, int], visitor: Visitor) -> None:
    for rule, _role in guarded_views(app):
        for method in methods_of(rule):
            answer = visitor.ask(method, address_of(rule))
            if rule.rule.startswith("/api/") and rule.rule != "/api/":
                assert (answer.status_code, answer.json["code"]) == (401, "sign_in_required"), rule
            else:
                assert answer.status_code == 302, rule
                assert answer.headers["Location"].startswith("/sign-in"), rule


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
    for rule, needed in guarded_views(app):
        if needed == role and "GET" in methods_of(rule):
            answer = browser.get(address_of(rule))
            assert answer.status_code not in (401, 403, 500), rule


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
