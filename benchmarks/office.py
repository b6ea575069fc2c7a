"""G14: the office with 100,000 items: lists, searches, look-ups by eight clients at once, and an export."""

import http.client
import json
import multiprocessing
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from app import create_app
from app.database import database, reading
from benchmarks.catalogue import ITEMS, WORDS, barcode, fill, name
from benchmarks.installation import CLIENTS, furnish, served
from benchmarks.places import Place
from benchmarks.table import Line, percentile
from tests.app.visitor import PASSWORD
from tests.browser.device_page import EMAIL

TURNS = 40
LIST = "/api/items?per_page=100&sort=-name&category={word}&page={page}"
SEARCH = "/api/items?per_page=100&search={words}"
PAGE = "/items?per=100&category={word}&page={page}"
LOOK_UP = "/api/items/look-up?code={code}"
KINDS = {
    "filtered list of 100 over JSON": (LIST, 60),
    "search of 100 over JSON": (SEARCH, 60),
    "filtered list of 100 as a page": (PAGE, 60),
    "scan look-up over JSON": (LOOK_UP, 300),
}
"""What is asked for, and the goal in answers a second."""


@dataclass
class Reader:
    """One person in the office, over a connection that stays open."""

    host: str

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection(self.host, timeout=60)
        given = json.dumps({"email": EMAIL, "password": PASSWORD})
        self.connection.request("POST", "/api/session", given, {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"sign-in: {answer.status}")
        self.cookie = "; ".join(one.split(";")[0] for one in answer.headers.get_all("Set-Cookie") or ())

    def get(self, path: str) -> int:
        """Ask for a path; the bytes that came. Raises RuntimeError for anything but 200."""
        self.connection.request("GET", path, headers={"Cookie": self.cookie, "Accept": "*/*"})
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {content[:200]!r}")
        return len(content)


def measure(at: Place) -> list[Line]:
    """Each kind of request by eight clients at once; then the whole catalogue as a file."""
    furnish(at)
    fill(create_app(at.settings))
    floor = plain(at)
    lines: list[Line] = []
    with served(at) as host:
        for what, (path, goal) in KINDS.items():
            rate, p99 = together(host, path)
            lines.append(
                Line("G14", f"{what}, answers/s", f"{rate:,.0f}", f"≥ {goal}", f"{rate / floor:.2f}")
            )
            lines.append(Line("G14", f"{what}, p99", f"{p99 * 1e3:.0f} ms", "≤ 200 ms"))
        for kind in ("csv", "xlsx"):
            lines.append(exported(Reader(host), kind))
    return lines


def exported(reader: Reader, kind: str) -> Line:
    """The time of one export."""
    began = time.perf_counter()
    size = reader.get(f"/api/items/table.{kind}")
    took = time.perf_counter() - began
    return Line("G14", f"export of {ITEMS:,} items, {kind}, {size / 1e6:.1f} MB", f"{took:.1f} s", "≤ 10 s")


def plain(at: Place) -> float:
    """The floor: lists of 100 rows a second that the database hands out to one client."""
    app = create_app(at.settings)
    statement = "SELECT * FROM item WHERE category = '{}' ORDER BY sort_name DESC LIMIT 100"
    with app.app_context():
        began = time.perf_counter()
        for turn in range(TURNS):
            with reading() as connection:
                connection.exec_driver_sql(statement.format(WORDS[turn % 8])).fetchall()
        took = time.perf_counter() - began
        database.session.remove()
        database.engine.dispose()
    return TURNS / took


def together(host: str, path: str) -> tuple[float, float]:
    """Eight clients ask at once; answers a second, and the seconds within which 99 of 100 came."""
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(CLIENTS)
    with context.Manager() as manager:
        results: Any = manager.list()
        processes = [
            context.Process(target=ask, args=(host, path, (number, ready, results)))
            for number in range(CLIENTS)
        ]
        for process in processes:
            process.start()
        for process in processes:
            process.join(300)
        taken = list(results)
    if len(taken) < CLIENTS:
        raise RuntimeError(f"{path}: a client broke off")
    begun, ended = min(one[1] for one in taken), max(one[2] for one in taken)
    seconds = [each for one in taken for each in one[0]]
    return len(seconds) / (ended - begun), percentile(seconds, 0.99)


def path_of(path: str, turn: int) -> str:
    """The path with something else to ask for at every turn."""
    item = turn * 311 % ITEMS
    words = quote(" ".join(name(item).split()[:2]))
    return path.format(word=WORDS[turn % 8], page=turn % 20 + 1, words=words, code=quote(barcode(item)))


def ask(host: str, path: str, among: tuple[int, Any, Any]) -> None:
    """One client's requests, each for something else."""
    number, ready, results = among
    reader = Reader(host)
    took = []
    ready.wait()
    begun = time.time()
    for turn in range(TURNS):
        own = number * TURNS + turn
        asked = path_of(path, own)
        started = time.perf_counter()
        reader.get(asked)
        took.append(time.perf_counter() - started)
    results.append((took, begun, time.time()))
