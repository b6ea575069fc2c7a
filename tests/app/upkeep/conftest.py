"""An installation whose tables know their revision, as a backup needs them to."""

import os
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from app.database import database, schema, transaction
from app.upkeep.in_use import HELD, hold
from tests.app.floor import World
from tests.app.phone import Phone


@pytest.fixture
def installed(app: Flask, world: World) -> Flask:
    with app.app_context():
        with transaction() as connection:
            connection.execute(
                text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)")
            )
            connection.execute(
                text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": schema.newest_revision()}
            )
        database.session.remove()
    return app


@pytest.fixture
def running(installed: Flask) -> Iterator[None]:
    """Somebody works on the home folder."""
    hold(installed.config["TALLYMAN"].home)
    yield
    os.close(HELD.pop())


@pytest.fixture
def two(installed: Flask, phones: Callable[..., Phone]) -> tuple[Phone, Phone]:
    return phones(), phones()
