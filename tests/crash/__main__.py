"""``./manage crash``: kill the server under load as often as you like, and audit what it kept."""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from tests import databases
from tests.crash.bench import killed_under_load
from tests.crash.place import own_place
from tests.postgresql import ENGINE, SERVER, Server


def main(words: list[str]) -> int:
    """Run the bench and say what came of it; 0 only if nothing was lost, doubled or strange."""
    parser = argparse.ArgumentParser(prog="./manage crash", description=__doc__)
    parser.add_argument("--times", type=int, default=100, help="how often it is killed (%(default)s)")
    parser.add_argument("--phones", type=int, default=4, help="how many push at once (%(default)s)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--mode", choices=("eventlet", "threads", "gevent"), default="eventlet")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="tallyman-crash-") as folder:
        return on_database(given, Path(folder))


def on_database(given: argparse.Namespace, home: Path) -> int:
    """Run it on the database that was asked for; a PostgreSQL server is started for it and ended."""

    if given.database == "sqlite":
        return bench(given, home)
    server = Server()
    os.environ.update({ENGINE: "postgresql", SERVER: str(server.folder)})
    try:
        return bench(given, home)
    finally:
        server.stop()


def bench(given: argparse.Namespace, home: Path) -> int:
    """Kill, audit, tell."""
    started = time.monotonic()
    with own_place(home, databases.url_at(home), given.phones) as (settings, phones, goods):
        audit = killed_under_load(settings, phones, goods, given.times, (given.mode, given.seed))
    took = time.monotonic() - started
    print(f"{given.database}, {given.mode}, seed {given.seed}: {audit.told()} ({took:.0f} s in all)")
    for name, found in (("lost", audit.lost), ("doubled", audit.doubled), ("strange", audit.strange)):
        if found:
            print(f"{name}: {', '.join(found[:20])}")
    for line in audit.differences[:20]:
        print(line)
    return 0 if audit.is_clean else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
