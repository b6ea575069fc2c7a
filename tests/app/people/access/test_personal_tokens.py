"""Tokens for programs: scope, time, revocation, and never mistaken for anything else."""

import dataclasses
import io
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app import create_app
from app.clock import now_ms
from app.config import Settings
from app.database import database, transaction
from app.people.access.models import PersonalToken, SignIn
from app.people.access.owner import FRESH_MS
from app.people.access.personal_tokens import SCOPES, scope_allows
from app.people.audit.models import AuditEntry
from tests.app.visitor import PASSWORD, Visitor, email_of

Enter = Callable[[str], Visitor]
ITEM = {"code": "TEA-2", "name": "More tea"}


def make(browser: Visitor, *scopes: str, days: int = 30) -> dict[str, Any]:
    body = {"name": "Nightly report", "scopes": list(scopes), "days": days}
    answer = browser.post("/api/account/tokens", json=body)
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def ask(client: FlaskClient, token: str, method: str, path: str, **named: Any) -> Any:
    return client.open(path, method=method, headers={"Authorization": f"Bearer {token}"}, **named)


def test_every_token_reads_and_writes_in_its_areas_alone() -> None:
    assert scope_allows(("read",), "GET", "/api/items")
    assert not scope_allows(("read",), "POST", "/api/items")
    assert scope_allows(("read", "write:items"), "POST", "/api/items")
    assert scope_allows(("read", "write:items"), "DELETE", "/api/items/1/archived")
    assert not scope_allows(("read", "write:items"), "POST", "/api/locations")
    assert scope_allows(("read", "write:imports"), "POST", "/api/imports")


@pytest.mark.parametrize("path", ["/api/users", "/api/account/password", "/api/session", "/api/devices"])
def test_no_token_changes_who_may_come_in(path: str) -> None:
    assert not scope_allows(SCOPES, "POST", path)


def test_no_token_reads_its_owners_sessions_and_tokens() -> None:
    assert not scope_allows(SCOPES, "GET", "/api/account/tokens")


def test_a_program_acts_for_its_owner(app: Flask, signed_in: Enter) -> None:
    token = make(signed_in("manager"), "write:items")["token"]
    client = app.test_client()
    assert ask(client, token, "GET", "/api/items").status_code == 200
    added = ask(client, token, "POST", "/api/items", json=ITEM)
    assert added.status_code == 201, added.json
    with app.app_context():
        by = database.session.execute(
            select(AuditEntry.actor_kind, AuditEntry.actor).where(AuditEntry.actor_kind == "token")
        ).all()
    assert {row.actor for row in by} == {"Ana Manager · Nightly report"}


def test_no_token_imports_people(app: Flask, signed_in: Enter) -> None:
    token = make(signed_in("administrator"), "write:imports")["token"]
    people = {"file": (io.BytesIO(b"email,name,role\nx@tallyman.example,X,administrator\n"), "people.csv")}
    answer = ask(app.test_client(), token, "POST", "/api/imports?kind=users", data=people)
    assert (answer.status_code, answer.json["code"]) == (403, "scope_too_small")


def test_a_token_goes_no_further_than_its_scope_and_its_owners_role(app: Flask, signed_in: Enter) -> None:
    client = app.test_client()
    reading = make(signed_in("manager"))["token"]
    refused = ask(client, reading, "POST", "/api/items", json=ITEM)
    assert (refused.status_code, refused.json["code"]) == (403, "scope_too_small")
    viewers = make(signed_in("viewer"), "write:items")["token"]
    assert ask(client, viewers, "POST", "/api/items", json=ITEM).json["code"] == "not_allowed"
    assert ask(client, viewers, "GET", "/api/users").json["code"] == "not_allowed"


