"""How Alembic reaches the database: on a connection of its own, in one transaction, checked before its end.

SQLite rebuilds a table to change it; with foreign keys on, dropping the old table would delete the rows
that cascade from it. So they are off on the raw connection, and the references are checked at the end.
"""

from typing import Any

from alembic import context
from alembic.operations import ops
from flask import current_app
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from app.catalog.models import ITEM_SEARCH
from app.database.tables import METADATA

NOT_DESCRIBED = {"table": "item_search", "index": "ix_item_words"}
"""The full-text index, on SQLite a table with shadow tables, is not described by the metadata."""


def engine() -> Engine:
    """A plain engine; on SQLite one whose transactions include changes of the schema."""
    made = create_engine(current_app.config["TALLYMAN"].database_url, poolclass=NullPool)
    if made.dialect.name == "sqlite":
        event.listen(made, "connect", prepare)
        event.listen(made, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return made


def prepare(connection: Any, _entry: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout=30000")
    connection.execute("PRAGMA foreign_keys=OFF")


def is_described(_object: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
    """Whether autogenerate should look at it."""
    return not (kind in NOT_DESCRIBED and str(name).startswith(NOT_DESCRIBED[kind]))


def add_search_table(_context: Any, revision: Any, directives: list[Any]) -> None:
    """The first revision also makes the full-text index."""
    script = directives[0]
    if not revision and not script.upgrade_ops.is_empty():
        script.upgrade_ops.ops.append(ops.ExecuteSQLOp(ITEM_SEARCH))
        script.downgrade_ops.ops.insert(0, ops.ExecuteSQLOp("DROP TABLE item_search"))


def check_references(connection: Connection) -> None:
    """Raises RuntimeError, and thereby undoes the upgrade, if a row points nowhere."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise RuntimeError(f"rows that point nowhere: {broken[:10]}")


def migrate() -> None:
    """Run the revisions in one transaction."""
    made = engine()
    is_sqlite = made.dialect.name == "sqlite"
    with made.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            include_object=is_described,
            process_revision_directives=add_search_table,
            render_as_batch=is_sqlite,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            if is_sqlite:
                check_references(connection)


migrate()
