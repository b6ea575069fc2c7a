"""Where a benchmark runs: a home, and one of the two databases, durable as in daily use."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from app.config import Settings
from tests.postgresql import Server, connect

DURABLE = {"listen_addresses": "", "max_connections": "200", "shared_buffers": "256MB"}
"""PostgreSQL as it comes: what it has confirmed is on the disk."""


@dataclass(frozen=True)
class Place:
    """One installation's home and the address of its database."""

    engine: str
    home: Path
    url: str

    @property
    def settings(self) -> Settings:
        """The settings of the application that reaches it beside the server."""
        return Settings(home=self.home, database_url=self.url, secret_key="bench", server_mode="threads")


@contextmanager
def place(engine: str) -> Iterator[Place]:
    """An empty place with its database, gone with the block."""
    with TemporaryDirectory(prefix="tallyman-bench-") as folder:
        home = Path(folder)
        if engine == "sqlite":
            yield Place(engine, home, f"sqlite:///{home / 'tallyman.sqlite3'}")
            return
        with postgresql() as url:
            yield Place(engine, home, url)


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL server of its own."""
    server = Server(DURABLE)
    try:
        with connect(server.folder) as connection:
            connection.execute("CREATE DATABASE bench")
        yield f"postgresql+psycopg://postgres@/bench?host={server.folder}"
    finally:
        server.stop()


def engines(wanted: str) -> list[str]:
    """The engines of a comma-separated list. Raises SystemExit for an unknown one."""
    names = wanted.split(",")
    if unknown := set(names) - {"sqlite", "postgresql"}:
        raise SystemExit(f"no database is called {', '.join(sorted(unknown))}")
    return names
