"""Signing in and out over JSON."""

from base64 import urlsafe_b64decode

from flask import Flask

from app.database import database
from app.people.access.models import SignIn
from app.people.access.passwords import hash_password, password_matches
from tests.app.visitor import PASSWORD, Visitor, email_of


def test_the_right_password_opens_a_session(staff: dict[str, int], visitor: Visitor) -> None:
    answer = visitor.sign_in(email_of("manager"))
    assert answer.status_code == 200
    assert answer.json["user"] == {
        "id": staff["manager"],
        "email": "manager@tallyman.example",
        "name": "Ana Manager",
        "role": "manager",
    }
    assert visitor.get("/api/session").json == answer.json


def test_a_password_counts_exactly_as_it_was_chosen(staff: dict[str, int], visitor: Visitor) -> None:
    for typed in (PASSWORD.upper(), f" {PASSWORD}", f"{PASSWORD} ", PASSWORD[:-1]):
        assert visitor.sign_in(email_of("viewer"), typed).status_code == 401
    assert visitor.sign_in(email_of("viewer"), PASSWORD).status_code == 200


def test_every_sign_of_a_long_password_counts(app: Flask) -> None:
    chosen = "a shelf of green tea, " * 9
    with app.app_context():
        stored = hash_password(chosen)
        assert password_matches(stored, chosen)
        assert not any(password_matches(stored, chosen[:length]) for length in (64, 72, 128, len(chosen) - 1))


def test_letters_and_spaces_around_an_address_do_not_matter(staff: dict[str, int], visitor: Visitor) -> None:
    assert visitor.sign_in("  Manager@Tallyman.Example ").status_code == 200


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(
    staff: dict[str, int], visitor: Visitor
) -> None:
    cookie = visitor.sign_in(email_of("viewer")).headers["Set-Cookie"]
    assert cookie.startswith("tallyman=")
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    assert "Secure" not in cookie


def test_over_tls_the_cookie_is_bound_to_the_host(staff: dict[str, int], app: Flask) -> None:
    answer = app.test_client().post(
        "/api/session",
        json={"email": email_of("viewer"), "password": PASSWORD},
        base_url="https://tally.example",
    )
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-tallyman=")
    assert "Secure" in cookie and "Domain" not in cookie and "Path=/" in cookie


def test_the_database_holds_no_token_that_opens_the_door(staff: dict[str, int], visitor: Visitor) -> None:
    visitor.sign_in(email_of("viewer"))
    cookie = visitor.client.get_cookie("tallyman")
    assert cookie is not None
    with visitor.client.application.app_context():
        row = database.session.scalars(database.select(SignIn)).one()
    assert cookie.value not in (row.token_hash, row.csrf_token)
    assert len(urlsafe_b64decode(cookie.value + "=")) * 8 == 256


def test_signing_out_ends_the_session_on_the_server(staff: dict[str, int], visitor: Visitor) -> None:
    visitor.sign_in(email_of("viewer"))
    stolen = visitor.client.get_cookie("tallyman")
    assert stolen is not None
    assert visitor.delete("/api/session").status_code == 204
    assert visitor.client.get_cookie("tallyman") is None
    visitor.client.set_cookie("tallyman", stolen.value)
    assert visitor.get("/api/session").status_code == 401


def test_nobody_is_asked_to_sign_in_in_the_one_shape(visitor: Visitor) -> None:
    answer = visitor.get("/api/session")
    assert answer.status_code == 401
    assert answer.json.keys() == {"code", "message", "trace"}
    assert answer.json["code"] == "sign_in_required"
