"""G5 and G13: how many operations a second go into the book over HTTP, against a bare insert of the rows."""

import statistics
import time

from app import create_app
from app.database import disconnect
from benchmarks import book
from benchmarks.crowd import Meeting, together
from benchmarks.installation import Client, furnish, served
from benchmarks.places import Place
from benchmarks.sizes import Sizes
from benchmarks.table import Line, percentile

Pushed = tuple[list[float], float, float]
"""Seconds of each push, and when the first began and the last ended."""


def measure(at: Place) -> list[Line]:
    """Eight devices push at once: batches, then single operations, then what is known already."""
    furnish(at)
    sizes = at.sizes
    with served(at) as host:
        many = together(batches, host, sizes)
        singles = together(one_by_one, host, sizes)
        resend = again(host, sizes)
        further = poisoned(host, sizes)
    plain, plain_single = floor_of(at, sizes.batch), floor_of(at, 1)
    size, rate, single_rate = sizes.batch, sizes.batch * rate_of(many), rate_of(singles)
    p99 = percentile([seconds for taken in many for seconds in taken[0]], 0.99)
    return [
        of_floor(f"operations/s in batches of {size}, 8 clients", rate, 5_000, size / plain),
        beside(f"p99 of a push of {size}, 8 clients", p99, "≤ 400 ms", plain),
        Line("G5", "bare insert of the same rows, operations/s", f"{size / plain:,.0f}", "the floor"),
        of_floor("single-operation pushes/s, 8 clients", single_rate, 300, 1 / plain_single),
        beside(f"resend of {size} known operations", resend, "≤ 20 ms", plain),
        Line("G13", "further requests that a poison operation costs the others", f"{further}", "0"),
    ]


def of_floor(what: str, rate: float, goal: int, floor: float) -> Line:
    """A rate beside that of the plain database."""
    return Line("G5", what, f"{rate:,.0f}", f"≥ {goal:,}", f"{rate / floor:.2f}")


def beside(what: str, took: float, goal: str, plain: float) -> Line:
    """Seconds of a push beside those in which the plain database takes its rows."""
    return Line("G5", what, f"{took * 1e3:,.0f} ms", goal, f"{took / plain:.1f} × inserting its rows")


def rate_of(pushed: list[Pushed]) -> float:
    """Pushes a second of all clients together."""
    begun, ended = min(one[1] for one in pushed), max(one[2] for one in pushed)
    return sum(len(one[0]) for one in pushed) / (ended - begun)


def floor_of(at: Place, size: int) -> float:
    """Seconds in which the plain database takes the rows of so many operations."""
    app = create_app(at.settings)
    with app.app_context():
        took = book.bare_insert(size)
        disconnect()
    return took


def batches(number: int, meeting: Meeting, host: str, sizes: Sizes) -> Pushed:
    """One device that pushes batches."""
    client = Client(host, number)
    client.stock_up(sizes.opening)
    return pushed(client, meeting, sizes.batches, sizes.batch)


def one_by_one(number: int, meeting: Meeting, host: str, sizes: Sizes) -> Pushed:
    """One device that pushes one operation at a time."""
    client = later(host, number, sizes, 0)
    client.push(client.phone.push(sizes.batch))
    return pushed(client, meeting, sizes.singles, 1)


def pushed(client: Client, meeting: Meeting, times: int, size: int) -> Pushed:
    """Push so many times, together with the others."""
    prepared = [client.phone.push(size) for _ in range(times)]
    client.took.clear()
    meeting.wait()
    begun = time.time()
    for one in prepared:
        client.push(one)
    return client.took, begun, time.time()


def later(host: str, number: int, sizes: Sizes, sent: int) -> Client:
    """The device two days after its batches, since when it has sent so many operations."""
    client = Client(host, number)
    client.begin(2, f"later {sent} {number}")
    client.phone.seq = 2 * sizes.opening + sizes.batch * sizes.batches + sent
    client.phone.stock = {item: {book.FIRST_PLACE: 1000} for item in client.phone.items}
    return client


def again(host: str, sizes: Sizes) -> float:
    """Seconds, at the median, in which a batch that is known already is answered."""
    client = later(host, 0, sizes, sizes.batch + sizes.singles)
    known = client.phone.push(sizes.batch)
    client.push(known)
    client.took.clear()
    for _ in range(7):
        client.push(known)
    return statistics.median(client.took)


def poisoned(host: str, sizes: Sizes) -> int:
    """How many further requests it takes until 99 operations are posted among which one cannot be."""
    client = later(host, 0, sizes, 2 * sizes.batch + sizes.singles)
    client.begin(1, "poison")
    operations = client.operations(client.phone.push(100))
    operations[50]["body"]["quantity"] = "NaN"
    verdicts = client.send(operations)["verdicts"]
    applied = [one for one in verdicts if one["status"] == "applied"]
    return 0 if len(applied) == len(operations) - 1 else len(operations)
