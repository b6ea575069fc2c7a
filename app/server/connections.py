"""The open connections of one worker, and which of them may be cut when it stops."""

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

PAUSE_S = 0.05
LAST_CALL_S = 1.0


class Request(Protocol):
    """What we look at in gunicorn's request."""

    path: str
    headers: list[tuple[str, str]]


def is_endless(request: Request) -> bool:
    """Whether a request lasts as long as the client likes: a WebSocket, or a poll of Socket.IO."""
    upgraded = any(name.upper() == "UPGRADE" for name, _value in request.headers)
    return upgraded or request.path.startswith("/socket.io/")


class Connections:
    """Knows for each open socket whether a request that must be finished is being answered on it."""

    def __init__(self) -> None:
        self._busy: dict[Any, bool] = {}

    def __len__(self) -> int:
        return len(self._busy)

    def answering_count(self) -> int:
        """On how many sockets a request is being answered that must be finished."""
        return sum(self._busy.values())

    @contextlib.contextmanager
    def opened(self, client: Any) -> Iterator[None]:
        """Count the socket as open during the block."""
        self._busy[client] = False
        try:
            yield
        finally:
            self._busy.pop(client, None)

    @contextlib.contextmanager
    def answering(self, client: Any, request: Request) -> Iterator[None]:
        """Protect the socket during the block, unless its request is an endless one."""
        self._busy[client] = not is_endless(request)
        try:
            yield
        finally:
            self._busy[client] = False

    def endless_count(self) -> int:
        """On how many sockets a request is being answered that nobody need wait for."""
        return len(self) - self.answering_count()

    def drain(self, deadline: float, sleep: Callable[[float], object], under_way: Callable[[], int]) -> None:
        """Wait, until ``deadline`` on the monotonic clock, while requests are ``under_way``.

        What is endless is cut at once and gets a moment to notice; it may be waiting for something
        else than its socket, so it is not waited for any longer.
        """
        sleep(PAUSE_S)
        while under_way() > 0 and time.monotonic() < deadline:
            self.cut_idle()
            sleep(PAUSE_S)
        last_call = min(deadline, time.monotonic() + LAST_CALL_S)
        while len(self) and time.monotonic() < last_call:
            self.cut_idle()
            sleep(PAUSE_S)

    def cut_idle(self) -> None:
        """Shut down every socket on which nothing is being answered; its reader sees the end."""
        for client, busy in list(self._busy.items()):
            if not busy:
                with contextlib.suppress(OSError):
                    client.shutdown(socket.SHUT_RDWR)
