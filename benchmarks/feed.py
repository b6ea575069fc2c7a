"""G4: eight writers and a reader of the feed for a minute; what is lost, how late it comes."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from app import create_app
from app.database import Base, disconnect, transaction
from app.database.base_rows import seed_base_rows
from benchmarks.places import Place
from benchmarks.table import Line
from tests.soak.cells import furnish
from tests.soak.feed import Soaked, soak

WRITERS = (4, 4)
"""Writers in each process."""


def measure(at: Place) -> list[Line]:
    """A minute on its own; on PostgreSQL half a minute more beside somebody else's open transaction."""
    prepare(at)
    alone = soaked(at, at.sizes.follow_s)
    what = f"rows lost beside {sum(WRITERS)} writers in {at.sizes.follow_s} s"
    besides = f"the same beside somebody else's open write transaction of {at.sizes.foreign_s} s, p99"
    lines = [
        Line("G4", what, f"{len(alone.lost)} of {alone.commits:,} commits", "0"),
        Line("G4", "from a commit to a reader of the feed, p99", milliseconds(alone), "≤ 100 ms"),
    ]
    if at.engine == "sqlite":
        return [*lines, Line("G4", besides, "has one writer at a time", "≤ 2 ×")]
    with foreign_transaction(at):
        beside = soaked(at, at.sizes.foreign_s)
    ratio = f"{beside.p99_s / alone.p99_s:.1f} × without"
    figure = f"{milliseconds(beside)}, {len(beside.lost)} rows lost"
    return [*lines, Line("G4", besides, figure, "≤ 2 ×", ratio)]


def milliseconds(found: Soaked) -> str:
    """The lag that one of a hundred commits exceeds."""
    return f"{found.p99_s * 1e3:.0f} ms"


def prepare(at: Place) -> None:
    """Tables, goods and places."""
    app = create_app(at.settings)
    with app.app_context():
        with transaction() as connection:
            Base.metadata.create_all(connection)
            seed_base_rows(connection)
            furnish(connection)
        disconnect()


def soaked(at: Place, seconds: float) -> Soaked:
    """Processes of their own write, this one reads."""
    return soak(at.settings, seconds, WRITERS, multiprocessing.get_context("spawn"))


@contextmanager
def foreign_transaction(at: Place) -> Iterator[None]:
    """Somebody else's program writes into the same database and does not come to an end."""
    with psycopg.connect(at.plain_url) as connection:
        connection.execute("CREATE TABLE foreign_note (text text)")
        connection.execute("INSERT INTO foreign_note VALUES ('still at it')")
        yield
        connection.rollback()