def test_a_token_opens_no_page(app: Flask, signed_in: Enter) -> None:
    token = make(signed_in("administrator"))["token"]
    answer = ask(app.test_client(), token, "GET", "/people")
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer tally_made-up", "Bearer x", "Basic abc", "Device a.b", "tally_x"]
)
def test_what_is_no_token_opens_nothing_even_with_a_cookie_beside_it(signed_in: Enter, header: str) -> None:
    answer = signed_in("administrator").get("/api/users", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.json["code"] in {"token_invalid", "sign_in_required"}


def test_a_token_is_no_credential_of_a_device_and_the_other_way_round(
    app: Flask, signed_in: Enter, phone: Any
) -> None:
    client = app.test_client()
    token = make(signed_in("operator"))["token"]
    hello = client.post(
        "/api/sync/v1/push", json={"device": phone.device}, headers={"Authorization": f"Device {token}"}
    )
    assert hello.status_code == 401
    assert ask(client, phone.credential, "GET", "/api/items").json["code"] == "token_invalid"
    for named in ("Device", "Token"):
        headers = {"Authorization": f"{named} {token}"}
        assert client.get("/api/items", headers=headers).status_code == 401, named
    client.set_cookie("tallyman", token)
    assert client.get("/api/items").status_code == 401


def test_a_token_ends_by_time_by_revocation_and_with_its_owner(
    app: Flask, signed_in: Enter, staff: dict[str, int]
) -> None:
    viewer, administrator, client = signed_in("viewer"), signed_in("administrator"), app.test_client()
    first, second, third = (make(viewer) for _ in range(3))
    assert viewer.delete(f"/api/account/tokens/{first['id']}").status_code == 204
    assert administrator.delete(f"/api/users/{staff['viewer']}/tokens/{second['id']}").status_code == 204
    assert ask(client, first["token"], "GET", "/api/items").json["code"] == "token_invalid"
    assert ask(client, second["token"], "GET", "/api/items").status_code == 401
    assert ask(client, third["token"], "GET", "/api/items").status_code == 200
    with app.app_context(), transaction() as connection:
        connection.execute(update(PersonalToken).values(expires_at=1))
    assert ask(client, third["token"], "GET", "/api/items").status_code == 401
    fourth = make(viewer)
    administrator.ask("PUT", f"/api/users/{staff['viewer']}/disabled")
    assert ask(client, fourth["token"], "GET", "/api/items").status_code == 401


def test_a_password_that_others_gave_ends_every_token(
    app: Flask, signed_in: Enter, staff: dict[str, int]
) -> None:
    administrator, client, new = signed_in("administrator"), app.test_client(), "a heron on the quay"
    viewer, path = signed_in("viewer"), f"/api/users/{staff['viewer']}"
    first = make(viewer)
    assert administrator.ask("PUT", f"{path}/password", json={"password": new}).status_code == 204
    assert ask(client, first["token"], "GET", "/api/items").status_code == 401
    assert viewer.sign_in(email_of("viewer"), new).status_code == 200
    second = make(viewer)
    link = administrator.post(f"{path}/link").json["link"]
    client.post(urlsplit(link).path, data={"password": f"{new} again"})
    assert ask(client, second["token"], "GET", "/api/items").status_code == 401


def test_nobody_revokes_the_token_of_another(app: Flask, signed_in: Enter) -> None:
    made = make(signed_in("manager"))
    assert signed_in("operator").delete(f"/api/account/tokens/{made['id']}").status_code == 404
    assert ask(app.test_client(), made["token"], "GET", "/api/items").status_code == 200


def test_the_list_tells_use_and_no_secret(app: Flask, signed_in: Enter) -> None:
    browser = signed_in("viewer")
    made = make(browser)
    ask(app.test_client(), made["token"], "GET", "/api/items")
    listed = browser.get("/api/account/tokens")
    assert made["token"] not in listed.text
    (row,) = listed.json["rows"]
    assert (row["hint"], row["scopes"], row["used_from"]) == (made["token"][-4:], ["read"], "127.0.0.1")
    assert row["used_at"] is not None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"days": 0}, "days"),
        ({"days": 10**20}, "days"),
        ({"days": None}, "days"),
        ({"scopes": ["write:users"]}, "scopes"),
        ({"scopes": "write:items"}, "scopes"),
        ({"user_id": 1}, "user_id"),
    ],
)
def test_a_bad_field_is_named_and_no_token_is_made(
    signed_in: Enter, change: dict[str, Any], field: str
) -> None:
    browser = signed_in("viewer")
    body = {"name": "Report", "scopes": [], "days": 30} | change
    answer = browser.post("/api/account/tokens", json=body)
    assert (answer.status_code, list(answer.json["errors"]["json"])) == (422, [field])
    assert browser.get("/api/account/tokens").json["rows"] == []


def test_the_page_makes_one_and_shows_it_once(app: Flask, signed_in: Enter) -> None:
    browser = signed_in("manager")
    form = {"name": "Report", "days": "30", "scopes": ["write:items", "write:stock"]}
    page = browser.post("/account/tokens/new", data=form)
    token = page.text.split('<code id="token">')[1].split("<")[0]
    assert ask(app.test_client(), token, "POST", "/api/items", json=ITEM).status_code == 201
    account = browser.get("/account").text
    assert "Report" in account and token not in account
    refused = browser.post("/account/tokens/new", data={"name": "", "days": "30"})
    assert refused.status_code == 422 and 'id="name-problem"' in refused.text


def test_a_session_that_is_not_fresh_makes_none_without_the_password(app: Flask, signed_in: Enter) -> None:
    browser, body = signed_in("manager"), {"name": "Report", "scopes": [], "days": 30}
    assert 'name="current"' not in browser.get("/account/tokens/new").text
    with app.app_context(), transaction() as connection:
        connection.execute(update(SignIn).values(created_at=now_ms() - FRESH_MS - 1))
    refused = browser.post("/api/account/tokens", json=body)
    assert refused.status_code == 422 and "current" in refused.json["errors"]["json"]
    page = browser.post("/account/tokens/new", data={**body, "current": "wrong"})
    assert page.status_code == 422 and 'id="current-problem"' in page.text
    assert browser.get("/api/account/tokens").json["rows"] == []
    assert browser.post("/account/tokens/new", data={**body, "current": PASSWORD}).status_code == 200
    assert browser.post("/api/account/tokens", json={**body, "current": PASSWORD}).status_code == 201


@pytest.fixture
def hurried(settings: Settings) -> Iterator[Flask]:
    app = create_app(dataclasses.replace(settings, token_requests=3))
    yield app
    with app.app_context():
        database.engine.dispose()


def test_a_program_that_asks_too_often_is_told_when_to_come_again(
    hurried: Flask, staff: dict[str, int]
) -> None:
    browser = Visitor(hurried.test_client())
    browser.sign_in(email_of("viewer"))
    token, client = make(browser)["token"], hurried.test_client()
    assert [ask(client, token, "GET", "/api/items").status_code for _ in range(3)] == [200] * 3
    refused = ask(client, token, "GET", "/api/items")
    assert (refused.status_code, refused.json["code"]) == (429, "retry_after")
    assert 0 < int(refused.headers["Retry-After"]) <= 61
    assert browser.get("/api/items").status_code == 200, "its owner is not slowed down"
