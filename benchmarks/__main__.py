"""``./manage bench``: the protocol's goals measured on the real server, as a table with ratios.

Usage: python -m benchmarks [--only push,wire,live,bootstrap]
"""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import bootstrap, live, push, wire
from benchmarks.table import Line, table

SECTIONS: dict[str, Callable[[Path], list[Line]]] = {
    "push": push.measure,
    "wire": wire.measure,
    "live": live.measure,
    "bootstrap": bootstrap.measure,
}


def main() -> None:
    """Measure section by section, each on an installation of its own, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(SECTIONS))
    wanted = parser.parse_args().only.split(",")
    lines: list[Line] = []
    for name in wanted:
        print(f"{name} …", flush=True)
        with tempfile.TemporaryDirectory(prefix="tallyman-bench-") as home:
            lines += SECTIONS[name](Path(home))
    print(table(lines))


if __name__ == "__main__":
    main()
