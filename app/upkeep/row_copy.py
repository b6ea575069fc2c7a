"""Every row of one database into another one, whichever engines they run on: all of it, or nothing."""

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, create_engine, insert, select, text, update
from sqlalchemy.pool import NullPool

from app.catalog.search_index import rebuild_index
from app.database.postgresql import follow_ids
from app.database.tables import METADATA

ROWS_AT_ONCE = 5_000


def copy_into_file(source: Connection, target: Path) -> None:
    """Copy all tables, as they stand in the snapshot of ``source``, into a new SQLite file."""
    engine = create_engine(f"sqlite:///{target}", poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA synchronous=OFF")
        METADATA.create_all(connection)
        copy_revision(source, connection)
        for table in METADATA.sorted_tables:
            for rows in batches(source, table):
                connection.execute(insert(table), rows)
        rebuild_index(connection)


def copy_from_file(source: Path, target: Connection) -> None:
    """Put the rows of a SQLite file in the place of all that is there, in the caller's transaction."""
    engine = create_engine(f"sqlite:///{source}", poolclass=NullPool)
    names = ", ".join(f'"{table.name}"' for table in METADATA.sorted_tables)
    target.execute(text(f"TRUNCATE {names}"))
    with engine.connect() as connection:
        for table in METADATA.sorted_tables:
            fill(connection, target, table)
    follow_ids(target, METADATA.sorted_tables)


def fill(source: Connection, target: Connection, table: Table) -> None:
    """Copy one table; a row may point at another of its own that comes later."""
    pointing = pointing_columns(table)
    for rows in batches(source, table):
        write(target, table, [{**row, **dict.fromkeys(pointing)} for row in rows])
    for name in pointing:
        point(source, target, table, name)


def pointing_columns(table: Table) -> list[str]:
    """The columns that name another row of the same table: filled in when all of them are there."""
    return [
        column.name for column in table.c if any(key.column.table is table for key in column.foreign_keys)
    ]


def point(source: Connection, target: Connection, table: Table, name: str) -> None:
    """Fill in the column by which rows point at others of their table."""
    column, key = table.c[name], table.c.id
    for row in source.execute(select(key, column).where(column.is_not(None))):
        target.execute(update(table).where(key == row.id).values({name: row[1]}))


def write(target: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows the quick way that PostgreSQL has."""
    names = [column.name for column in table.c]
    columns = ", ".join(f'"{name}"' for name in names)
    driver: Any = target.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])


def batches(source: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """The rows of a table in the order of its key, so many at once that memory does not matter."""
    query = select(table).order_by(*table.primary_key.columns)
    rows = source.execution_options(yield_per=ROWS_AT_ONCE).execute(query).mappings()
    while batch := [dict(row) for row in itertools.islice(rows, ROWS_AT_ONCE)]:
        yield batch


def copy_revision(source: Connection, target: Connection) -> None:
    """Note of which revision the tables are."""
    revision = source.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    target.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    target.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})
