"""``./manage bench``: the protocol's goals measured on the real server, as a table with ratios.

Usage: python -m benchmarks [--only feed,push,wire,live,bootstrap,week,office] [--databases sqlite,postgresql]
"""

import argparse
from collections.abc import Callable
from dataclasses import replace

from benchmarks import bootstrap, feed, live, office, push, week, wire
from benchmarks.places import Place, engines, place
from benchmarks.table import Line, table

SECTIONS: dict[str, Callable[[Place], list[Line]]] = {
    "feed": feed.measure,
    "push": push.measure,
    "pair": push.measure_pair,
    "wire": wire.measure,
    "live": live.measure,
    "bootstrap": bootstrap.measure,
    "week": week.measure,
    "office": office.measure,
}
ON_BOTH = {"feed", "push", "live", "office"}
"""Sections in which the database matters; the others are measured on SQLite, the pair on PostgreSQL."""


def main() -> None:
    """Measure section by section, each on an installation of its own; print each, and at the end all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(SECTIONS))
    parser.add_argument("--databases", default="sqlite,postgresql")
    given = parser.parse_args()
    lines: list[Line] = []
    measured: list[Line] = []
    for name in given.only.split(","):
        for engine in wanted(name, engines(given.databases)):
            print(f"{name} on {engine} …", flush=True)
            with place(engine) as at:
                measured = [replace(line, database=engine) for line in SECTIONS[name](at)]
            print(table(measured), flush=True)
            lines += measured
    if len(lines) > len(measured):
        print(table(lines))


def wanted(section: str, chosen: list[str]) -> list[str]:
    """The databases on which a section is measured."""
    if section in ON_BOTH:
        return chosen
    alone = "postgresql" if section == "pair" else "sqlite"
    return [alone] if alone in chosen else []


if __name__ == "__main__":
    main()
