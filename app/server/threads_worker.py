"""Gunicorn's threaded worker, with TLS on the port that asks for it and an end while WebSockets are open."""

import os
import threading
import time
from functools import partial
from selectors import EVENT_READ
from types import FrameType
from typing import Any

from gunicorn.workers import gthread

from app.server.connections import Connections
from app.server.tls import TlsPort


class Connection(gthread.TConn):  # type: ignore[misc]
    """A connection that may be secured before its first request is read."""

    sock: Any

    def __init__(self, *parts: Any, tls: TlsPort, listener: Any) -> None:
        super().__init__(*parts)
        self.tls = tls
        self.listener = listener

    def init(self) -> None:
        """Runs in the thread of the connection, so a slow handshake holds up nobody else."""
        if not self.initialized:
            self.sock.setblocking(True)
            self.sock = self.tls.secured(self.listener, self.sock)
        super().init()


class ThreadsWorker(gthread.ThreadWorker):  # type: ignore[misc]
    """One operating system thread for each connection that is being served."""

    def init_process(self) -> None:
        """Prepare what the connections need, then start as every worker does."""
        self.connections = Connections()
        self.boarded: set[Any] = set()
        self.stopping = threading.Thread(target=self.drain, daemon=True)
        self.tls = TlsPort.from_environment(os.environ)
        super().init_process()

    def accept(self, listener: Any) -> None:
        """Take one connection; it gets a thread once it says something, however many are silent."""
        try:
            client, address = listener.accept()
        except OSError:
            return
        self.nr_conns += 1
        client.setblocking(True)
        name = listener.getsockname()
        connection = Connection(self.cfg, client, address, name, tls=self.tls, listener=listener)
        connection.set_timeout()
        self.pending_conns.append(connection)
        self.poller.register(client, EVENT_READ, partial(self.on_pending_socket_readable, connection))

    def notify(self) -> None:
        """Report to the parent; renew the certificate where that is due."""
        super().notify()
        self.tls.keep_fresh()

    def handle_request(self, request: Any, connection: Any) -> Any:
        """Serve one request; note which sockets may be cut when the worker stops."""
        request.scheme = self.tls.scheme(connection.sock, request.scheme)
        with self.connections.opened(connection.sock), self.connections.answering(connection.sock, request):
            return super().handle_request(request, connection)

    def enqueue_req(self, connection: Any) -> None:
        """Note that the connection waits for a thread or has one."""
        self.boarded.add(connection)
        super().enqueue_req(connection)

    def handle(self, connection: Any) -> Any:
        """Serve the connection until it is idle or over."""
        try:
            return super().handle(connection)
        finally:
            self.boarded.discard(connection)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop."""
        super().handle_exit(sig, frame)
        if not self.stopping.ident:
            self.stopping.start()

    def run(self) -> None:
        """Serve; gunicorn loses count of connections that were cut, so wait for our own count too."""
        super().run()
        if self.stopping.ident:
            self.stopping.join()

    def drain(self) -> None:
        """Let requests end, cut what would never end, and leave without waiting for its threads."""
        deadline = time.monotonic() + self.cfg.graceful_timeout
        self.connections.drain(deadline, time.sleep, self.under_way)
        self.log.info("Worker exiting (pid: %s)", self.pid)
        os._exit(0)

    def under_way(self) -> int:
        """How many connections have or await a thread for something that ends."""
        return len(self.boarded) - self.connections.endless_count()
