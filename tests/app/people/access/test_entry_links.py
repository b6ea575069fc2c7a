"""Links that open the door once."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import update

from app.clock import now_ms
from app.database import transaction
from app.people.access import entry_links
from app.people.access.models import EntryLink
from app.web.errors import Refusal
from tests.app.visitor import PASSWORD, Visitor, email_of

Enter = Callable[[str], Visitor]
NEW = "a shelf of green tea"


@pytest.fixture
def administrator(signed_in: Enter) -> Visitor:
    return signed_in("administrator")


def link_for(administrator: Visitor, user_id: int) -> str:
    answer = administrator.post(f"/api/users/{user_id}/link")
    assert answer.status_code == 201, answer.json
    return urlsplit(answer.json["link"]).path


def invite(administrator: Visitor) -> int:
    body = {"email": "gita@tallyman.example", "name": "Gita Rao", "role": "operator"}
    added = administrator.post("/api/users", json=body)
    assert (added.status_code, added.json["invited"]) == (201, True)
    return int(added.json["id"])


def test_one_who_is_invited_comes_in_by_the_link_and_not_before(
    administrator: Visitor, visitor: Visitor
) -> None:
    user_id = invite(administrator)
    for guess in ("", "x", "a shelf of tea"):
        assert visitor.sign_in("gita@tallyman.example", guess).status_code in (401, 422)
    visitor.client.post(link_for(administrator, user_id), data={"password": NEW})
    assert visitor.sign_in("gita@tallyman.example", NEW).status_code == 200
    assert administrator.get(f"/api/users/{user_id}").json["invited"] is False


def test_a_link_opens_once(
    app: Flask, administrator: Visitor, visitor: Visitor, staff: dict[str, int]
) -> None:
    link = link_for(administrator, staff["viewer"])
    assert visitor.client.post(link, data={"password": NEW}).status_code == 303
    assert visitor.client.get(link).status_code == 404
    again = app.test_client().post(link, data={"password": "another shelf of tea"})
    assert again.status_code == 404
    assert visitor.sign_in(email_of("viewer"), NEW).status_code == 200


def test_of_two_who_use_a_link_at_once_one_comes_in(
    app: Flask, administrator: Visitor, staff: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = link_for(administrator, staff["viewer"]).rpartition("/")[2]
    with app.app_context():
        both_saw = entry_links.owner_of(token)
        monkeypatch.setattr(entry_links, "owner_of", lambda _token: both_saw)
        with transaction() as connection:
            entry_links.redeem(connection, token, "first")
        with pytest.raises(Refusal, match="was used already"), transaction() as connection:
            entry_links.redeem(connection, token, "second")


def test_a_password_chosen_by_a_link_signs_its_owner_out_everywhere(
    administrator: Visitor, visitor: Visitor, signed_in: Enter, staff: dict[str, int]
) -> None:
    elsewhere = signed_in("viewer")
    assert elsewhere.get("/api/session").status_code == 200
    visitor.client.post(link_for(administrator, staff["viewer"]), data={"password": NEW})
    assert elsewhere.get("/api/session").status_code == 401


def test_a_newer_link_ends_the_one_before(
    administrator: Visitor, visitor: Visitor, staff: dict[str, int]
) -> None:
    before, after = (link_for(administrator, staff["viewer"]) for _ in range(2))
    assert visitor.client.get(before).status_code == 404
    assert visitor.client.get(after).status_code == 200


def test_a_link_runs_out(app: Flask, administrator: Visitor, visitor: Visitor, staff: dict[str, int]) -> None:
    link = link_for(administrator, staff["viewer"])
    with app.app_context(), transaction() as connection:
        connection.execute(update(EntryLink).values(expires_at=now_ms() - 1))
    answer = visitor.client.get(link)
    assert answer.status_code == 404 and "opens nothing any more" in answer.text


def test_a_weak_password_leaves_the_link_open(
    administrator: Visitor, visitor: Visitor, staff: dict[str, int]
) -> None:
    link = link_for(administrator, staff["viewer"])
    answer = visitor.client.post(link, data={"password": "Password2026!"})
    assert answer.status_code == 422 and "too easy to guess" in answer.text
    assert visitor.client.post(link, data={"password": NEW}).status_code == 303


def test_one_who_is_shut_out_gets_no_link_and_uses_none(
    administrator: Visitor, visitor: Visitor, staff: dict[str, int]
) -> None:
    path = f"/api/users/{staff['viewer']}"
    link = link_for(administrator, staff["viewer"])
    administrator.ask("PUT", f"{path}/disabled")
    refused = administrator.post(f"{path}/link")
    assert (refused.status_code, refused.json["code"]) == (409, "disabled")
    assert visitor.client.get(link).status_code == 404


@pytest.mark.parametrize("token", ["x", "é", "a" * 64, "../account"])
def test_a_made_up_link_leads_nowhere(visitor: Visitor, token: str) -> None:
    assert visitor.client.get(f"/join/{token}").status_code in (302, 404)


def test_an_invited_administrator_keeps_nobody_in_charge(
    administrator: Visitor, staff: dict[str, int]
) -> None:
    body = {"email": "gita@tallyman.example", "name": "Gita Rao", "role": "administrator"}
    invited = administrator.post("/api/users", json=body).json["id"]
    refused = administrator.patch(f"/api/users/{staff['administrator']}", json={"role": "viewer"})
    assert refused.json["code"] == "last_administrator"
    assert administrator.patch(f"/api/users/{invited}", json={"role": "viewer"}).status_code == 200


def test_the_old_password_works_until_the_link_is_used(
    administrator: Visitor, visitor: Visitor, staff: dict[str, int]
) -> None:
    link_for(administrator, staff["viewer"])
    assert visitor.sign_in(email_of("viewer"), PASSWORD).status_code == 200


def test_the_list_tells_invited_people_apart(administrator: Visitor) -> None:
    user_id = invite(administrator)
    found = {state: administrator.get(f"/api/users?state={state}").json for state in ("active", "invited")}
    assert [row["id"] for row in found["invited"]["rows"]] == [user_id]
    assert user_id not in [row["id"] for row in found["active"]["rows"]]


def test_a_link_ends_the_session_of_whoever_used_the_browser_before(
    administrator: Visitor, signed_in: Enter, staff: dict[str, int]
) -> None:
    other = signed_in("manager")
    former = other.client.get_cookie("tallyman")
    assert former is not None
    other.post(link_for(administrator, staff["viewer"]), data={"password": NEW})
    assert other.get("/api/session").json["user"]["role"] == "viewer"
    other.client.set_cookie("tallyman", former.value)
    assert other.get("/api/session").status_code == 401
