"""Alive is one thing, ready another."""

import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app import create_app
from app.database import database, schema, transaction
from tests.conftest import settings_at

Usage = namedtuple("Usage", "total used free")


def test_it_is_alive_without_asking_the_database(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_it_is_ready_when_tables_and_disk_are(app: Flask, client: FlaskClient) -> None:
    stamp(app, str(schema.newest_revision()))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (
        200,
        {"status": "ok", "checks": {"database": "ok", "migrations": "ok", "disk": "ok"}},
    )


def test_it_is_not_ready_with_the_tables_of_another_release(app: Flask, client: FlaskClient) -> None:
    assert client.get("/readyz").status_code == 503
    stamp(app, "0000")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["checks"]["migrations"].startswith("behind")


def test_it_is_not_ready_with_a_full_disk(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp(app, str(schema.newest_revision()))
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(100, 100, 0))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["checks"]["disk"]) == (503, "nearly full")


@pytest.mark.only_on("sqlite")
def test_it_is_not_ready_without_its_database(tmp_path: Path) -> None:
    home = tmp_path / "gone"
    home.mkdir()
    app = create_app(settings_at(home))
    (home / "tallyman.sqlite3").mkdir()
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["checks"]["database"]) == (503, "unavailable")


def stamp(app: Flask, revision: str) -> None:
    with app.app_context():
        with transaction() as connection:
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
            connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})
        database.session.remove()
