"""Where a benchmark runs: one of the two databases, durable as in daily use, and homes beside it."""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from app.config import Settings
from benchmarks.sizes import WHOLE, Sizes
from tests.postgresql import Server, connect

DURABLE = {"listen_addresses": "", "max_connections": "200", "shared_buffers": "256MB"}
"""PostgreSQL as it comes: what it has confirmed is on the disk."""
SQLITE = "tallyman.sqlite3"


@dataclass(frozen=True)
class Place:
    """One installation's home and the address of its database."""

    engine: str
    home: Path
    url: str
    instances: int = 1
    """How many serve it; two of them share PostgreSQL and Redis, and stand behind nginx."""
    sizes: Sizes = WHOLE

    @property
    def settings(self) -> Settings:
        """The settings of the application that reaches it beside the server."""
        return Settings(home=self.home, database_url=self.url, secret_key="bench", server_mode="threads")

    @property
    def plain_url(self) -> str:
        """The address as PostgreSQL's own programs write it."""
        return self.url.replace("+psycopg", "")

    @property
    def run(self) -> Path:
        """The folder that all places of a run share. Another person, as whom nginx works, may pass it."""
        return self.home.parent


@dataclass
class Ground:
    """One database's server with room for many places: empty ones, and copies of one that was filled."""

    engine: str
    run: Path
    server: Server | None
    sizes: Sizes = WHOLE
    number: int = field(default=0, init=False)
    full: Place | None = field(default=None, init=False)
    """Where the whole catalogue was written."""

    def place(self, instances: int = 1, like: Place | None = None) -> Place:
        """A new place: empty, or with a copy of another one's database, to which nobody is connected."""
        self.number += 1
        home = self.run / f"{self.engine}-{self.number}"
        home.mkdir()
        if self.server is None:
            if like:
                shutil.copyfile(like.home / SQLITE, home / SQLITE)
            return Place(self.engine, home, f"sqlite:///{home / SQLITE}", instances, self.sizes)
        name = f"bench_{self.number}"
        template = f" TEMPLATE {like.url.split('@/')[1].split('?')[0]}" if like else ""
        with closing(connect(self.server.folder)) as connection:
            connection.execute(f"CREATE DATABASE {name}{template}")  # type: ignore[arg-type]
        url = f"postgresql+psycopg://postgres@/{name}?host={self.server.folder}"
        return Place(self.engine, home, url, instances, self.sizes)


@contextmanager
def ground(engine: str, run: Path, sizes: Sizes = WHOLE) -> Iterator[Ground]:
    """A database's server in the folder of a run; PostgreSQL's ends with the block."""
    if engine == "sqlite":
        yield Ground(engine, run, None, sizes)
        return
    server = Server(DURABLE)
    try:
        yield Ground(engine, run, server, sizes)
    finally:
        server.stop()


@contextmanager
def folder_of_a_run() -> Iterator[Path]:
    """A folder that is gone with the block."""
    with TemporaryDirectory(prefix="tallyman-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@contextmanager
def place(engine: str) -> Iterator[Place]:
    """A single empty place with its database, gone with the block."""
    with folder_of_a_run() as run, ground(engine, run) as here:
        yield here.place()


def engines(wanted: str) -> list[str]:
    """The engines of a comma-separated list. Raises SystemExit for an unknown one."""
    names = wanted.split(",")
    if unknown := set(names) - {"sqlite", "postgresql"}:
        raise SystemExit(f"no database is called {', '.join(sorted(unknown))}")
    return names
