"""The migrated schema is the one that the models describe, on the way up, down and up again."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import Connection, Inspector, inspect, text

from app import create_app
from app.database import database, reading, schema, transaction
from app.database.tables import METADATA, MODULES
from app.setup.first_run import add_administrator, plant
from app.stock.book.check import differences
from tests.conftest import settings_at

ROOT = Path(__file__).parents[3]
SEARCHED = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'",
    "postgresql": "SELECT indexname AS name, indexdef AS sql FROM pg_indexes WHERE indexdef LIKE '%gin (%'",
}
"""What makes searching for words quick: no inspector knows it."""

FIRST_TABLES = ("item", "item_barcode", "location", "operation", "movement", "stock_level", "feed_change")


@pytest.fixture
def migrated(tmp_path: Path) -> Iterator[Flask]:
    """An application whose database was made by the migrations alone."""
    home = tmp_path / "migrated"
    home.mkdir()
    app = create_app(settings_at(home))
    with app.app_context():
        schema.upgrade()
        yield app
        database.session.remove()
        database.engine.dispose()


def described(connection: Connection) -> dict[str, Any]:
    """All that the inspector can tell, in an order that does not depend on how it came about."""
    inspector = inspect(connection)
    tables = [name for name in inspector.get_table_names() if name != "alembic_version"]
    found: dict[str, Any] = {name: table(inspector, name) for name in tables}
    searched = connection.execute(text(SEARCHED[connection.dialect.name]))
    return found | {row.name: row.sql for row in searched}


def table(inspector: Inspector, name: str) -> dict[str, Any]:
    columns = [{**column, "type": repr(column["type"])} for column in inspector.get_columns(name)]
    return {
        "columns": columns,
        "key": inspector.get_pk_constraint(name),
        "indexes": by_name(inspector.get_indexes(name)),
        "unique": by_name(inspector.get_unique_constraints(name)),
        "checks": by_name(inspector.get_check_constraints(name)),
        "references": by_name(inspector.get_foreign_keys(name)),
    }


def by_name(entries: list[Any]) -> list[Any]:
    plain = [{key: spelled(value) for key, value in entry.items()} for entry in entries]
    return sorted(plain, key=lambda entry: str(entry["name"]))


def spelled(value: Any) -> Any:
    """Conditions of indexes are clauses: two of them are equal when they read the same."""
    return {key: str(part) for key, part in value.items()} if isinstance(value, dict) else value


def test_migrations_and_models_describe_the_same_tables(migrated: Flask, app: Flask) -> None:
    with reading() as connection:
        by_migrations = described(connection)
    with app.app_context(), reading() as connection:
        by_models = described(connection)
    assert by_migrations.keys() == by_models.keys()
    for name, expected in by_models.items():
        assert by_migrations[name] == expected, name


def test_the_way_up_down_and_up_again_leaves_the_same_tables(migrated: Flask) -> None:
    with reading() as connection:
        before = described(connection)
        assert schema.is_current(connection)
    flask_migrate.downgrade(directory=str(schema.FOLDER), revision="base")
    with reading() as connection:
        assert described(connection) == {}
        assert not schema.is_current(connection)
    schema.upgrade()
    with reading() as connection:
        assert described(connection) == before


def test_rows_survive_the_way_down_and_up_again(migrated: Flask) -> None:
    add_administrator("ana@example.com", "correct horse battery", "Ana")
    plant()
    before = counted()
    assert before["operation"] > 20
    flask_migrate.downgrade(directory=str(schema.FOLDER), revision="0001")
    assert counted().items() <= before.items()
    schema.upgrade()
    after = counted()
    assert {name: after[name] for name in FIRST_TABLES} == {name: before[name] for name in FIRST_TABLES}
    with reading() as connection:
        assert differences(connection) == []
    flask_migrate.downgrade(directory=str(schema.FOLDER), revision="base")
    assert counted() == {}


def test_recounts_that_were_asked_for_before_are_read_in_any_language(migrated: Flask) -> None:
    flask_migrate.downgrade(directory=str(schema.FOLDER), revision="0015_tidy")
    with transaction() as connection:
        for statement in BEFORE_SENTENCES:
            connection.execute(text(statement))
    schema.upgrade()
    asked = text("SELECT reason, reason_key, reason_values FROM count_task ORDER BY id")
    with reading() as connection:
        assert [tuple(row) for row in connection.execute(asked)] == [
            ("Below zero", "kind_negative", ""),
            ("Café was lost", "recount_retired", '{"name":"Café"}'),
            ("by a program", "", ""),
        ]


def counted() -> dict[str, int]:
    """How many rows each table holds."""
    with reading() as connection:
        names = set(inspect(connection).get_table_names()) & METADATA.tables.keys()
        return {name: count_rows(connection, name) for name in names}


def count_rows(connection: Connection, name: str) -> int:
    return int(connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one())


@pytest.mark.only_on("sqlite")
def test_an_upgrade_that_leaves_a_reference_to_nowhere_is_undone(
    migrated: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    flask_migrate.stamp(directory=str(schema.FOLDER), revision="base")
    database.session.remove()
    with database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("INSERT INTO item_barcode (code, item_id) VALUES ('4006381333931', 999)")
        raw.execute("PRAGMA foreign_keys=ON")
    with pytest.raises(SystemExit):
        flask_migrate.stamp(directory=str(schema.FOLDER), revision="head")
    assert "rows that point nowhere" in caplog.text
    with reading() as connection:
        assert not schema.is_current(connection)


def test_a_second_upgrade_changes_nothing(migrated: Flask) -> None:
    with reading() as connection:
        sid = connection.execute(text("SELECT sid FROM incarnation")).scalar()
    schema.upgrade()
    with reading() as connection:
        assert connection.execute(text("SELECT sid FROM incarnation")).scalar() == sid
    with transaction() as connection:
        assert schema.is_current(connection)


def test_every_module_of_tables_is_known() -> None:
    files = ROOT.glob("app/**/*models.py")
    known = {module.__name__ for module in MODULES}
    assert {".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files} == known
    assert METADATA.tables


REBUILD = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "9999", {head!r}, None, None


def upgrade():
    with op.batch_alter_table("item", recreate="always") as batch:
        batch.add_column(sa.Column("colour", sa.String(20)))


def downgrade():
    with op.batch_alter_table("item", recreate="always") as batch:
        batch.drop_column("colour")
"""


