"""G11: from the push of one device to the rows on another, with 200 sockets connected."""

import random
import threading
import time

import socketio

from benchmarks.installation import Client, credential, device_id, furnish, served
from benchmarks.places import Place
from benchmarks.table import Line, percentile
from benchmarks.wire import standing

JITTER_S = (0.05, 0.25)
"""What a device waits after a hint, so that not all of them ask at once."""


def measure(at: Place) -> list[Line]:
    """One device pushes; another pulls when it is hinted, as the floor app does."""
    furnish(at, at.sizes.sockets)
    with served(at) as host:
        writer, reader = Client(host, 0), Client(host, 1)
        writer.stock_up(at.sizes.opening)
        hinted = threading.Event()
        sockets = [
            connect(host, number, hinted if number == 1 else None) for number in range(1, at.sizes.sockets)
        ]
        shown, heard = delays(writer, reader, hinted, at.sizes.hints)
        for socket in sockets:
            socket.disconnect()
    p50, p95 = percentile(shown, 0.5), percentile(shown, 0.95)
    hints = percentile(heard, 0.5)
    what = f"push → shown on another device, {at.sizes.sockets} sockets"
    ratio = f"{p50 / hints:.1f} × the bare hint"
    return [
        Line("G11", f"{what}, p95", f"{p95 * 1e3:,.0f} ms", "≤ 500 ms"),
        Line("G11", f"{what}, p50", f"{p50 * 1e3:,.0f} ms", "–", ratio),
    ]


def connect(host: str, number: int, hinted: threading.Event | None) -> socketio.Client:
    """A device's socket; nginx leads it to its instance by its credential."""
    socket = socketio.Client(reconnection=False)
    if hinted:
        socket.on("hint", lambda _: hinted.set())
    auth = {"device": device_id(number), "credential": credential(number)}
    led = {"Authorization": f"Device {credential(number)}"}
    socket.connect(f"http://{host}", led, auth, transports=["websocket"], wait_timeout=20)
    return socket


def delays(
    writer: Client, reader: Client, hinted: threading.Event, times: int
) -> tuple[list[float], list[float]]:
    """Seconds from the beginning of each push to the rows, and to the hint."""
    cursor, sid = standing(reader)
    shown, heard = [], []
    for _ in range(times):
        push = writer.phone.receive(1)
        hinted.clear()
        started = time.perf_counter()
        writer.push(push)
        if not hinted.wait(10):
            raise RuntimeError("no hint came")
        heard.append(time.perf_counter() - started)
        time.sleep(random.uniform(*JITTER_S))
        page, _ = reader.pull(cursor, sid)
        shown.append(time.perf_counter() - started)
        cursor = page["cursor"]
        time.sleep(0.15)
    return shown, heard
