"""A gunicorn worker on eventlet's green threads, with TLS on the port that asks for it.

Gunicorn had such a worker until 26.0; this one also ends in seconds while WebSockets are open.
"""

import os
import time
from functools import partial
from types import FrameType
from typing import Any

import eventlet
from eventlet import hubs, wsgi
from eventlet.greenio import GreenSocket
from gunicorn.workers.base_async import AsyncWorker

from app.server.connections import Connections
from app.server.tls import TlsPort

HANDSHAKE_S = 10
SILENCE_S = 120
"""A client that neither sends nor takes anything for so long is gone; Socket.IO's own pings come sooner."""
PAUSE_S = 0.25
"""How often the worker reports to its parent and looks whether it is to stop."""


class EventletWorker(AsyncWorker):  # type: ignore[misc]
    """Each connection is a green thread; the patching is done in gunicorn.conf.py."""

    def init_process(self) -> None:
        """Give the new process an event hub of its own, then start as every worker does."""
        hubs.use_hub()
        self.connections = Connections()
        self.tls = TlsPort.from_environment(os.environ)
        super().init_process()

    def is_already_handled(self, answer: object) -> bool:
        """End the connection once a WebSocket on it is over."""
        if getattr(wsgi.WSGI_LOCAL, "already_handled", False):
            raise StopIteration
        return bool(super().is_already_handled(answer))

    def timeout_ctx(self) -> Any:
        """Bounds the wait for the next request on a connection."""
        return eventlet.Timeout(self.cfg.keepalive or None, False)

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """Stop at once; outside of the signal handler, where sleeping is allowed."""
        eventlet.spawn(super().handle_quit, sig, frame)

    def handle_usr1(self, sig: int, frame: FrameType | None) -> None:
        """Open the log files again; outside of the signal handler."""
        eventlet.spawn(super().handle_usr1, sig, frame)

    def handle(self, listener: Any, client: Any, address: Any) -> None:
        """Serve one connection until it ends."""
        try:
            with eventlet.Timeout(HANDSHAKE_S):
                client = self.tls.secured(listener, client)
        except (OSError, eventlet.Timeout) as error:
            self.log.debug("no TLS with %s: %s", address, error)
            client.close()
            return
        client.settimeout(SILENCE_S)
        with self.connections.opened(client):
            super().handle(listener, client, address)

    def handle_request(self, listener_name: Any, request: Any, client: Any, address: Any) -> Any:
        """Serve one request, protected from being cut off when the worker stops."""
        request.scheme = self.tls.scheme(client, request.scheme)
        with self.connections.answering(client, request):
            return super().handle_request(listener_name, request, client, address)

    def run(self) -> None:
        """Accept until told to stop; then let requests end, and cut what would never end."""
        acceptors = [eventlet.spawn(self.accept, GreenSocket(listener)) for listener in self.sockets]
        while self.alive:
            self.tls.keep_fresh()
            self.pause(PAUSE_S)
        for acceptor in acceptors:
            acceptor.kill()
        deadline = time.monotonic() + self.cfg.graceful_timeout
        self.connections.drain(deadline, self.pause, self.connections.answering_count)

    def accept(self, listener: Any) -> None:
        """Give each new connection a green thread."""
        pool = eventlet.GreenPool(self.worker_connections)
        while True:
            try:
                client, address = listener.accept()
            except OSError as error:
                self.log.warning("cannot accept a connection: %s", error)
                eventlet.sleep(PAUSE_S)
                continue
            pool.spawn(partial(self.handle, listener), client, address)

    def pause(self, seconds: float) -> None:
        """Let the others run; tell the parent that we live, and end when it does not."""
        self.notify()
        if self.ppid != os.getppid():
            self.log.info("Parent changed, shutting down: %s", self)
            self.alive = False
        eventlet.sleep(seconds)
