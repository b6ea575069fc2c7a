"""What the workers on green threads have in common: TLS on the port that asks for it, and an end in seconds.

Gunicorn's own end only when every WebSocket has.
"""

import os
import sys
import time
from abc import abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from types import FrameType
from typing import Any

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base_async import AsyncWorker

from app.server import async_mode
from app.server.connections import Connections
from app.server.tls import TlsPort

HANDSHAKE_S = 10
SILENCE_S = 120
"""A client that neither sends nor takes anything for so long is gone; Socket.IO's own pings come sooner."""
PAUSE_S = 0.25
"""How often the worker reports to its parent and looks whether it is to stop."""
UNPATCHED = "the standard library is not patched for %s: requests would run one after the other, so none runs"


class GreenWorker(AsyncWorker):  # type: ignore[misc]
    """Each connection is a green thread; the patching is done in gunicorn.conf.py."""

    mode = ""
    """The library, as Socket.IO calls it."""

    @abstractmethod
    def spawn(self, function: Callable[..., object], *args: Any) -> Any:
        """Start a green thread; what is returned has ``kill()``."""

    @abstractmethod
    def sleep(self, seconds: float) -> None:
        """Let the others run."""

    @abstractmethod
    def limit(self, seconds: float | None, error: bool = False) -> AbstractContextManager[Any]:
        """Ends the block after so many seconds; silently, or with a TimeoutError where one is wanted."""

    @abstractmethod
    def green(self, listener: Any) -> Any:
        """A listener that only this green thread waits for."""

    @abstractmethod
    def crowd(self) -> Callable[..., Any]:
        """Starts green threads, at most as many at once as there may be connections."""

    def init_process(self) -> None:
        """Prepare what the connections need, then start as every worker does; never without patching."""
        if async_mode() != self.mode:
            self.log.error(UNPATCHED, self.mode)
            sys.exit(Arbiter.WORKER_BOOT_ERROR)
        self.connections = Connections()
        self.tls = TlsPort.from_environment(os.environ)
        super().init_process()

    def timeout_ctx(self) -> Any:
        """Bounds the wait for the next request on a connection."""
        return self.limit(self.cfg.keepalive or None)

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """Stop at once; outside of the signal handler, where sleeping is allowed."""
        self.spawn(super().handle_quit, sig, frame)

    def handle_usr1(self, sig: int, frame: FrameType | None) -> None:
        """Open the log files again; outside of the signal handler."""
        self.spawn(super().handle_usr1, sig, frame)

    def handle(self, listener: Any, client: Any, address: Any) -> None:
        """Serve one connection until it ends."""
        try:
            with self.limit(HANDSHAKE_S, error=True):
                client = self.tls.secured(listener, client)
        except OSError as error:
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
        acceptors = [self.spawn(self.accept, self.green(listener)) for listener in self.sockets]
        while self.alive:
            self.tls.keep_fresh()
            self.pause(PAUSE_S)
        for acceptor in acceptors:
            acceptor.kill()
        deadline = time.monotonic() + self.cfg.graceful_timeout
        self.connections.drain(deadline, self.pause, self.connections.answering_count)

    def accept(self, listener: Any) -> None:
        """Give each new connection a green thread."""
        begin = self.crowd()
        while True:
            try:
                client, address = listener.accept()
            except OSError as error:
                self.log.warning("cannot accept a connection: %s", error)
                self.sleep(PAUSE_S)
                continue
            begin(partial(self.handle, listener), client, address)

    def pause(self, seconds: float) -> None:
        """Let the others run; tell the parent that we live, and end when it does not."""
        self.notify()
        if self.ppid != os.getppid():
            self.log.info("Parent changed, shutting down: %s", self)
            self.alive = False
        self.sleep(seconds)
