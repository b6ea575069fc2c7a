"""How often one may try to sign in."""

import dataclasses
from collections.abc import Callable

import pytest
from flask import Flask

from app.people.access.throttle import ATTEMPTS_PER_ACCOUNT, EXPORTS, FAILURES_PER_ADDRESS
from tests.app.phone import Phone
from tests.app.visitor import PASSWORD, Visitor, email_of

ATTEMPTS = ATTEMPTS_PER_ACCOUNT.amount
FAILURES = FAILURES_PER_ADDRESS.amount


def fail(visitor: Visitor, email: str, times: int) -> list[int]:
    return [visitor.sign_in(email, "not this one").status_code for _ in range(times)]


def test_an_account_rests_after_too_many_attempts(staff: dict[str, int], visitor: Visitor) -> None:
    assert fail(visitor, email_of("viewer"), ATTEMPTS) == [401] * ATTEMPTS
    answer = visitor.sign_in(email_of("viewer"), PASSWORD)
    assert answer.status_code == 429
    assert answer.json.keys() == {"code", "message", "trace", "retry_after"}
    assert answer.json["code"] == "retry_after"
    assert 0 < answer.json["retry_after"] <= 15 * 60 + 1
    assert answer.headers["Retry-After"] == str(answer.json["retry_after"])
    assert "15 minutes" in answer.json["message"]


def test_other_accounts_go_on_meanwhile(staff: dict[str, int], visitor: Visitor) -> None:
    fail(visitor, email_of("viewer"), ATTEMPTS + 1)
    assert visitor.sign_in(email_of("operator")).status_code == 200


def test_an_address_is_known_by_any_spelling(staff: dict[str, int], visitor: Visitor) -> None:
    fail(visitor, email_of("viewer").upper(), ATTEMPTS)
    assert visitor.sign_in(f" {email_of('viewer')}").status_code == 429


def test_the_right_password_forgets_what_was_mistyped(staff: dict[str, int], visitor: Visitor) -> None:
    for _ in range(3):
        fail(visitor, email_of("viewer"), ATTEMPTS - 1)
        assert visitor.sign_in(email_of("viewer")).status_code == 200


def test_one_who_tries_many_accounts_from_one_place_rests(staff: dict[str, int], visitor: Visitor) -> None:
    tried = [
        visitor.sign_in(f"guess{number}@tallyman.example", "x").status_code for number in range(FAILURES)
    ]
    assert tried == [401] * FAILURES
    assert visitor.sign_in(email_of("viewer")).status_code == 429


def test_another_place_goes_on_meanwhile(staff: dict[str, int], app: Flask, visitor: Visitor) -> None:
    for number in range(FAILURES + 1):
        visitor.sign_in(f"guess{number}@tallyman.example", "x")
    elsewhere = app.test_client()
    answer = elsewhere.post(
        "/api/session",
        json={"email": email_of("viewer"), "password": PASSWORD},
        environ_overrides={"REMOTE_ADDR": "192.0.2.7"},
    )
    assert answer.status_code == 200


def test_a_whole_warehouse_may_sign_in_from_one_address(staff: dict[str, int], visitor: Visitor) -> None:
    for _ in range(FAILURES + 5):
        assert visitor.sign_in(email_of("operator")).status_code == 200


def test_the_page_says_when_to_come_again(staff: dict[str, int], visitor: Visitor) -> None:
    fail(visitor, email_of("viewer"), ATTEMPTS)
    form = {"email": email_of("viewer"), "password": PASSWORD}
    answer = visitor.client.post("/sign-in", data=form)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "Too many attempts" in answer.text


def hurry(app: Flask, requests: int) -> None:
    app.config["TALLYMAN"] = dataclasses.replace(app.config["TALLYMAN"], browser_requests=requests)


def test_who_is_signed_in_and_asks_without_end_is_told_when_to_come_again(
    app: Flask, signed_in: Callable[[str], Visitor]
) -> None:
    hurry(app, 3)
    here, there, other = signed_in("viewer"), signed_in("viewer"), signed_in("operator")
    answers = [browser.get("/api/items").status_code for browser in (here, there, here)]
    assert answers == [200] * 3
    refused, page = there.get("/api/items"), here.get("/items")
    assert (refused.status_code, refused.json["code"]) == (429, "retry_after")
    assert 0 < int(refused.headers["Retry-After"]) <= 61
    assert page.status_code == 429 and "3 times in a minute" in page.text
    assert other.get("/api/items").status_code == 200, "only who asked is slowed down"


def test_a_phone_is_not_counted_with_its_person(
    app: Flask, signed_in: Callable[[str], Visitor], phone: Phone
) -> None:
    hurry(app, 1)
    browser = signed_in("operator")
    assert [browser.get("/api/items").status_code for _ in range(2)] == [200, 429]
    assert [phone.hello().status_code for _ in range(3)] == [200] * 3


@pytest.mark.parametrize("path", ["/items?as=csv", "/api/stock/table.csv"])
def test_lists_leave_as_files_only_so_often(signed_in: Callable[[str], Visitor], path: str) -> None:
    browser = signed_in("viewer")
    assert {browser.get(path).status_code for _ in range(EXPORTS)} == {200}
    refused = browser.get(path)
    assert refused.status_code == 429 and "as files" in refused.text
    assert browser.get("/items").status_code == 200
