"""The database of a simulated server: copied, put back, and failing as the real one fails."""

import shutil
import sqlite3
from pathlib import Path
from typing import Protocol

from psycopg import errors
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from app.database import database
from tests import databases
from tests.postgresql import connect, is_postgresql

FAILURES = ("locked", "deadlock", "disk full", "database gone")
"""What a database may say instead of committing."""


class Storage(Protocol):
    """One database: its address, a copy of it, and how it fails."""

    url: str

    def back_up(self) -> None:
        """Copy the database as it is now."""

    def restore(self) -> None:
        """Put the copy back."""

    def fail(self, failure: str, connection: Connection) -> None:
        """Raise what SQLAlchemy raises for this failure."""

    def remove(self) -> None:
        """Take it away."""


class SqliteFile:
    """A file in the home; its errors are SQLite's."""

    CODES = {
        "locked": (sqlite3.SQLITE_BUSY, "SQLITE_BUSY"),
        "deadlock": (sqlite3.SQLITE_LOCKED, "SQLITE_LOCKED"),
        "disk full": (sqlite3.SQLITE_FULL, "SQLITE_FULL"),
        "database gone": (sqlite3.SQLITE_IOERR, "SQLITE_IOERR"),
    }

    def __init__(self, home: Path) -> None:
        self.path = home / "tallyman.sqlite3"
        self.copy = home / "tallyman.backup"
        self.url = f"sqlite:///{self.path}"

    def back_up(self) -> None:
        source, target = sqlite3.connect(self.path), sqlite3.connect(self.copy)
        source.backup(target)
        source.close()
        target.close()

    def restore(self) -> None:
        leave()
        for ending in ("-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        shutil.copy(self.copy, self.path)

    def fail(self, failure: str, connection: Connection) -> None:
        cause = sqlite3.OperationalError(failure)
        cause.sqlite_errorcode, cause.sqlite_errorname = self.CODES[failure]
        raise OperationalError("COMMIT", {}, cause)

    def remove(self) -> None:
        leave()


class PostgresqlDatabase:
    """One of the databases of the running server; its errors are PostgreSQL's."""

    CAUSES = {
        "locked": errors.LockNotAvailable,
        "deadlock": errors.DeadlockDetected,
        "disk full": errors.DiskFull,
    }

    def __init__(self, home: Path) -> None:
        self.url = databases.url_at(home)
        self.name = databases.name_at(home)
        self.copy = f"{self.name}_copy"

    def back_up(self) -> None:
        leave()
        self.order(
            f"DROP DATABASE IF EXISTS {self.copy}", f"CREATE DATABASE {self.copy} TEMPLATE {self.name}"
        )

    def restore(self) -> None:
        leave()
        self.order(f"DROP DATABASE {self.name}", f"ALTER DATABASE {self.copy} RENAME TO {self.name}")

    def fail(self, failure: str, connection: Connection) -> None:
        """A server that goes away really does: the connection is cut in the middle of the transaction."""
        if failure == "database gone":
            connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
        raise OperationalError("COMMIT", {}, self.CAUSES[failure](failure))

    def remove(self) -> None:
        leave()
        self.order(f"DROP DATABASE IF EXISTS {self.copy}", f"DROP DATABASE {self.name}")

    def order(self, *statements: str) -> None:
        """Tell the server, from outside of the database."""
        with connect(databases.server()) as connection:
            for statement in statements:
                connection.execute(statement)


def leave() -> None:
    """Close every connection of the application."""
    database.session.remove()
    database.engine.dispose()


def storage_at(home: Path) -> Storage:
    """An empty database for this home, on the engine of this run."""
    return PostgresqlDatabase(home) if is_postgresql() else SqliteFile(home)
