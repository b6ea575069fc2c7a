"""The cookie by which a proxy sends each device to the same instance."""

from flask import Response
from flask.testing import FlaskClient

from app.web.device_cookie import GIVEN, NAME, give


def test_whoever_comes_without_gets_one_and_keeps_it(client: FlaskClient) -> None:
    given = client.get("/sign-in").headers.getlist("Set-Cookie")
    [own] = [line for line in given if line.startswith(NAME)]
    assert "HttpOnly" in own
    assert "SameSite=Lax" in own
    cookie = client.get_cookie(NAME)
    assert cookie is not None
    assert GIVEN.fullmatch(cookie.value)
    again = client.get("/sign-in").headers.getlist("Set-Cookie")
    assert not [line for line in again if line.startswith(NAME)]


def test_a_made_up_one_is_replaced(client: FlaskClient) -> None:
    client.set_cookie(NAME, "x" * 4000)
    client.get("/sign-in")
    cookie = client.get_cookie(NAME)
    assert cookie is not None
    assert GIVEN.fullmatch(cookie.value)


def test_what_others_may_keep_carries_none(client: FlaskClient) -> None:
    answer = Response("x", headers={"Cache-Control": "public, max-age=3600"})
    with client.application.test_request_context("/static/x.js"):
        assert "Set-Cookie" not in give(answer).headers
        assert "Set-Cookie" in give(Response("x")).headers
