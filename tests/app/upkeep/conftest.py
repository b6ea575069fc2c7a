"""An installation whose tables know their revision, as a backup needs them to."""

import pytest
from flask import Flask
from sqlalchemy import text

from app.database import database, schema, transaction
from tests.app.floor import World


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
