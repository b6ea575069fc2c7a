"""A gunicorn worker on gevent's green threads: its own has no second port and waits for WebSockets."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import gevent
from gevent import pool, socket

from app.server.green_worker import GreenWorker


class GeventWorker(GreenWorker):
    """Serves on gevent's hub."""

    mode = "gevent"

    def init_process(self) -> None:
        """Give the new process an event hub of its own."""
        gevent.reinit()
        super().init_process()

    def spawn(self, function: Callable[..., object], *args: Any) -> Any:
        """Start a green thread."""
        return gevent.spawn(function, *args)

    def sleep(self, seconds: float) -> None:
        """Let the others run."""
        gevent.sleep(seconds)

    def limit(self, seconds: float | None, error: bool = False) -> AbstractContextManager[Any]:
        """Ends the block after so many seconds."""
        limit: AbstractContextManager[Any] = gevent.Timeout(seconds, TimeoutError() if error else False)
        return limit

    def green(self, listener: Any) -> Any:
        """The listener, waited for by the hub."""
        return socket.socket(listener.FAMILY, socket.SOCK_STREAM, fileno=listener.sock.detach())

    def crowd(self) -> Callable[..., Any]:
        """Starts green threads, up to a number."""
        begin: Callable[..., Any] = pool.Pool(self.worker_connections).spawn
        return begin
