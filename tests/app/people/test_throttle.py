"""How often one may try to sign in."""

from flask import Flask

from app.people.throttle import ATTEMPTS_PER_ACCOUNT, FAILURES_PER_ADDRESS
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
