"""``./manage simulate``: play seeded stories of phones and faults, and audit what the book says then."""

import argparse
import logging
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from app import create_app
from app.config import Settings
from app.database import Base, transaction
from app.database.base_rows import seed_base_rows
from sync.wire_fields import Refused
from tests import databases
from tests.simulation.auditor import Audit
from tests.simulation.server import Server
from tests.simulation.storage import storage_at
from tests.simulation.story import Story

CHUNK = 50
"""Stories that share one database before it is made anew."""
IsEnough = Callable[[int, int, Counter[str]], bool]
"""Told how many seeds were played, how many of them were broken, and how often what happened."""
NEWS_EVERY = 1000
"""So many seeds are played between two lines that tell how it goes."""


def memory_folder() -> str | None:
    """A folder that lives in memory, where there is one: the disk is not what is simulated."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


@contextmanager
def fresh_server() -> Iterator[Server]:
    """An empty installation on a database of its own."""
    home = Path(tempfile.mkdtemp(prefix="tallyman-simulation-", dir=memory_folder()))
    storage = storage_at(home)
    settings = Settings(
        home=home, database_url=storage.url, secret_key="s", server_mode="threads", testing=True
    )
    flask = create_app(settings)
    logging.disable(logging.CRITICAL)  # crashes are part of the play
    server = Server(flask, storage)
    try:
        with flask.app_context(), transaction() as connection:
            Base.metadata.create_all(connection)
            seed_base_rows(connection)
        with server.running():
            yield server
    finally:
        logging.disable(logging.NOTSET)
        with flask.app_context():
            storage.remove()
        shutil.rmtree(home, ignore_errors=True)


def never(_seeds: int, _broken: int, _coverage: Counter[str]) -> bool:
    """Play them all."""
    return False


def play(
    seeds: Iterable[int],
    steps: int,
    bugs: frozenset[str] = frozenset(),
    is_enough: IsEnough = never,
) -> tuple[dict[int, list[str]], Counter[str]]:
    """Play stories on one server, all or as many as are enough.

    Returns the violations by seed, and how often what happened.
    """
    violations: dict[int, list[str]] = {}
    coverage: Counter[str] = Counter()
    with fresh_server() as server:
        for played, seed in enumerate(seeds, 1):
            story = Story(server, seed, steps, set(bugs))
            found = finished(story)
            coverage.update(story.coverage)
            coverage["operations"] += sum(len(worker.phone.captured) for worker in story.workers)
            if found:
                violations[seed] = found
            if is_enough(played, len(violations), coverage):
                break
    return violations, coverage


def finished(story: Story) -> list[str]:
    """Play one story to its end; a phone that never ends or a book that cannot be read is a violation too."""
    try:
        story.play()
        return Audit(story).violations
    except AssertionError as error:
        return [f"I12: {error}"]
    except Refused as error:
        return [f"I6: the book holds what cannot be posted: {error}"]


def chunks(first: int, seeds: int) -> list[range]:
    """The seeds in portions."""
    return [range(start, min(start + CHUNK, first + seeds)) for start in range(first, first + seeds, CHUNK)]


@dataclass
class Tally:
    """What came of the seeds that were played so far."""

    seeds: int = 0
    broken: int = 0
    coverage: Counter[str] = field(default_factory=Counter)
    started: float = field(default_factory=time.monotonic)

    def add(self, portion: range, violations: dict[int, list[str]], coverage: Counter[str]) -> None:
        """Add a portion; its violations are printed at once."""
        self.seeds += len(portion)
        self.broken += len(violations)
        self.coverage.update(coverage)
        for seed, messages in violations.items():
            print(f"seed {seed}:", *messages[:5], sep="\n  ", flush=True)
        if self.seeds % NEWS_EVERY == 0:
            print(self.told(), flush=True)

    def told(self) -> str:
        """One line."""
        took = time.monotonic() - self.started
        return f"{self.seeds:,} seeds, {self.broken} with violations, {took:.0f} s"


def main() -> int:
    """Play many seeds on all cores; print what was covered and every violation with its seed."""
    parser = argparse.ArgumentParser(prog="./manage simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=500, help="how many stories (%(default)s)")
    parser.add_argument("--first", type=int, default=1, help="the first seed (%(default)s)")
    parser.add_argument("--steps", type=int, default=120, help="steps of a story (%(default)s)")
    parser.add_argument("--database", choices=databases.NAMES, default="sqlite")
    wanted = parser.parse_args()
    tally = Tally()
    with databases.running(wanted.database), suppress(KeyboardInterrupt):
        play_all(chunks(wanted.first, wanted.seeds), wanted.steps, tally)
    for name, count in sorted(tally.coverage.items()):
        print(f"{count:>9,}  {name}")
    print(f"{wanted.database}: {tally.told()}")
    return 1 if tally.broken else 0


def play_all(portions: list[range], steps: int, tally: Tally) -> None:
    """Play the portions on all cores; Ctrl-C ends it with what is there."""
    pool = ProcessPoolExecutor()
    try:
        for portion, found in zip(portions, pool.map(play, portions, [steps] * len(portions)), strict=True):
            tally.add(portion, *found)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


if __name__ == "__main__":
    sys.exit(main())
