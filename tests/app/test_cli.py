"""The commands, as an operator types them."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select, text

from app import create_app
from app.config import VERSION
from app.database import database, reading, transaction
from app.people.audit.models import AuditEntry
from app.people.models import User
from tests.app.visitor import Visitor, email_of
from tests.conftest import settings_at


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Flask]:
    """An application without a database file, and without the demonstration."""
    home = tmp_path / "bare"
    home.mkdir()
    app = create_app(replace(settings_at(home), demonstration=False, admin_email="Ana@Example.com"))
    yield app
    with app.app_context():
        database.engine.dispose()


def run(app: Flask, *words: str) -> str:
    ended = app.test_cli_runner().invoke(args=words)
    assert ended.exit_code == 0, ended.output
    return ended.output


def people(app: Flask) -> list[tuple[str, str]]:
    with app.app_context(), reading() as connection:
        return [(row.email, row.role) for row in connection.execute(select(User.email, User.role))]


def test_the_first_set_up_prints_a_password_with_which_one_can_sign_in(bare: Flask) -> None:
    said = run(bare, "set-up")
    password = said.split()[-1]
    assert people(bare) == [("ana@example.com", "administrator")]
    answer = bare.test_client().post("/api/session", json={"email": "ana@example.com", "password": password})
    assert answer.status_code == 200


def test_the_second_set_up_says_and_changes_nothing(bare: Flask) -> None:
    run(bare, "set-up")
    assert run(bare, "set-up") == ""
    assert len(people(bare)) == 1


def test_a_given_password_is_not_printed(tmp_path: Path, bare: Flask) -> None:
    given = replace(bare.config["TALLYMAN"], admin_password="five bars on a board")
    app = create_app(given)
    assert "five bars" not in run(app, "set-up")
    answer = app.test_client().post(
        "/api/session", json={"email": "ana@example.com", "password": "five bars on a board"}
    )
    assert answer.status_code == 200


def test_another_administrator_can_be_added_but_not_twice_or_with_a_weak_password(bare: Flask) -> None:
    run(bare, "database-upgrade")
    words = ["create-administrator", "--email", "ben@example.com", "--password"]
    run(bare, *words, "four bars on a board")
    runner = bare.test_cli_runner()
    assert "known already" in runner.invoke(args=[*words, "four bars on a board"]).output
    assert runner.invoke(args=[*words[:2], "cleo@example.com", "--password", "short"]).exit_code == 1
    assert people(bare) == [("ben@example.com", "administrator")]


def test_a_lone_administrator_who_lost_the_phone_is_let_in_again(app: Flask, staff: dict[str, int]) -> None:
    browser = Visitor(app.test_client())
    browser.sign_in(email_of("administrator"))
    secret = browser.post("/api/account/second-factor").json["secret"]
    browser.ask("PUT", "/api/account/second-factor", json={"code": pyotp.TOTP(secret).now()})
    told = run(app, "reset-second-factor", "--email", " Administrator@Tallyman.example")
    assert "administrator@tallyman.example" in told
    assert browser.get("/api/session").status_code == 401, "every session has ended"
    assert Visitor(app.test_client()).sign_in(email_of("administrator")).status_code == 200
    with app.app_context(), reading() as connection:
        entries = connection.execute(select(AuditEntry.action, AuditEntry.actor_kind)).all()
    assert ("second_factor_removed", "system") in entries


def test_nobody_and_nothing_to_take_away_is_said(app: Flask, staff: dict[str, int]) -> None:
    runner = app.test_cli_runner()
    for address, words in (("nobody@tallyman.example", "Nobody"), (email_of("viewer"), "no second factor")):
        ended = runner.invoke(args=["reset-second-factor", "--email", address])
        assert ended.exit_code == 1
        assert words in ended.output


def test_the_demonstration_is_planted_once_and_its_books_agree(bare: Flask) -> None:
    app = create_app(replace(bare.config["TALLYMAN"], demonstration=True))
    run(app, "set-up")
    with app.app_context(), reading() as connection:
        items = connection.execute(text("SELECT count(*) FROM item")).scalar()
    assert items > 5
    run(app, "seed")
    with app.app_context(), reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM item")).scalar() == items
    assert "agree" in run(app, "check")
    with app.app_context():
        with transaction() as connection:
            connection.execute(text("UPDATE stock_level SET quantity = quantity + 1000000"))
        database.engine.dispose()
    broken = app.test_cli_runner().invoke(args=["check"])
    assert broken.exit_code == 1
    assert broken.output.strip()


def test_the_release_is_named_in_one_way() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert project["version"] == VERSION
