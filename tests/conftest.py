"""Fixtures on a real database, prepared anew for each test: a SQLite file, or one of a PostgreSQL server.

``TALLYMAN_TEST_DATABASE=postgresql`` runs the tests on PostgreSQL; the server is started once for the run.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection

from app import create_app
from app.config import Settings
from app.database import Base, database, transaction
from app.database.base_rows import seed_base_rows
from tests import databases
from tests.postgresql import SERVER, Server, is_postgresql
from tests.quick import keep_what_is_alike

RUNNING = pytest.StashKey[Server]()


def pytest_configure(config: pytest.Config) -> None:
    """Keep what applications have in common, and start the server that all processes of this run share."""
    keep_what_is_alike()
    if is_postgresql() and SERVER not in os.environ:
        config.stash[RUNNING] = Server()
        os.environ[SERVER] = str(config.stash[RUNNING].folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server, if it was this process that started it."""
    if running := config.stash.get(RUNNING, None):
        del os.environ[SERVER]
        running.stop()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that are about the other database."""
    engine = "postgresql" if is_postgresql() else "sqlite"
    others = [
        item for item in items if (mark := item.get_closest_marker("only_on")) and mark.args != (engine,)
    ]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in set(others)]


def settings_at(home: Path) -> Settings:
    return Settings(
        home=home,
        database_url=databases.url_at(home),
        secret_key="only for tests",
        server_mode="threads",
        testing=True,
    )


@pytest.fixture(scope="session")
def prepared_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose database holds all tables and the reserved rows."""
    home = tmp_path_factory.mktemp("prepared")
    app = create_app(settings_at(home))
    with app.app_context():
        with transaction() as connection:
            Base.metadata.create_all(connection)
            seed_base_rows(connection)
        database.session.remove()
        database.engine.dispose()
    if is_postgresql():
        databases.keep_rows(home)
    yield home
    if is_postgresql():
        databases.drop_all()


@pytest.fixture
def settings(tmp_path: Path, prepared_home: Path) -> Settings:
    """The settings of a home of the test's own, with a database as it was prepared."""
    if is_postgresql():
        databases.reset(prepared_home)
        return replace(settings_at(prepared_home), home=tmp_path)
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
