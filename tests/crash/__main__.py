"""``./manage crash``: kill the server under load as often as you like, and audit what it kept."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests import databases
from tests.crash.bench import Manner, killed_under_load
from tests.crash.place import own_place


def main(words: list[str]) -> int:
    """Run the bench and say what came of it; 0 only if nothing was lost, doubled or strange."""
    parser = argparse.ArgumentParser(prog="./manage crash", description=__doc__)
    parser.add_argument("--times", type=int, default=100, help="how often it is killed (%(default)s)")
    parser.add_argument("--phones", type=int, default=4, help="how many push at once (%(default)s)")
    parser.add_argument("--database", choices=databases.NAMES, default="sqlite")
    parser.add_argument("--mode", choices=("eventlet", "threads", "gevent"), default="eventlet")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60, help="the killing ends by then (%(default)s)")
    given = parser.parse_args(words)
    folder = tempfile.TemporaryDirectory(prefix="tallyman-crash-")
    with folder as home, databases.running(given.database):
        return bench(given, Path(home))


def bench(given: argparse.Namespace, home: Path) -> int:
    """Kill, audit, tell."""
    started = time.monotonic()
    manner = Manner(given.mode, given.seed, given.minutes * 60)
    with own_place(home, databases.url_at(home), given.phones) as (settings, phones, goods):
        audit = killed_under_load(settings, phones, goods, given.times, manner)
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
