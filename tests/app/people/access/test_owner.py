"""What changes the rights of others asks for the password, once signing in is a while ago."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from app.clock import now_ms
from app.database import transaction
from app.people.access.models import SignIn
from app.people.access.owner import ACTS, FRESH_MS
from tests.app.imports.desk import checked, imported, uploaded
from tests.app.visitor import PASSWORD, Visitor

Enter = Callable[[str], Visitor]
SESSION_AGO_MS = FRESH_MS + 1000

GRAVE = [
    ("POST", "/api/users", {"email": "n@tallyman.example", "name": "New", "role": "administrator"}),
    ("PATCH", "/api/users/{viewer}", {"role": "administrator"}),
    ("PUT", "/api/users/{viewer}/password", {"password": "a quite long new one"}),
    ("DELETE", "/api/users/{viewer}/disabled", None),
    ("POST", "/api/users/{viewer}/link", None),
    ("PUT", "/api/users/{viewer}/sites", {"all_sites": True, "sites": []}),
    ("DELETE", "/api/users/{viewer}/second-factor", None),
]
PAGES = [
    ("/people/new", {"email": "n@tallyman.example", "name": "New", "role": "viewer"}),
    ("/people/{viewer}", {"name": "Vera", "role": "manager"}),
    ("/people/{viewer}/enable", {}),
    ("/people/{viewer}/link", {}),
    ("/people/{viewer}/sites", {"reach": "all"}),
    ("/people/{viewer}/second-factor", {}),
    ("/settings", {"company_name": "Blue Door"}),
]


@pytest.fixture
def desk(app: Flask, signed_in: Enter) -> Visitor:
    """Where an administrator signed in more than ten minutes ago."""
    desk = signed_in("administrator")
    age(app)
    return desk


def age(app: Flask) -> None:
    with app.app_context(), transaction() as connection:
        connection.execute(update(SignIn).values(created_at=now_ms() - SESSION_AGO_MS))


@pytest.mark.parametrize(("method", "path", "body"), GRAVE)
def test_over_json_one_must_have_signed_in_a_moment_ago(
    app: Flask,
    desk: Visitor,
    staff: dict[str, int],
    method: str,
    path: str,
    body: dict[str, object] | None,
) -> None:
    address = path.format(**staff)
    before = desk.get("/api/users").json
    answer = desk.ask(method, address, json=body)
    assert (answer.status_code, answer.json["code"]) == (403, "confirm_first")
    assert desk.get("/api/users").json == before
    desk.sign_in("administrator@tallyman.example")
    assert desk.ask(method, address, json=body).status_code in (200, 201, 204, 404)


@pytest.mark.parametrize(("path", "form"), PAGES)
def test_a_page_asks_for_the_password_in_between_and_goes_on_with_what_was_sent(
    desk: Visitor, staff: dict[str, int], path: str, form: dict[str, str]
) -> None:
    address = path.format(**staff)
    asked = desk.post(address, data=form, headers={"Referer": f"http://localhost{address}"})
    assert asked.status_code == 403 and "Is it you?" in asked.text
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', asked.text))
    kept.pop("csrf_token")  # of the form that signs one out
    assert kept == form
    wrong = desk.post(address, data={**kept, "current": "guessed"})
    assert wrong.status_code == 422 and "problem" in wrong.text
    assert "guessed" not in wrong.text
    done = desk.post(address, data={**kept, "current": PASSWORD})
    assert done.status_code in (200, 303) and "Is it you?" not in done.text
    assert desk.post(address, data=form).status_code != 403


@pytest.mark.parametrize(
    ("path", "form", "act"),
    [
        ("/people/new", {"name": "<b>Nora</b>"}, "Invite &lt;b&gt;Nora&lt;/b&gt;"),
        ("/people/{viewer}/second-factor", {"name": "Another"}, "Take the second factor of {who} away"),
        ("/settings", {}, "Change the settings of the office"),
    ],
)
def test_the_page_in_between_names_what_is_to_be_done_and_to_whom(
    desk: Visitor, staff: dict[str, int], path: str, form: dict[str, str], act: str
) -> None:
    who = desk.get(f"/api/users/{staff['viewer']}").json["name"]
    asked = desk.post(path.format(**staff), data=form)
    assert f">{act.format(who=who)}</strong>" in asked.text


def test_each_page_that_asks_in_between_has_words_for_what_is_to_be_done(app: Flask) -> None:
    api = {rule.endpoint for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")}
    asking = {endpoint for endpoint, view in app.view_functions.items() if asks_owner(view)}
    assert asking - api == set(ACTS) and len(asking & api) > 5


def asks_owner(view: Any) -> bool:
    """Whether a view, or what is wrapped around it, may ask for the password in between."""
    while view is not None:
        if "ask_owner" in getattr(getattr(view, "__code__", None), "co_names", ()):
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def test_what_goes_on_carries_the_token_of_the_form(desk: Visitor, staff: dict[str, int]) -> None:
    sent = {"csrf_token": desk.csrf_token}
    asked = desk.client.post(f"/people/{staff['viewer']}/link", data=sent)
    assert asked.text.count(f'name="csrf_token" value="{desk.csrf_token}"') == 2, "this form and signing out"
    done = desk.client.post(f"/people/{staff['viewer']}/link", data={**sent, "current": PASSWORD})
    assert done.status_code == 200


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://localhost/people/new", "/people/new"),
        ("http://localhost//elsewhere.example/", "/"),
        ("https://elsewhere.example/people", "/people"),
        ("", "/"),
    ],
)
def test_one_who_does_not_confirm_goes_back_within_the_house(
    desk: Visitor, staff: dict[str, int], came_from: str, back: str
) -> None:
    asked = desk.post(f"/people/{staff['viewer']}/link", headers={"Referer": came_from})
    actions = asked.text.split('class="form-actions', 1)[1]
    assert re.findall(r'<a [^>]*href="([^"]*)"', actions)[0] == back


def test_what_was_sent_is_kept_as_text_and_as_often_as_it_was_sent(
    desk: Visitor, staff: dict[str, int]
) -> None:
    form = {"reach": "some", "sites": ["1", "2"], "name": '"><script>alert(1)</script>'}
    asked = desk.post(f"/people/{staff['viewer']}/sites", data=form)
    assert asked.text.count('name="sites"') == 2
    assert "<script>alert" not in asked.text


def test_a_confirmation_counts_for_its_own_session_and_for_ten_minutes(
    app: Flask, desk: Visitor, staff: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/people/{staff['viewer']}/link"
    assert desk.post(address, data={"current": PASSWORD}).status_code == 200
    desk.sign_in("administrator@tallyman.example")
    age(app)
    assert desk.post(address).status_code == 403
    assert desk.post(address, data={"current": PASSWORD}).status_code == 200
    monkeypatch.setattr("app.people.access.owner.now_ms", lambda: now_ms() + SESSION_AGO_MS)
    assert desk.post(address).status_code == 403


def test_what_only_shuts_doors_asks_for_nothing(desk: Visitor, staff: dict[str, int]) -> None:
    assert desk.post(f"/people/{staff['viewer']}/sessions").status_code == 303
    assert desk.post(f"/people/{staff['viewer']}/disable").status_code == 303
    assert desk.get(f"/people/{staff['viewer']}").status_code == 200


def test_an_import_of_people_asks_and_one_of_items_does_not(app: Flask, desk: Visitor) -> None:
    people = checked(app, desk, "email,name,role\neve@tallyman.example,Eve,administrator\n", "users")
    assert desk.ask("PUT", f"{people}/run", json={}).json["code"] == "confirm_first"
    page = desk.post(f"{people.removeprefix('/api')}/run")
    assert page.status_code == 403 and "Is it you?" in page.text
    items = uploaded(desk, "code,name\nTEA,Tea\n")
    assert desk.ask("PUT", f"{items}/run", json={}).json["code"] == "unchecked"


def test_taking_back_an_import_of_people_asks_too(app: Flask, signed_in: Enter) -> None:
    desk = signed_in("administrator")
    people = imported(app, desk, "email,name,role\neve@tallyman.example,Eve,administrator\n", "users")
    items = imported(app, desk, "code,name\nTEA2,Tea\n")
    age(app)
    assert desk.ask("PUT", f"{items}/undo").status_code == 202
    assert desk.ask("PUT", f"{people}/undo").json["code"] == "confirm_first"
    address = f"{people.removeprefix('/api')}/undo"
    assert desk.get(address).status_code == 200
    page = desk.post(address)
    assert page.status_code == 403 and "Is it you?" in page.text
    assert desk.get(people).json["state"] == "done"
    assert desk.post(address, data={"current": PASSWORD}).status_code == 303
    assert desk.get(people).json["state"] == "undoing"
