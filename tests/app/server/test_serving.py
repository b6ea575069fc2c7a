"""The server as it runs: concurrency, TLS, Socket.IO and the end, in each mode."""

import contextlib
import importlib.util
import json
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import socketio

from app.server.gunicorn_settings import worker_for
from tests.serving import ROOT, Served, serving

pytestmark = pytest.mark.only_on("sqlite")
"""What is served here has no database."""

MODES = {"eventlet": "eventlet", "threads": "threading", "gevent": "gevent"}


@pytest.fixture(scope="module", params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def served(mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for each mode: the last test on it ends it."""
    arguments = ("-k", mode, "-w", "1", "--pythonpath", str(Path(__file__).parent), "probe:app")
    with serving(tmp_path_factory.mktemp(mode), *arguments, SERVER_MODE=mode) as served:
        yield served


def fetch(url: str, context: ssl.SSLContext | None = None) -> str:
    with urllib.request.urlopen(url, timeout=20, context=context) as answer:
        return str(answer.read().decode())


def fetch_at_once(*urls: str) -> float:
    """Fetch all of them at the same time; returns how many seconds the last one took."""
    threads = [threading.Thread(target=fetch, args=(url,)) for url in urls]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - started


def trusting(served: Served) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=served.home / "tls" / "authority.crt")


def test_requests_run_side_by_side_and_the_library_is_told_how(mode: str, served: Served) -> None:
    assert json.loads(fetch(served.url + "/how")) == {
        "scheme": "http",
        "green": mode != "threads",
        "mode": MODES[mode],
    }
    one_after_the_other_s = 8 * 0.5
    assert fetch_at_once(*[served.url + "/sleep/0.5"] * 8) < one_after_the_other_s
    assert fetch_at_once(*[served.url + "/busy/0.5"] * 8) < one_after_the_other_s


def test_both_ports_serve_the_same_application(served: Served) -> None:
    assert json.loads(fetch(served.tls_url + "/how", trusting(served)))["scheme"] == "https"
    with pytest.raises(OSError, match="certificate verify failed"):
        fetch(served.tls_url + "/how", ssl.create_default_context())
    with pytest.raises(OSError):
        fetch(served.tls_url.replace("https:", "http:") + "/how")
    assert fetch(served.url + "/sleep/0.0") == "slept"


def test_it_ends_in_seconds_with_web_sockets_open_and_a_request_under_way(served: Served) -> None:
    client = socketio.Client(reconnection=False)
    client.connect(served.url, transports=["websocket"])
    polling = socketio.Client(reconnection=False)
    polling.connect(served.url, transports=["polling"])
    answers: list[str] = []
    begun = int(fetch(served.url + "/under-way"))
    request = threading.Thread(target=lambda: answers.append(fetch(served.url + "/sleep/1.5")))
    request.start()
    while int(fetch(served.url + "/under-way")) == begun:
        time.sleep(0.02)
    assert served.stop() < 8
    request.join()
    assert answers == ["slept"]
    for each in (client, polling):
        each.disconnect()


def test_hundreds_of_idle_connections_hold_nobody_up(mode: str, tmp_path: Path) -> None:
    arguments = ("-k", mode, "-w", "1", "--pythonpath", str(Path(__file__).parent), "probe:app")
    with serving(tmp_path, *arguments, SERVER_MODE=mode) as served, contextlib.ExitStack() as open_ones:
        client = socketio.Client(reconnection=False)
        client.connect(served.url, transports=["websocket"])
        place = ("127.0.0.1", int(served.url.rpartition(":")[2]))
        for _ in range(400):
            open_ones.enter_context(socket.create_connection(place))
        assert fetch_at_once(*[served.url + "/sleep/0.3"] * 8) < 3
        assert client.connected
        client.disconnect()


def test_its_worker_ends_when_its_parent_was_killed(mode: str, tmp_path: Path) -> None:
    arguments = ("-k", mode, "-w", "1", "--pythonpath", str(Path(__file__).parent), "probe:app")
    with serving(tmp_path, *arguments, SERVER_MODE=mode) as served:
        served.process.kill()
        deadline = time.monotonic() + 10
        while is_answering(served) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not is_answering(served)


def is_answering(served: Served) -> bool:
    try:
        fetch(served.url + "/how")
    except OSError:
        return False
    return True


def test_a_mode_that_there_is_not_is_refused_in_words(tmp_path: Path) -> None:
    ended = gunicorn("wsgi:app", SERVER_MODE="fibres", TALLYMAN_HOME=str(tmp_path))
    assert ended.returncode != 0
    assert "eventlet (the default)" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_mode_without_its_package_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(SystemExit, match="needs the package gevent"):
        worker_for("gevent")
    assert worker_for("threads") == "threads"


@pytest.mark.parametrize("worker", ["eventlet_worker.EventletWorker", "gevent_worker.GeventWorker"])
def test_a_worker_on_green_threads_never_runs_unpatched(worker: str, tmp_path: Path) -> None:
    (tmp_path / "none.py").write_text("")
    place = ("-b", "127.0.0.1:0", "--pythonpath", str(Path(__file__).parent), "probe:app")
    arguments = ("-c", str(tmp_path / "none.py"), "-k", f"app.server.{worker}", *place)
    ended = gunicorn(*arguments, TALLYMAN_HOME=str(tmp_path))
    assert ended.returncode == 3
    assert "is not patched" in ended.stderr


def gunicorn(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Start it, and wait for its end."""
    command = [sys.executable, "-m", "gunicorn", *arguments]
    places = {"PATH": "/usr/bin:/bin", **environment}
    return subprocess.run(command, cwd=ROOT, env=places, capture_output=True, text=True, timeout=60)
