"""A write counts only when our own page made it."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.people.access.credentials import OPENING
from app.people.roles import READING
from tests.app.people.test_doors import address_of, methods_of
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]


@pytest.mark.parametrize("token", [None, "", "wrong", "é", "\u2028"])
def test_a_write_without_the_sessions_token_is_refused(signed_in: Enter, token: str | None) -> None:
    browser = signed_in("viewer")
    headers = {} if token is None else {"X-CSRF-Token": token.encode().decode("latin-1")}
    answer = browser.client.delete("/api/session", headers=headers)
    assert answer.status_code == 403
    assert answer.json.keys() == {"code", "message", "trace"}
    assert answer.json["code"] == "forged"
    assert browser.get("/api/session").status_code == 200


def test_the_token_of_another_session_does_not_do(signed_in: Enter) -> None:
    one, other = signed_in("viewer"), signed_in("viewer")
    answer = one.client.delete("/api/session", headers={"X-CSRF-Token": other.csrf_token})
    assert answer.status_code == 403


def test_a_form_brings_the_token_in_a_field(signed_in: Enter) -> None:
    browser = signed_in("viewer")
    assert browser.client.post("/sign-out", data={"csrf_token": "wrong"}).status_code == 403
    assert browser.client.post("/sign-out", data={"csrf_token": browser.csrf_token}).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_even_the_token_does_not_help_another_site(signed_in: Enter, headers: dict[str, str]) -> None:
    answer = signed_in("viewer").delete("/api/session", headers=headers)
    assert (answer.status_code, answer.json["code"]) == (403, "forged")


def test_no_write_of_any_kind_counts_from_elsewhere_or_with_the_token_of_another(
    app: Flask, signed_in: Enter
) -> None:
    browser, other = signed_in("administrator"), signed_in("administrator")
    elsewhere = {"X-CSRF-Token": browser.csrf_token, "Origin": "https://evil.example"}
    forgeries = ({}, {"X-CSRF-Token": other.csrf_token}, elsewhere)
    writes = [(rule, method) for rule in app.url_map.iter_rules() for method in methods_of(rule)]
    for rule, method in writes:
        for headers in forgeries if method not in READING else ():
            answer = browser.client.open(address_of(rule), method=method, headers=headers)
            is_forged = answer.status_code == 403 and "did not come from our own page" in answer.text
            assert is_forged or (rule.endpoint in OPENING and headers is not elsewhere), (method, rule)
    assert browser.get("/api/session").status_code == other.get("/api/session").status_code == 200


def test_our_own_page_names_itself_and_is_believed(signed_in: Enter) -> None:
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert signed_in("viewer").delete("/api/session", headers=headers).status_code == 204


def test_beside_a_credential_the_cookie_counts_for_nothing(signed_in: Enter) -> None:
    browser = signed_in("viewer")
    answer = browser.get("/api/session", headers={"Authorization": "Device something"})
    assert answer.status_code == 401


def test_the_token_in_the_address_does_not_do(signed_in: Enter) -> None:
    browser = signed_in("viewer")
    answer = browser.client.post(f"/sign-out?csrf_token={browser.csrf_token}")
    assert answer.status_code == 403


def test_a_refused_form_shows_a_page_in_plain_words(signed_in: Enter) -> None:
    answer = signed_in("viewer").client.post("/sign-out")
    assert answer.status_code == 403
    assert "did not come from our own page" in answer.text
    assert answer.mimetype == "text/html"


def test_reading_needs_no_token(signed_in: Enter, app: Flask) -> None:
    browser = signed_in("viewer")
    assert browser.client.get("/api/session").status_code == 200