@pytest.mark.only_on("sqlite")
def test_rebuilding_a_table_keeps_the_rows_that_hang_on_it(migrated: Flask, tmp_path: Path) -> None:
    with transaction() as connection:
        connection.execute(text("INSERT INTO item_barcode (code, item_id) VALUES ('4006381333931', 1)"))
    folder = tmp_path / "migrations"
    shutil.copytree(schema.FOLDER, folder)
    (folder / "versions" / "9999_rebuild.py").write_text(REBUILD.format(head=schema.newest_revision()))
    for step, revision in ((flask_migrate.upgrade, "9999"), (flask_migrate.downgrade, "-1")):
        step(directory=str(folder), revision=revision)
        with reading() as connection:
            assert connection.execute(text("SELECT count(*) FROM item_barcode")).scalar() == 1
            assert connection.execute(text("SELECT count(*) FROM item")).scalar() == 1


BEFORE_SENTENCES = (
    """INSERT INTO "user" (id, email, name, password_hash, role, created_at, all_sites)
    VALUES (1, 'a', 'A', '', 'viewer', 1, true)""",
    """INSERT INTO device (id, name, user_id, credential_hash, credential_expires_at, enrolled_at,
    app_version, agent, pending, clock_offset_ms) VALUES ('d', 'Café', 1, 'x', 1, 1, '', '', 0, 0)""",
    """INSERT INTO discrepancy (id, kind, subject, lot, serial, quantity, effective_at, opened_at, closed_by,
    resolution) VALUES (1, 'negative', '3|', '', '', 0, 1, 1, '', ''),
    (2, 'lost_ops', 'd|7', '', '', 0, 1, 1, '', '')""",
    """INSERT INTO count_task (id, location_id, lot, discrepancy_id, reason, asked_at) VALUES
    (1, 7, '', 1, 'Below zero', 1), (2, 7, '', 2, 'Café was lost', 1), (3, 7, '', NULL, 'by a program', 1)""",
)
