"""G5: how many operations a second go into the book over HTTP, against a bare insert of the same rows."""

import multiprocessing
import statistics
import time
from pathlib import Path

from benchmarks import book
from benchmarks.installation import CLIENTS, DAY_MS, Client, furnish, served
from benchmarks.table import Line, percentile

BATCH = 500
BATCHES = 12
SINGLES = 150


def measure(home: Path) -> list[Line]:
    """Eight devices push at once: batches, then single operations, then what is known already."""
    furnish(home)
    with served(home) as host:
        many, rate = together(host, batches)
        singles, single_rate = together(host, one_by_one)
        again = [took for taken in singles for took in taken[1]]
    floor = BATCH / book.bare_insert(home / "tallyman.sqlite3", BATCH)
    p99 = percentile([took for taken in many for took in taken[0]], 0.99)
    resend = statistics.median(again)
    return [
        Line(
            "G5",
            "operations/s in batches of 500, 8 clients",
            f"{rate:,.0f}",
            "≥ 5,000",
            f"{rate / floor:.2f}",
        ),
        Line("G5", "p99 of a push of 500, 8 clients", f"{p99 * 1e3:.0f} ms", "≤ 400 ms"),
        Line("G5", "bare insert of the same rows, operations/s", f"{floor:,.0f}", "the floor", "1.00"),
        Line("G5", "single-operation pushes/s", f"{single_rate:,.0f}", "≥ 300"),
        Line("G5", "resend of 500 known operations, 8 clients", f"{resend * 1e3:.0f} ms", "≤ 20 ms"),
    ]


def together(host: str, work: object) -> tuple[list[tuple[list[float], list[float]]], float]:
    """Every client in a process of its own, started at once; their times, and operations a second."""
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(CLIENTS)
    with context.Manager() as manager:
        results = manager.list()
        processes = [
            context.Process(target=work, args=(host, number, ready, results)) for number in range(CLIENTS)
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
    """One device that pushes one operation at a time, and then a whole batch again."""
    client = Client(host, number)
    client.phone.at += 2 * DAY_MS
    client.phone.seq = 1000 + BATCH * BATCHES
    client.phone.stock = {item: {book.FIRST_PLACE: 1000} for item in client.phone.items}
    client.phone.random.seed(f"singles {number}")
    last = client.phone.push(BATCH)
    client.push(last)
    pushes = [client.phone.push(1) for _ in range(SINGLES)]
    ready.wait()  # type: ignore[attr-defined]
    begun = time.time()
    for one in pushes:
        client.push(one)
    ended = time.time()
    client.took.clear()
    for _ in range(3):
        client.push(last)
    results.append(([], client.took, begun, ended, SINGLES))  # type: ignore[attr-defined]
