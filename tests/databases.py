"""The database of a test: a SQLite file in its home, or one of the PostgreSQL server of this run."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from app.database import Base
from tests.postgresql import ENGINE, SERVER, Server, connect, is_postgresql

NAMES = ("sqlite", "postgresql")
"""The databases that there are to choose from."""

MADE: set[str] = set()
"""The databases that this process has made on the server."""

KEEP = """
CREATE SCHEMA kept;
CREATE TABLE kept.sequence AS
    SELECT sequencename::text AS name, coalesce(last_value, 1) AS value, last_value IS NOT NULL AS is_called
    FROM pg_sequences WHERE schemaname = 'public';
"""
RESET = """
DO $$
DECLARE name text; found boolean;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables p WHERE schemaname = 'public' AND NOT EXISTS
        (SELECT FROM pg_tables k WHERE k.schemaname = 'kept' AND k.tablename = p.tablename) LOOP
        EXECUTE format('DROP TABLE public.%I CASCADE', name);
    END LOOP;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO found;
        IF found THEN EXECUTE format('DELETE FROM public.%I', name); END IF;
    END LOOP;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'kept' AND tablename <> 'sequence' LOOP
        EXECUTE format('INSERT INTO public.%I SELECT * FROM kept.%I', name, name);
    END LOOP;
    PERFORM setval(format('public.%I', s.name), s.value, s.is_called) FROM kept.sequence s;
END $$
"""
LEAVE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""


@contextmanager
def running(engine: str) -> Iterator[None]:
    """What is in the block runs on this engine; a PostgreSQL server is started for it and ended."""
    if engine == "sqlite":
        yield
        return
    started = Server()
    os.environ.update({ENGINE: engine, SERVER: str(started.folder)})
    try:
        yield
    finally:
        del os.environ[ENGINE], os.environ[SERVER]
        started.stop()


def url_at(home: Path) -> str:
    """The address of the home's own database; on PostgreSQL it is made, empty, when first asked for."""
    if not is_postgresql():
        return f"sqlite:///{home / 'tallyman.sqlite3'}"
    name = name_at(home)
    if name not in MADE:
        MADE.add(name)
        with connect(server()) as connection:
            connection.execute(f"CREATE DATABASE {name}")
    return f"postgresql+psycopg://postgres@/{name}?host={server()}"


def name_at(home: Path) -> str:
    """The name of the home's database on the server."""
    return f"t_{hashlib.sha256(str(home).encode()).hexdigest()[:16]}"


def server() -> Path:
    """The folder of the server's socket."""
    return Path(os.environ[SERVER])


def own_connection(home: Path) -> "psycopg.Connection[Any]":
    """A connection to the home's database on the server, past the application."""
    return connect(server(), name_at(home))


def keep_rows(home: Path) -> None:
    """Note what the home's database holds, for ``reset``."""
    with own_connection(home) as connection:
        connection.execute(KEEP, prepare=False)
        for table in Base.metadata.sorted_tables:
            connection.execute(f'CREATE TABLE kept."{table.name}" AS TABLE public."{table.name}"')


def reset(home: Path) -> None:
    """Bring the home's database back to what was kept: a twentieth of what making a new one costs."""
    with own_connection(home) as connection:
        connection.execute(LEAVE)
        connection.execute("SET session_replication_role = replica")
        connection.execute(RESET)


def drop_all() -> None:
    """Remove the databases that this process has made."""
    with connect(server()) as connection:
        for name in MADE:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    MADE.clear()
