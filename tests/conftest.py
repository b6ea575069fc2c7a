"""Fixtures on a real SQLite file: a fresh copy of a prepared database for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection

from app import create_app
from app.base_rows import seed_base_rows
from app.config import Settings
from app.database import Base, database, transaction


def settings_at(home: Path) -> Settings:
    return Settings(
        home=home,
        database_url=f"sqlite:///{home / 'tallyman.sqlite3'}",
        secret_key="only for tests",
        server_mode="threads",
        testing=True,
    )


@pytest.fixture(scope="session")
def prepared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose database holds all tables and the reserved rows."""
    home = tmp_path_factory.mktemp("prepared")
    app = create_app(settings_at(home))
    with app.app_context():
        with transaction() as connection:
            Base.metadata.create_all(connection)
            seed_base_rows(connection)
        database.session.remove()
        database.engine.dispose()
    return home


@pytest.fixture
def settings(tmp_path: Path, prepared_home: Path) -> Settings:
    shutil.copy(prepared_home / "tallyman.sqlite3", tmp_path / "tallyman.sqlite3")
    return settings_at(tmp_path)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    yield app
    with app.app_context():
        database.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def connection(app: Flask) -> Iterator[Connection]:
    """A write transaction that stays open during the test: do not mix it with requests by ``client``."""
    with app.app_context(), transaction() as connection:
        yield connection
