"""A whole copy of a SQLite database, made in one step while others read and write."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path

WAIT_S = 30


class Damaged(Exception):
    """The copy of the database is not sound; the text is for a person."""


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy the database file into one file without a log beside it, and look whether it is sound.

    In one step: with steps of some pages the copy begins again whenever somebody writes. Raises Damaged,
    and OSError where there is no room.
    """
    with told_apart(source), opened(source) as live, opened(target) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    examine(target)


def opened(path: Path) -> AbstractContextManager[sqlite3.Connection]:
    """A connection that is closed afterwards."""
    return closing(sqlite3.connect(path, timeout=WAIT_S))


@contextmanager
def told_apart(path: Path) -> Iterator[None]:
    """Raises OSError for what the machine does not let us do, Damaged for what is wrong with a database."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OSError(f"{path.name} cannot be copied: {error}.") from error
    except sqlite3.DatabaseError as error:
        raise Damaged(f"{path.name}: {error}.") from error


def examine(path: Path) -> None:
    """Raises Damaged unless every page is sound and every reference points somewhere."""
    try:
        with opened(path) as copy:
            said = [row[0] for row in copy.execute("PRAGMA integrity_check(10)")]
            dangling = copy.execute("PRAGMA foreign_key_check").fetchmany(10)
    except sqlite3.DatabaseError as error:
        raise Damaged(f"{path.name}: {error}.") from error
    if said != ["ok"]:
        raise Damaged(f"{path.name}: {said[0]}.")
    if dangling:
        raise Damaged(f"{path.name}: rows of {dangling[0][0]} point nowhere.")


def install_sqlite(source: Path, target: Path) -> None:
    """Put ``source`` in the place of the database ``target``, in one transaction that readers survive.

    Raises OSError and Damaged, with the former content untouched.
    """
    with told_apart(target), opened(source) as fresh, opened(target) as live:
        live.execute("PRAGMA journal_mode=WAL")
        fresh.backup(live)
        with suppress(sqlite3.OperationalError):  # it is in place: tidying up can wait for whoever opens it
            live.execute("PRAGMA journal_mode=WAL")
            live.execute("PRAGMA wal_checkpoint(TRUNCATE)")
