"""``./manage run`` after the installation: set up, serve, and stop all of it."""

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.server.ports import chosen_ports
from app.server.welcome import welcome
from tests.serving import ROOT, free_port


@contextmanager
def started(home: Path, ports: Mapping[str, str]) -> Iterator["subprocess.Popen[str]"]:
    home.mkdir(exist_ok=True)
    environ = {**os.environ, **ports, "TALLYMAN_HOME": str(home), "TALLYMAN_DEMONSTRATION": "0"}
    command = [sys.executable, "-m", "app.server.start"]
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def said_until_ready(process: "subprocess.Popen[str]") -> str:
    lines: list[str] = []
    for line in process.stdout or ():
        lines.append(line)
        if "Ctrl-C" in line:
            return "".join(lines)
    raise AssertionError("".join(lines))


def children_of(process: "subprocess.Popen[str]") -> list[int]:
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(number) for number in path.read_text().split()]


def is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return "State:\tZ" not in Path(f"/proc/{number}/status").read_text()


def test_it_serves_both_ports_with_a_worker_beside_and_stops_all_of_it(tmp_path: Path) -> None:
    ports = {"PORT": str(free_port()), "TLS_PORT": str(free_port())}
    home = tmp_path / "home"
    with started(home, ports) as process:
        said = said_until_ready(process)
        assert re.search(r"Sign in as admin@example.com with the password \w{4}(-\w{4}){3}\n", said)
        assert f"http://localhost:{ports['PORT']}" in said
        trusting = ssl.create_default_context(cafile=home / "tls" / "authority.crt")
        with urllib.request.urlopen(f"http://127.0.0.1:{ports['PORT']}/readyz", timeout=20) as plain:
            assert b'"ok"' in plain.read()
        secure_address = f"https://localhost:{ports['TLS_PORT']}/healthz"
        with urllib.request.urlopen(secure_address, timeout=20, context=trusting) as secure:
            assert secure.status == 200
        children = children_of(process)
        assert len(children) == 2
        started_to_stop = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert time.monotonic() - started_to_stop < 8
        assert not any(is_alive(number) for number in children)
    with started(home, ports) as process:
        said = said_until_ready(process)
        assert "password" not in said
        children = children_of(process)
        process.kill()
        process.wait()
        deadline = time.monotonic() + 15
        while any(is_alive(number) for number in children) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not any(is_alive(number) for number in children)


def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=f"Port {port} is in use"):
            chosen_ports({"PORT": str(port)})
        with pytest.raises(SystemExit, match=f"Port {port} is in use"):
            chosen_ports({"PORT": str(free_port()), "TLS_PORT": str(port)})


def test_without_a_wish_any_free_tls_port_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        monkeypatch.setattr("app.server.ports.USUAL_TLS_PORT", taken.getsockname()[1])
        port, tls_port = chosen_ports({"PORT": str(free_port())})
        assert tls_port not in {0, port, taken.getsockname()[1]}
    assert chosen_ports({"PORT": str(port), "TLS_PORT": "0"}) == (port, 0)


def test_the_welcome_leads_a_phone_to_the_floor() -> None:
    text = welcome((8000, 8443), ["192.168.7.20"], "AA:BB:CC", "Sign in as ana")
    address, page = "https://192.168.7.20:8443/floor", "http://192.168.7.20:8000/phone"
    for part in (address, page, "Sign in as ana", "AA:BB:CC", "█"):
        assert part in text
    assert "no address on a local network" in welcome((8000, 8443), [], "AA", "")
    assert "phone" not in welcome((8000, 0), ["192.168.7.20"], "AA", "").lower()
