"""Users over JSON."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from app.database import database, transaction
from app.people.devices.models import Device
from app.people.models import User
from app.people.users import leaves_nobody
from tests.app.visitor import PASSWORD, Visitor, email_of

Enter = Callable[[str], Visitor]
NEW = {"email": "gita@tallyman.example", "name": "Gita Rao", "role": "operator", "password": "a shelf of tea"}


def test_a_user_is_added_and_signs_in(signed_in: Enter, visitor: Visitor) -> None:
    added = signed_in("administrator").post("/api/users", json=NEW | {"email": " Gita@Tallyman.Example "})
    assert added.status_code == 201
    shown = {"id", "email", "name", "role", "created_at", "disabled_at", "invited", "all_sites"}
    assert added.json.keys() == shown
    assert added.json["email"] == "gita@tallyman.example"
    assert visitor.sign_in(NEW["email"], NEW["password"]).json["user"]["id"] == added.json["id"]


def test_an_address_belongs_to_one_person(signed_in: Enter) -> None:
    administrator = signed_in("administrator")
    administrator.post("/api/users", json=NEW)
    again = administrator.post("/api/users", json=NEW | {"email": "GITA@tallyman.example", "name": "Other"})
    assert (again.status_code, again.json["code"]) == (409, "email_taken")
    assert again.json["errors"] == {"json": {"email": ["Somebody has this address already."]}}
    assert administrator.get("/api/users?search=Other").json["total"] == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": "a@b.example\u0000"}, "email"),
        ({"email": "a" * 260 + "@b.example"}, "email"),
        ({"email": 7}, "email"),
        ({"email": None}, "email"),
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "a" * 101}, "name"),
        ({"name": "Ana\u202eanA"}, "name"),
        ({"name": ["Ana"]}, "name"),
        ({"role": "owner"}, "role"),
        ({"role": ""}, "role"),
        ({"password": "short"}, "password"),
        ({"password": "aaaaaaaaaaaa"}, "password"),
        ({"password": "gita@tallyman.example"}, "password"),
        ({"password": "a1b2" * 300}, "password"),
        ({"id": 7}, "id"),
        ({"created_at": 7}, "created_at"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_added(
    signed_in: Enter, change: dict[str, Any], field: str
) -> None:
    administrator = signed_in("administrator")
    answer = administrator.post("/api/users", json=NEW | change)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert list(answer.json["errors"]["json"]) == [field]
    assert administrator.get("/api/users").json["total"] == 4


def test_markup_in_a_name_is_kept_and_shown_as_text(signed_in: Enter) -> None:
    administrator = signed_in("administrator")
    name = "<img src=x onerror=alert(1)>"
    added = administrator.post("/api/users", json=NEW | {"name": name}).json
    assert added["name"] == name
    for path in ("/people", f"/people/{added['id']}"):
        page = administrator.get(path).text
        assert "<img src=x" not in page and "&lt;img src=x" in page


def test_name_and_role_change_and_the_address_does_not(signed_in: Enter, staff: dict[str, int]) -> None:
    administrator = signed_in("administrator")
    path = f"/api/users/{staff['viewer']}"
    changed = administrator.patch(path, json={"name": "Vera", "role": "operator"})
    assert (changed.json["name"], changed.json["role"]) == ("Vera", "operator")
    assert administrator.patch(path, json={"email": "x@y.example"}).status_code == 422
    assert administrator.patch(path, json={}).json["name"] == "Vera"


def test_the_last_administrator_stays(signed_in: Enter, staff: dict[str, int]) -> None:
    administrator = signed_in("administrator")
    path = f"/api/users/{staff['administrator']}"
    for refused in (
        administrator.patch(path, json={"role": "manager"}),
        administrator.ask("PUT", f"{path}/disabled"),
    ):
        assert (refused.status_code, refused.json["code"]) == (409, "last_administrator")
    assert administrator.get(path).json["role"] == "administrator"
    assert administrator.get(path).json["disabled_at"] is None


def test_of_two_administrators_one_may_go(signed_in: Enter, staff: dict[str, int]) -> None:
    administrator = signed_in("administrator")
    administrator.patch(f"/api/users/{staff['manager']}", json={"role": "administrator"})
    path = f"/api/users/{staff['administrator']}"
    assert administrator.patch(path, json={"role": "viewer"}).status_code == 200
    assert administrator.get("/api/users").status_code == 403


def test_a_disabled_administrator_does_not_count(signed_in: Enter, staff: dict[str, int]) -> None:
    administrator = signed_in("administrator")
    other = f"/api/users/{staff['manager']}"
    administrator.patch(other, json={"role": "administrator"})
    assert administrator.ask("PUT", f"{other}/disabled").status_code == 204
    refused = administrator.patch(f"/api/users/{staff['administrator']}", json={"role": "viewer"})
    assert refused.json["code"] == "last_administrator"
    assert administrator.patch(other, json={"role": "viewer"}).status_code == 200


def test_somebody_must_stay_in_charge() -> None:
    assert leaves_nobody(1, is_one=True, stays=False)
    assert not leaves_nobody(2, is_one=True, stays=False)
    assert not leaves_nobody(1, is_one=True, stays=True)
    assert not leaves_nobody(1, is_one=False, stays=False)


def test_one_who_is_shut_out_is_out_at_once(
    signed_in: Enter, staff: dict[str, int], visitor: Visitor
) -> None:
    administrator, operator = signed_in("administrator"), signed_in("operator")
    path = f"/api/users/{staff['operator']}/disabled"
    assert administrator.ask("PUT", path).status_code == 204
    assert administrator.ask("PUT", path).status_code == 204
    assert operator.get("/api/session").status_code == 401
    assert visitor.sign_in(email_of("operator")).status_code == 401
    assert administrator.delete(path).status_code == 204
    assert operator.get("/api/session").status_code == 401, "the old session stays closed"
    assert visitor.sign_in(email_of("operator")).status_code == 200


def test_the_devices_of_one_who_is_shut_out_ask_for_somebody(
    app: Flask, signed_in: Enter, staff: dict[str, int]
) -> None:
    with app.app_context(), transaction():
        database.session.add_all(
            Device(
                id=f"00000000-0000-7000-8000-00000000000{number}",
                name="Handheld",
                user_id=staff[role],
                credential_hash=str(number) * 64,
                credential_expires_at=2**50,
                enrolled_at=1,
            )
            for number, role in enumerate(("operator", "viewer"))
        )
    signed_in("administrator").ask("PUT", f"/api/users/{staff['operator']}/disabled")
    with app.app_context():
        rows = database.session.execute(database.select(Device.user_id, Device.credential_expires_at))
        assert {row.user_id: row.credential_expires_at for row in rows} == {
            staff["operator"]: 0,
            staff["viewer"]: 2**50,
        }


def test_a_new_password_ends_the_old_one_and_every_session(
    signed_in: Enter, staff: dict[str, int], visitor: Visitor
) -> None:
    administrator, operator = signed_in("administrator"), signed_in("operator")
    path = f"/api/users/{staff['operator']}/password"
    assert administrator.ask("PUT", path, json={"password": "a whole new shelf"}).status_code == 204
    assert operator.get("/api/session").status_code == 401
    assert visitor.sign_in(email_of("operator"), PASSWORD).status_code == 401
    assert visitor.sign_in(email_of("operator"), "a whole new shelf").status_code == 200


def test_everywhere_means_every_browser(signed_in: Enter, staff: dict[str, int]) -> None:
    administrator, one, other = signed_in("administrator"), signed_in("viewer"), signed_in("viewer")
    assert administrator.delete(f"/api/users/{staff['viewer']}/sessions").status_code == 204
    assert [one.get("/api/session").status_code, other.get("/api/session").status_code] == [401, 401]
    assert administrator.delete(f"/api/users/{staff['administrator']}/sessions").status_code == 204
    assert administrator.get("/api/session").status_code == 200


@pytest.mark.parametrize("number", [0, 999, 9007199254740991, 9007199254740992, 10**30])
def test_an_unknown_number_is_not_found(signed_in: Enter, number: int) -> None:
    administrator = signed_in("administrator")
    for answer in (
        administrator.get(f"/api/users/{number}"),
        administrator.patch(f"/api/users/{number}", json={"name": "X"}),
        administrator.ask("PUT", f"/api/users/{number}/disabled"),
        administrator.delete(f"/api/users/{number}/disabled"),
        administrator.delete(f"/api/users/{number}/sessions"),
        administrator.ask("PUT", f"/api/users/{number}/password", json={"password": "long enough"}),
    ):
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_no_answer_holds_a_hash(signed_in: Enter, staff: dict[str, int]) -> None:
    administrator = signed_in("administrator")
    for path in ("/api/users", f"/api/users/{staff['viewer']}", "/people", f"/people/{staff['viewer']}"):
        assert "argon2" not in administrator.get(path).text


def test_a_hash_of_yesterday_is_renewed_when_its_owner_comes(
    app: Flask, staff: dict[str, int], visitor: Visitor
) -> None:
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    with app.app_context(), transaction() as connection:
        connection.execute(update(User).where(User.id == staff["viewer"]).values(password_hash=old))
    assert visitor.sign_in(email_of("viewer")).status_code == 200
    with app.app_context():
        user = database.session.get(User, staff["viewer"])
        assert user is not None and user.password_hash != old
    assert visitor.sign_in(email_of("viewer")).status_code == 200
