"""Starts the real server for tests, on free ports, and ends it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
START_S = 120
"""Long enough for a machine that starts much else at the same time."""


@dataclass
class Served:
    """A running server: where it is, and the process of its parent."""

    url: str
    tls_url: str
    home: Path
    process: "subprocess.Popen[bytes]"
    log: Path

    def stop(self) -> float:
        """End it by SIGTERM; returns the seconds that this took."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        return time.monotonic() - started


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(home: Path, *arguments: str, **environment: str) -> Iterator[Served]:
    """Gunicorn on 127.0.0.1 with the given arguments, ready to answer; ended with the block."""
    port, tls_port = free_port(), free_port()
    places = {"HOST": "127.0.0.1", "PORT": str(port), "TLS_PORT": str(tls_port), "TALLYMAN_HOME": str(home)}
    log = home / f"server-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *arguments],
            cwd=ROOT,
            env={**os.environ, **places, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    served = Served(f"http://127.0.0.1:{port}", f"https://127.0.0.1:{tls_port}", home, process, log)
    try:
        wait_until_answering(served)
        yield served
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def wait_until_answering(served: Served) -> None:
    """Returns when the port answers; raises AssertionError with the log when the process ends first."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and served.process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(served.url + "/healthz", timeout=5).close()
            return
        if b"Booting worker" in served.log.read_bytes() and refuses_politely(served.url):
            return
        time.sleep(0.05)
    raise AssertionError(f"the server did not start:\n{served.log.read_text()[-3000:]}")


def refuses_politely(url: str) -> bool:
    """Whether something answers with any status at all."""
    try:
        urllib.request.urlopen(url + "/", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
