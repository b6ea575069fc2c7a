"""What was done to keep the installation is written down, and forgotten in the end."""

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.clock import now_ms
from app.database import reading, transaction
from app.upkeep.models import UpkeepRun
from app.upkeep.runs import KEPT_MS, last_run, record


def test_the_latest_is_told_and_the_latest_that_ended_well(app: Flask) -> None:
    with app.app_context():
        record("check", 1, True, {"count": 0})
        record("check", 2, False, {"count": 3})
        record("backup", 3, True, {})
        with reading() as connection:
            assert last_run(connection, "check")["started_at"] == 2
            assert last_run(connection, "check", sound_only=True)["started_at"] == 1
            assert last_run(connection, "tidy") is None


def test_of_two_that_ended_at_one_moment_the_latest_is_the_one_written_last(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.upkeep.runs.now_ms", lambda: 1_000)
    with app.app_context():
        record("check", 1, True, {})
        record("check", 2, True, {})
        with reading() as connection:
            assert last_run(connection, "check")["started_at"] == 2


def test_runs_of_long_ago_are_forgotten_with_the_next(app: Flask) -> None:
    with app.app_context():
        record("check", 1, True, {})
        with transaction() as connection:
            connection.execute(update(UpkeepRun).values(finished_at=now_ms() - KEPT_MS - 1))
        record("backup", 2, True, {})
        with reading() as connection:
            assert connection.scalar(select(func.count()).select_from(UpkeepRun)) == 1
