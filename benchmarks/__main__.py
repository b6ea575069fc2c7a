"""``./manage bench``: the protocol's goals measured on the real server, as a table with ratios.

Whole, it takes some 17 minutes on 2 cores. In part: --only push,office --database sqlite --instances 1
"""

import argparse
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import NoReturn

from benchmarks.bounded import bounded
from benchmarks.catalogue import fill
from benchmarks.places import Ground, Place, engines, folder_of_a_run, ground
from benchmarks.published import publish
from benchmarks.sections import FILL_S, SECTIONS, Section
from benchmarks.sizes import QUICK, WHOLE
from benchmarks.table import COLUMNS, Line, table


def main() -> None:
    """Measure place by place and section by section; print each, and at the end all. Exits 1 for a fault."""
    signal.signal(signal.SIGTERM, stopped)
    given = asked()
    names, columns = given.only.split(","), columns_of(engines(given.database), given.instances)
    began = time.monotonic()
    lines = list(measured(names, columns, given.quick))
    lines += words(names, columns, lines)
    print(f"\n{table(lines, columns)}\n\n{(time.monotonic() - began) / 60:.1f} minutes", flush=True)
    if given.readme:
        whole = len(names) == len(SECTIONS) and len(columns) == len(COLUMNS)
        publish(lines, None if whole else [fault_of(name) for name in names])
    if faults := [line for line in lines if not line.wanted]:
        sys.exit("\n".join(f"{line.what} on {COLUMNS[line.column]}: {line.figure}" for line in faults))


def stopped(*_: object) -> NoReturn:
    """End in order, so that servers end as well."""
    sys.exit(143)


def asked(words: list[str] | None = None) -> argparse.Namespace:
    """What is to be measured, and where. Raises SystemExit for an unknown section or place."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", default=",".join(SECTIONS), help=",".join(SECTIONS))
    parser.add_argument("--database", default="sqlite,postgresql", help="sqlite or postgresql alone")
    parser.add_argument("--instances", default="1,2", choices=("1", "2", "1,2"))
    parser.add_argument("--readme", action="store_true", help="write what was measured into README.md")
    parser.add_argument("--quick", action="store_true", help="tiny sizes: does everything run to its end?")
    given = parser.parse_args(words)
    if unknown := set(given.only.split(",")) - set(SECTIONS):
        raise SystemExit(f"no section is called {', '.join(sorted(unknown))}")
    if given.quick and given.readme:
        raise SystemExit("figures of tiny sizes mean nothing: they are not for the README")
    return given


def columns_of(databases: list[str], instances: str) -> list[str]:
    """The columns to fill. Two instances need PostgreSQL, as in daily use."""
    alone = [name for name in databases if "1" in instances]
    return [*alone, *(["two"] if "2" in instances and "postgresql" in databases else [])]


def measured(names: Sequence[str], columns: Sequence[str], quick: bool) -> Iterator[Line]:
    """The figures of the sections in each column; one server a database, the catalogue written once to it."""
    for engine in ("sqlite", "postgresql"):
        here = [one for one in columns if one == engine or (one == "two" and engine == "postgresql")]
        if not here:
            continue
        with folder_of_a_run() as run, ground(engine, run, QUICK if quick else WHOLE) as at:
            for column, name in product(here, names):
                yield from tried(name, column, at)


def tried(name: str, column: str, at: Ground) -> list[Line]:
    """One section in one place, printed. Where it fails, one line that says so: the rest goes on."""
    section = SECTIONS[name]
    if column in section.same:
        return []
    print(f"{name} on {COLUMNS[column]} …", flush=True)
    began = time.monotonic()
    try:
        found = figures(section, 2 if column == "two" else 1, at)
    except Exception as error:
        found = [Line(section.goal, fault_of(name), f"failed: {error}".replace("|", "/"), "")]
    lines = [replace(line, column=column) for line in found]
    print(table(lines, [column]), f"{time.monotonic() - began:.0f} s\n", sep="\n", flush=True)
    return lines


def figures(section: Section, instances: int, at: Ground) -> list[Line]:
    """The section's figures on a place of its own. Raises Unmeasured."""
    like = filled(at) if section.filled else None
    return bounded(section.limit_s, section.measure, at.place(instances, like))


def filled(at: Ground) -> Place:
    """The place with the whole catalogue, written when it is needed first."""
    if at.full is None:
        began, full = time.monotonic(), at.place()
        bounded(FILL_S, fill, full)
        at.full = full
        print(f"{at.sizes.items:,} items written in {time.monotonic() - began:.0f} s", flush=True)
    return at.full


def fault_of(name: str) -> str:
    """What the row of a section that failed is called."""
    return f"section {name}"


def words(names: Sequence[str], columns: Sequence[str], lines: Sequence[Line]) -> Iterator[Line]:
    """For each figure that cannot differ in a column: the word for that, where another column has it."""
    for name in names:
        section = SECTIONS[name]
        for column in (one for one in columns if one in section.same):
            known = {line.what: line for line in lines if line.goal == section.goal and line.wanted}
            for line in known.values():
                yield replace(line, figure=section.same[column], ratio="", column=column)


if __name__ == "__main__":
    main()
