"""G5: how many operations a second go into the book over HTTP, against a bare insert of the same rows."""

import multiprocessing
import statistics
import time

from app import create_app
from app.database import database
from benchmarks import book
from benchmarks.installation import CLIENTS, Client, furnish, served
from benchmarks.places import Place
from benchmarks.table import Line, percentile

BATCH = 500
BATCHES = 12
SINGLES = 150


def measure(at: Place) -> list[Line]:
    """Eight devices push at once: batches, then single operations, then what is known already."""
    furnish(at)
    with served(at) as host:
        many, rate = together([host], batches)
        _, single_rate = together([host], one_by_one)
        resend = again(host)
    floor = BATCH / floor_of(at)
    p99 = percentile([took for taken in many for took in taken[0]], 0.99)
    per_second = f"{rate:,.0f}"
    return [
        Line("G5", "operations/s in batches of 500, 8 clients", per_second, "≥ 5,000", f"{rate / floor:.2f}"),
        Line("G5", "p99 of a push of 500, 8 clients", f"{p99 * 1e3:.0f} ms", "≤ 400 ms"),
        Line("G5", "bare insert of the same rows, operations/s", f"{floor:,.0f}", "the floor", "1.00"),
        Line("G5", "single-operation pushes/s", f"{single_rate:,.0f}", "≥ 300"),
        Line("G5", "resend of 500 known operations", f"{resend * 1e3:.0f} ms", "≤ 20 ms"),
        Line("G13", "further requests that a poison operation costs the others", f"{poisoned(at)}", "0"),
    ]


def measure_pair(at: Place) -> list[Line]:
    """The same batches into two instances over one database, every second device to each."""
    furnish(at)
    with served(at) as one, served(at) as other:
        _, rate = together([one, other], batches)
    floor = BATCH / floor_of(at)
    what = "operations/s in batches of 500, 8 clients, two instances"
    return [Line("G5", what, f"{rate:,.0f}", "≥ 5,000", f"{rate / floor:.2f}")]


def floor_of(at: Place) -> float:
    """Seconds in which the plain database takes the rows of one batch."""
    app = create_app(at.settings)
    with app.app_context():
        took = book.bare_insert(BATCH)
        database.session.remove()
        database.engine.dispose()
    return took


def poisoned(at: Place) -> int:
    """How many further requests it takes until 99 operations are posted among which one cannot be."""
    with served(at) as host:
        client = Client(host, 0)
        client.begin(1, "poison")
        client.phone.seq = 1000 + BATCH * BATCHES + BATCH + SINGLES + BATCH
        client.phone.stock = {item: {book.FIRST_PLACE: 1000} for item in client.phone.items}
        operations = client.operations(client.phone.push(100))
        operations[50]["body"]["quantity"] = "NaN"
        verdicts = client.send(operations)["verdicts"]
    applied = [one for one in verdicts if one["status"] == "applied"]
    return 0 if len(applied) == len(operations) - 1 else len(operations)


def together(hosts: list[str], work: object) -> tuple[list[tuple[list[float], list[float]]], float]:
    """Every client in a process of its own, started at once; their times, and operations a second."""
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(CLIENTS)
    with context.Manager() as manager:
        results = manager.list()
        processes = [
            context.Process(target=work, args=(hosts[number % len(hosts)], number, ready, results))
            for number in range(CLIENTS)
        ]
        for process in processes:
            process.start()
        for process in processes:
            process.join(300)
        taken = list(results)
    begun, ended = min(one[2] for one in taken), max(one[3] for one in taken)
    return [(one[0], one[1]) for one in taken], sum(one[4] for one in taken) / (ended - begun)


def batches(host: str, number: int, ready: object, results: object) -> None:
    """One device that pushes batches."""
    client = Client(host, number)
    client.stock_up()
    pushes = [client.phone.push(BATCH) for _ in range(BATCHES)]
    ready.wait()  # type: ignore[attr-defined]
    begun = time.time()
    for one in pushes:
        client.push(one)
    results.append((client.took, [], begun, time.time(), BATCH * BATCHES))  # type: ignore[attr-defined]


def one_by_one(host: str, number: int, ready: object, results: object) -> None:
    """One device that pushes one operation at a time."""
    client = later(host, number, 0)
    client.push(client.phone.push(BATCH))
    pushes = [client.phone.push(1) for _ in range(SINGLES)]
    ready.wait()  # type: ignore[attr-defined]
    begun = time.time()
    for one in pushes:
        client.push(one)
    results.append(([], [], begun, time.time(), SINGLES))  # type: ignore[attr-defined]


def later(host: str, number: int, sent: int) -> Client:
    """The device two days after its batches, since when it has sent so many operations."""
    client = Client(host, number)
    client.begin(2, f"later {sent} {number}")
    client.phone.seq = 1000 + BATCH * BATCHES + sent
    client.phone.stock = {item: {book.FIRST_PLACE: 1000} for item in client.phone.items}
    return client


def again(host: str) -> float:
    """Seconds, at the median, in which a batch that is known already is answered."""
    client = later(host, 0, BATCH + SINGLES)
    known = client.phone.push(BATCH)
    client.push(known)
    client.took.clear()
    for _ in range(7):
        client.push(known)
    return statistics.median(client.took)
