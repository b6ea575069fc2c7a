"""The one shape of an error for programs, a page of it for people."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from app.people.access import credentials
from app.web.errors import Refusal
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]


@pytest.fixture
def failing(app: Flask) -> FlaskClient:
    """An application with two doors that fail, in ways that no test can otherwise bring about."""

    def crash() -> str:
        raise ZeroDivisionError("secret detail")

    def refuse() -> str:
        raise Refusal(503, "unavailable", "Not now.", retry_after=2)

    for base in ("", "/api"):
        app.add_url_rule(f"{base}/crash", f"crash{base}", crash)
        app.add_url_rule(f"{base}/refuse", f"refuse{base}", refuse)
    return app.test_client()


def test_a_program_gets_the_one_shape(failing: FlaskClient) -> None:
    for path, status, code in (
        ("/api/nothing", 404, "not_found"),
        ("/api/crash", 500, "internal"),
        ("/api/refuse", 503, "unavailable"),
    ):
        answer = failing.get(path)
        assert (answer.status_code, answer.json["code"]) == (status, code)
        assert {"code", "message", "trace"} <= answer.json.keys()
        assert "secret" not in answer.text and "Traceback" not in answer.text


def test_a_person_gets_a_page_with_a_way_on(failing: FlaskClient) -> None:
    for path, status in (("/nothing", 404), ("/crash", 500), ("/refuse", 503)):
        answer = failing.get(path)
        assert (answer.status_code, answer.mimetype) == (status, "text/html")
        assert 'href="/"' in answer.text and "<h1>" in answer.text
        assert "secret" not in answer.text and "Traceback" not in answer.text
    assert failing.get("/refuse").headers["Retry-After"] == "2"


def test_a_wrong_method_says_which_ones_there_are(client: FlaskClient) -> None:
    answer = client.put("/api/session", json={})
    assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "DELETE, GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize("path", ["/", "/api/session", "/sign-in", "/static/icons/tallyman-192.png"])
def test_nothing_is_traced(client: FlaskClient, path: str) -> None:
    assert client.open(path, method="TRACE").status_code == 405


def test_a_path_without_its_slash_is_redirected(client: FlaskClient) -> None:
    answer = client.get("/api")
    assert (answer.status_code, answer.headers["Location"]) == (308, "http://localhost/api/")


def test_a_broken_database_still_leaves_a_page(signed_in: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = signed_in("viewer")

    def broken(token: str) -> None:
        raise OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr(credentials, "person_of", broken)
    answer = browser.get("/account")
    assert answer.status_code == 500
    assert "Our fault" in answer.text and "gone" not in answer.text


def test_a_missing_page_keeps_the_frame_for_those_inside(signed_in: Enter, client: FlaskClient) -> None:
    assert 'id="side"' in signed_in("viewer").get("/nothing").text
    assert 'id="side"' not in client.get("/nothing").text
