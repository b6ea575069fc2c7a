"""Nobody learns from an answer, or from how long it takes, who has an account."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.database import transaction
from app.people.access import passwords
from app.people.users import disable_user
from tests.app.visitor import PASSWORD, Visitor, email_of

Told = tuple[int, dict[str, str], set[str]]


@pytest.fixture
def told(app: Flask, staff: dict[str, int], visitor: Visitor) -> Callable[[str, str], Told]:
    """What an attempt is told: status, body without its trace, names of the headers."""
    with app.app_context(), transaction() as connection:
        disable_user(connection, staff["operator"])
    visitor.get("/healthz")

    def attempt(email: str, password: str) -> Told:
        answer = visitor.sign_in(email, password)
        body = {name: text for name, text in answer.json.items() if name != "trace"}
        return answer.status_code, body, set(answer.headers.keys())

    return attempt


def test_every_wrong_attempt_is_told_the_same(told: Callable[[str, str], Told]) -> None:
    unknown = told("nobody@tallyman.example", PASSWORD)
    wrong = told(email_of("viewer"), "not this one")
    disabled = told(email_of("operator"), PASSWORD)
    no_address = told("not an address", "x")
    assert unknown == wrong == disabled == no_address
    assert unknown[0] == 401
    assert unknown[1]["code"] == "wrong_credentials"


def test_every_wrong_attempt_costs_one_check_of_a_password(
    told: Callable[[str, str], Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    told("nobody@tallyman.example", "warm the dummy up")
    checks: list[str] = []

    def counted(function: Callable[..., Any], *arguments: Any) -> Any:
        checks.append(function.__name__)
        return function(*arguments)

    monkeypatch.setattr(passwords, "run_blocking", counted)
    for email in ("nobody@tallyman.example", email_of("viewer"), email_of("operator")):
        told(email, "not this one")
    assert checks == ["_verify", "_verify", "_verify"]


def test_unknown_accounts_are_slowed_down_like_known_ones(told: Callable[[str, str], Told]) -> None:
    def tries_until_refused(email: str) -> int:
        return next(number for number in range(50) if told(email, "not this one")[0] == 429)

    assert tries_until_refused("nobody@tallyman.example") == tries_until_refused(email_of("viewer"))


def test_the_log_tells_whose_account_was_tried_and_never_what_was_typed(
    told: Callable[[str, str], Told], staff: dict[str, int], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    told(email_of("viewer"), "a password in a wrong field")
    told("a password in a wrong field", PASSWORD)
    lines = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
    tried = [(line["status"], line.get("account")) for line in lines if line.get("path") == "/api/session"]
    assert tried == [(401, staff["viewer"]), (401, None)]
    assert "wrong field" not in caplog.text
