"""The interruption of a download is a real one, and what comes again is counted where it passes."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from benchmarks import interruption
from benchmarks.interruption import came_again

PART = 100_000
PARTS = 4


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Hands out a part to each connection."""
    monkeypatch.setattr(interruption, "GONE_S", 0)
    listening = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=answer, args=(listening,), daemon=True).start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    listening.close()


def answer(listening: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection = listening.accept()[0]
            with contextlib.suppress(OSError), connection:
                connection.sendall(b"." * PART)


def received(url: str) -> int:
    """The bytes that one connection brings; fewer where it is cut, and none where nobody listens."""
    count = 0
    with (
        contextlib.suppress(OSError),
        socket.create_connection((urlsplit(url).hostname, urlsplit(url).port)) as near,
    ):
        while content := near.recv(65_536):
            count += len(content)
    return count


def test_what_is_fetched_once_more_after_the_cut_is_counted(server: str) -> None:
    tries: list[int] = []

    def begin(url: str) -> None:
        whole = 0
        while whole < PARTS:
            tries.append(received(url))
            whole += tries[-1] == PART

    again = came_again(server, PARTS * PART, begin)
    assert tries.count(PART) == 2 * PARTS
    assert 0 < again <= PART


def test_a_download_that_was_over_before_the_cut_is_no_figure(server: str) -> None:
    sizes = iter((2, 0))
    with pytest.raises(RuntimeError, match="before it was interrupted"):
        came_again(server, 2, lambda url: [received(url) for _ in range(next(sizes))] and None)
