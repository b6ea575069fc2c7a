"""The state of the schema: bringing it up to date, and asking whether it is."""

import functools
import re
from pathlib import Path
from types import ModuleType

from flask import Flask, current_app
from sqlalchemy import Connection, inspect, text

from app.database import database, reading, transaction
from app.database.base_rows import seed_base_rows

FOLDER = Path(__file__).parents[2] / "migrations"
REVISION = re.compile(r"""^(down_)?revision = (?:["'](\w+)["']|None)$""", re.MULTILINE)


def register_migrations(app: Flask) -> ModuleType:
    """Offer ``flask db`` for those who change tables. Alembic is large: only commands load it."""
    import flask_migrate

    if "migrate" not in app.extensions:
        flask_migrate.Migrate(app, database, directory=str(FOLDER))
    module: ModuleType = flask_migrate
    return module


def upgrade() -> None:
    """Bring the tables up to date and write the rows without which nothing works."""
    make_tables()
    with transaction() as connection:
        seed_base_rows(connection)


def make_tables() -> None:
    """Bring the tables up to date; what they hold stays as it is."""
    with reading() as connection:
        current = is_current(connection)
    if not current:
        migrations = register_migrations(current_app._get_current_object())  # type: ignore[attr-defined]
        migrations.upgrade(directory=str(FOLDER))


@functools.cache
def newest_revision() -> str:
    """The revision that this code needs: the one that no other follows."""
    [newest] = revisions() - followed()
    return newest


@functools.cache
def revisions() -> frozenset[str]:
    """Every revision that this code can bring up to date."""
    return frozenset(name for is_down, name in declared() if name and not is_down)


def followed() -> frozenset[str]:
    """The revisions that another one follows."""
    return frozenset(name for is_down, name in declared() if is_down)


@functools.cache
def declared() -> tuple[tuple[str, str], ...]:
    """Every revision that a migration is or follows: whether it is followed, and its name."""
    files = sorted((FOLDER / "versions").glob("*.py"))
    return tuple(found for file in files for found in REVISION.findall(file.read_text()))


def is_current(connection: Connection) -> bool:
    """Whether the tables are those that this code needs."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    return list(found) == [newest_revision()]
