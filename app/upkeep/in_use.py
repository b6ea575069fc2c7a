"""Whether a server or a worker is running on a home folder: a lock that ends with its process."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from app.upkeep.owners import give

NAME = "in-use.lock"
BROKEN_OFF = ".restore-broken-off"
"""A file that names, while a restore exchanges everything, where the former content is kept."""
HELD: list[int] = []
"""Open until this process ends, however it ends."""


class InUse(Exception):
    """A server or a worker is running."""


def hold(home: Path) -> None:
    """Say, until this process ends, that it works on the home folder.

    Raises SystemExit where that cannot be: a restore is at work, or one was broken off in the middle.
    """
    descriptor = lock_file(home)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        refuse_broken_off(home)
    except BlockingIOError:
        os.close(descriptor)
        raise SystemExit("A restore or a move is at work: start again when it has ended.") from None
    except SystemExit:
        os.close(descriptor)
        raise
    HELD.append(descriptor)


def refuse_broken_off(home: Path) -> None:
    """Raises SystemExit where a restore was killed in the exchange: what is there is neither old nor new."""
    if (mark := home / BROKEN_OFF).exists():
        kept = mark.read_text()
        raise SystemExit(f"A restore was broken off: restore again. What was there before lies in {kept}.")


def lock_file(home: Path) -> int:
    """The lock's file, opened; made by whom the home belongs to, or for them."""
    descriptor = os.open(home / NAME, os.O_RDWR | os.O_CREAT, 0o600)
    give(home / NAME, home)
    return descriptor


@contextlib.contextmanager
def alone(home: Path) -> Iterator[None]:
    """Work on the home folder alone: nobody can start during the block. Raises InUse."""
    descriptor = lock_file(home)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise InUse from None
    finally:
        os.close(descriptor)
