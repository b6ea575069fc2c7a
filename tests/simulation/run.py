"""Play seeds and audit them: ``python -m tests.simulation.run --seeds 10000``."""

import argparse
import logging
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from app import create_app
from app.base_rows import seed_base_rows
from app.config import Settings
from app.database import Base, database, transaction
from sync.wire import Refused
from tests.simulation.auditor import Audit
from tests.simulation.server import Server
from tests.simulation.story import Story

CHUNK = 50
"""Stories that share one database before it is made anew."""


def memory_folder() -> str | None:
    """A folder that lives in memory, where there is one: the disk is not what is simulated."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


@contextmanager
def fresh_server() -> Iterator[Server]:
    """An empty installation on a file of its own."""
    home = Path(tempfile.mkdtemp(prefix="tallyman-simulation-", dir=memory_folder()))
    path = home / "tallyman.sqlite3"
    settings = Settings(
        home=home, database_url=f"sqlite:///{path}", secret_key="s", server_mode="threads", testing=True
    )
    flask = create_app(settings)
    logging.disable(logging.CRITICAL)  # crashes are part of the play
    server = Server(flask, path)
    try:
        with flask.app_context(), transaction() as connection:
            Base.metadata.create_all(connection)
            seed_base_rows(connection)
        with server.running():
            yield server
    finally:
        logging.disable(logging.NOTSET)
        with flask.app_context():
            database.session.remove()
            database.engine.dispose()
        shutil.rmtree(home, ignore_errors=True)


def play(
    seeds: Iterable[int], steps: int, bugs: frozenset[str] = frozenset()
) -> tuple[dict[int, list[str]], Counter[str]]:
    """Play stories on one server; returns the violations by seed, and what was covered."""
    violations: dict[int, list[str]] = {}
    coverage: Counter[str] = Counter()
    with fresh_server() as server:
        for seed in seeds:
            story = Story(server, seed, steps, set(bugs))
            found = finished(story)
            coverage.update(story.coverage)
            coverage["operations"] += sum(len(worker.phone.captured) for worker in story.workers)
            if found:
                violations[seed] = found
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


def main() -> int:
    """Play many seeds on all cores; print what was covered and every violation with its seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=500)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--steps", type=int, default=120)
    wanted = parser.parse_args()
    started = time.monotonic()
    portions = chunks(wanted.first, wanted.seeds)
    coverage: Counter[str] = Counter()
    broken = 0
    with ProcessPoolExecutor() as pool:
        for violations, covered in pool.map(play, portions, [wanted.steps] * len(portions)):
            coverage.update(covered)
            for seed, messages in violations.items():
                broken += 1
                print(f"seed {seed}:", *messages[:5], sep="\n  ")
    for name, count in sorted(coverage.items()):
        print(f"{count:>9,}  {name}")
    print(f"{wanted.seeds} seeds, {broken} with violations, {time.monotonic() - started:.0f} s")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
