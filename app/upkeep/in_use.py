"""Whether a server or a worker is running on a home folder: a lock that ends with its process."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

NAME = "in-use.lock"
HELD: list[int] = []
"""Open until this process ends, however it ends."""


class InUse(Exception):
    """A server or a worker is running."""


def hold(home: Path) -> None:
    """Say, until this process ends, that it works on the home folder."""
    descriptor = os.open(home / NAME, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    HELD.append(descriptor)


@contextlib.contextmanager
def alone(home: Path) -> Iterator[None]:
    """Work on the home folder alone: nobody can start during the block. Raises InUse."""
    descriptor = os.open(home / NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise InUse from None
    finally:
        os.close(descriptor)
