"""A gunicorn worker on eventlet's green threads. Gunicorn had one until 26.0."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import eventlet
from eventlet import hubs, wsgi
from eventlet.greenio import GreenSocket

from app.server.green_worker import GreenWorker


class EventletWorker(GreenWorker):
    """Serves on eventlet's hub."""

    mode = "eventlet"

    def init_process(self) -> None:
        """Give the new process an event hub of its own."""
        hubs.use_hub()
        super().init_process()

    def is_already_handled(self, answer: object) -> bool:
        """End the connection once a WebSocket on it is over."""
        if getattr(wsgi.WSGI_LOCAL, "already_handled", False):
            raise StopIteration
        return bool(super().is_already_handled(answer))

    def spawn(self, function: Callable[..., object], *args: Any) -> Any:
        """Start a green thread."""
        return eventlet.spawn(function, *args)

    def sleep(self, seconds: float) -> None:
        """Let the others run."""
        eventlet.sleep(seconds)

    def limit(self, seconds: float | None, error: bool = False) -> AbstractContextManager[Any]:
        """Ends the block after so many seconds."""
        limit: AbstractContextManager[Any] = eventlet.Timeout(seconds, TimeoutError() if error else False)
        return limit

    def green(self, listener: Any) -> Any:
        """The listener, waited for by the hub."""
        return GreenSocket(listener)

    def crowd(self) -> Callable[..., Any]:
        """Starts green threads, up to a number."""
        begin: Callable[..., Any] = eventlet.GreenPool(self.worker_connections).spawn
        return begin
