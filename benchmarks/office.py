"""G14: the office with 100,000 items: lists, searches, look-ups by eight clients at once, and an export."""

import http.client
import json
import time
from dataclasses import dataclass
from urllib.parse import quote

from app import create_app
from app.database import disconnect, reading
from benchmarks.catalogue import WORDS, barcode, name
from benchmarks.crowd import Meeting, together
from benchmarks.installation import served
from benchmarks.places import Place
from benchmarks.sizes import Sizes
from benchmarks.table import Line, percentile
from tests.app.visitor import PASSWORD
from tests.browser.device_page import EMAIL

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
    floors = {LOOK_UP: plain(at, BY_CODE), **dict.fromkeys((LIST, SEARCH, PAGE), plain(at, BY_CATEGORY))}
    whole = plain_read(at)
    lines: list[Line] = []
    with served(at) as host:
        for what, (path, goal) in KINDS.items():
            rate, p99 = answers(host, path, at.sizes)
            ratio = f"{rate / floors[path]:.2f}"
            lines.append(Line("G14", f"{what}, answers/s, 8 clients", f"{rate:,.0f}", f"≥ {goal}", ratio))
            slower = f"{p99 * floors[path]:.0f} × the plain database alone"
            lines.append(Line("G14", f"{what}, p99", f"{p99 * 1e3:,.0f} ms", "≤ 200 ms", slower))
        for kind in ("csv", "xlsx"):
            took, size = exported(Reader(host), kind)
            figure, ratio = f"{took:.1f} s, {size / 1e6:.1f} MB", f"{took / whole:.0f} × reading the rows"
            lines.append(Line("G14", f"export of {at.sizes.items:,} items, {kind}", figure, "≤ 10 s", ratio))
    return lines


def exported(reader: Reader, kind: str) -> tuple[float, int]:
    """The seconds and bytes of one export."""
    began = time.perf_counter()
    size = reader.get(f"/api/items/table.{kind}")
    return time.perf_counter() - began, size


BY_CATEGORY = "SELECT * FROM item WHERE category = '{word}' ORDER BY sort_name DESC LIMIT 100"
BY_CODE = (
    "SELECT item.* FROM item JOIN item_barcode ON item_barcode.item_id = item.id"
    " WHERE item_barcode.code = '{code}'"
)
"""What the plain database is asked: a list of 100, and one item by its barcode."""


def plain(at: Place, statement: str) -> float:
    """The floor: answers a second that the database gives to one client."""
    app, turns = create_app(at.settings), range(at.sizes.turns)
    codes = [barcode(turn * 311 % at.sizes.items).zfill(14) for turn in turns]
    asked = [statement.format(word=WORDS[turn % 8], code=codes[turn]) for turn in turns]
    with app.app_context():
        with reading() as connection:
            connection.exec_driver_sql(asked[-1]).fetchall()
        began = time.perf_counter()
        for one in asked:
            with reading() as connection:
                connection.exec_driver_sql(one).fetchall()
        took = time.perf_counter() - began
        disconnect()
    return len(asked) / took


def plain_read(at: Place) -> float:
    """Seconds in which the plain database hands out every item: the floor of an export."""
    app = create_app(at.settings)
    with app.app_context():
        began = time.perf_counter()
        with reading() as connection:
            json.dumps([tuple(row) for row in connection.exec_driver_sql("SELECT * FROM item")], default=str)
        took = time.perf_counter() - began
        disconnect()
    return took


def answers(host: str, path: str, sizes: Sizes) -> tuple[float, float]:
    """Eight clients ask at once; answers a second, and the seconds within which 99 of 100 came."""
    taken = together(ask, host, path, sizes)
    begun, ended = min(one[1] for one in taken), max(one[2] for one in taken)
    seconds = [each for one in taken for each in one[0]]
    return len(seconds) / (ended - begun), percentile(seconds, 0.99)


def path_of(path: str, turn: int, items: int) -> str:
    """The path with something else to ask for at every turn."""
    item = turn * 311 % items
    words = quote(" ".join(name(item).split()[:2]))
    return path.format(word=WORDS[turn % 8], page=turn % 20 + 1, words=words, code=quote(barcode(item)))


def ask(
    number: int, meeting: Meeting, host: str, path: str, sizes: Sizes
) -> tuple[list[float], float, float]:
    """One client's requests, each for something else: their seconds, and when they began and ended."""
    reader = Reader(host)
    asked = [path_of(path, number * sizes.turns + turn, sizes.items) for turn in range(sizes.turns)]
    took = []
    meeting.wait()
    begun = time.time()
    for one in asked:
        started = time.perf_counter()
        reader.get(one)
        took.append(time.perf_counter() - started)
    return took, begun, time.time()
