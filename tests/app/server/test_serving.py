"""The server as it runs: concurrency, TLS, Socket.IO and the end, in each mode."""

import json
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

from tests.serving import ROOT, Served, serving

MODES = {"eventlet": "eventlet", "threads": "threading"}


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
        "green": mode == "eventlet",
        "mode": MODES[mode],
    }
    assert fetch_at_once(*[served.url + "/sleep/0.5"] * 8) < 2.5
    assert fetch_at_once(*[served.url + "/busy/0.5"] * 4) < 1.6


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


def test_a_mode_without_its_package_is_refused_in_words(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gunicorn", "wsgi:app"]
    for mode, words in {"gevent": "needs the package gevent", "fibres": "eventlet (the default)"}.items():
        environment = {"SERVER_MODE": mode, "TALLYMAN_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
        ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
        assert ended.returncode != 0
        assert words in ended.stderr
        assert "Traceback" not in ended.stderr
