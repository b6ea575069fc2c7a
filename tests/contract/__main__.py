"""``./manage contract``: ask the interface at length and hold each answer against its document."""

import argparse
import logging
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemathesis.schemas import APIOperation

from app import create_app
from app.config import Settings
from app.database import Base, database, transaction
from app.database.base_rows import seed_base_rows
from tests import databases
from tests.contract.house import CALLERS, House, furnished
from tests.contract.inquiry import Complaints, document_of, inquire, operations_of, walk
from tests.contract.queries import HOSTILE, failures_of_forms, failures_of_lists, failures_of_pages
from tests.postgresql import ENGINE, SERVER, Server


def main(words: list[str]) -> int:
    """Ask, and say what came of it; 0 only if every answer was as documented."""
    parser = argparse.ArgumentParser(prog="./manage contract", description=__doc__)
    parser.add_argument("--times", type=int, default=60, help="requests to each operation, by each caller")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--caller", choices=CALLERS, action="append", help="these alone; may be repeated")
    parser.add_argument("--only", default="", help="operations whose path holds this")
    given = parser.parse_args(words)
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="tallyman-contract-") as folder:
        return on_database(given, Path(folder))


def on_database(given: argparse.Namespace, home: Path) -> int:
    """Ask on the database that was chosen; a PostgreSQL server is started for it and ended."""
    if given.database == "sqlite":
        return asked(given, home)
    server = Server()
    os.environ.update({ENGINE: "postgresql", SERVER: str(server.folder)})
    try:
        return asked(given, home)
    finally:
        server.stop()


def asked(given: argparse.Namespace, home: Path) -> int:
    """Every operation, by everyone."""
    complaints, started = Complaints(), time.monotonic()
    with own_house(home) as house:
        chosen = [one for one in operations_of(document_of(house)) if given.only in one.path]
        for number, operation in enumerate(chosen, 1):
            print(f"\r{number} of {len(chosen)}  {operation.label:<60}", end="", file=sys.stderr)
            ask_as_everyone(house, operation, given, complaints)
        failed = [] if given.only or given.caller else failures_of(house)
    took = time.monotonic() - started
    print(f"\n{given.database}, seed {given.seed}: {complaints.asked} requests in {took:.0f} s")
    print(", ".join(f"{status}: {count}" for status, count in sorted(complaints.statuses.items())))
    print(complaints.told())
    print("\n".join([f"{len(failed)} pages, lists and forms failed", *failed]))
    return 1 if complaints.found or failed else 0


def ask_as_everyone(
    house: House, operation: APIOperation, given: argparse.Namespace, complaints: Complaints
) -> None:
    """One operation: at every border by who may, and at random by everyone."""
    for caller in given.caller or CALLERS:
        if caller == proper(operation):
            walk(house, operation, caller, complaints)
        inquire(house, operation, caller, complaints, (given.times, given.seed))


def failures_of(house: House) -> list[str]:
    """Every page and list with every hostile address."""
    found = failures_of_pages(house, HOSTILE, thorough=True) + failures_of_lists(house, HOSTILE)
    return found + failures_of_forms(house, HOSTILE)


def proper(operation: APIOperation) -> str:
    """Who may ask it."""
    return "device" if {"device": []} in operation.definition.raw.get("security", []) else "administrator"


@contextmanager
def own_house(home: Path) -> Iterator[House]:
    """A furnished house on an empty database."""
    url = databases.url_at(home)
    app = create_app(
        Settings(home=home, database_url=url, secret_key="s", server_mode="threads", testing=True)
    )
    with app.app_context():
        with transaction() as connection:
            Base.metadata.create_all(connection)
            seed_base_rows(connection)
        database.session.remove()
    yield furnished(app)
    with app.app_context():
        database.session.remove()
        database.engine.dispose()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
