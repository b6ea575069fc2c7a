"""The state of the schema: bringing it up to date, and asking whether it is."""

import functools
from pathlib import Path

import flask_migrate
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection

from app.base_rows import seed_base_rows
from app.database import database, transaction

FOLDER = Path(__file__).parent.parent / "migrations"


def register_schema(app: Flask) -> None:
    """Offer ``flask db`` for those who change tables."""
    flask_migrate.Migrate(app, database, directory=str(FOLDER))


def upgrade() -> None:
    """Bring the tables up to date and write the rows without which nothing works."""
    flask_migrate.upgrade(directory=str(FOLDER))
    with transaction() as connection:
        seed_base_rows(connection)


@functools.cache
def newest_revision() -> str | None:
    """The revision that this code needs."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return ScriptDirectory.from_config(config).get_current_head()


def is_current(connection: Connection) -> bool:
    """Whether the tables are those that this code needs."""
    return MigrationContext.configure(connection).get_current_revision() == newest_revision()
