"""G8: the connection breaks in the middle of the download of a base and comes back: what comes once more."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable

from tests.engines.cable import CHUNK, Cable

GONE_S = 1
"""How long the network stays away."""


class Counted(Cable):
    """Counts what comes down, and breaks once where so many bytes have come; 0 for never."""

    def __init__(self, server: str, breaks_at: int = 0) -> None:
        self.down, self.breaks_at = 0, breaks_at
        self.has_broken = threading.Event()
        self.counting = threading.Lock()
        super().__init__(server)

    def carry(self, source: socket.socket, target: socket.socket) -> None:
        """Hand on one direction of a connection."""
        with contextlib.suppress(OSError):
            if source.getpeername() == self.server:
                self.bring(source, target)
        super().carry(source, target)

    def bring(self, server: socket.socket, browser: socket.socket) -> None:
        """Hand on what the server says, as long as it says anything."""
        while content := server.recv(CHUNK):
            with self.counting:
                self.down += len(content)
                breaks = 0 < self.breaks_at <= self.down and not self.has_broken.is_set()
                if breaks:
                    self.has_broken.set()
            if breaks:
                self.breaks_off()
                return
            browser.sendall(content)

    def breaks_off(self) -> None:
        """The network is gone, and comes back by itself."""
        self.pull()
        time.sleep(GONE_S)
        self.plug_in()


def came_again(url: str, whole_bytes: int, begin: Callable[[str], None]) -> int:
    """The bytes by which a beginning that was interrupted half way costs more than one that was not.

    ``begin(url)`` lets a new phone begin at an address. Raises RuntimeError where nothing was interrupted.
    """
    plain = Counted(url)
    begin(plain.url)
    broken = Counted(url, breaks_at=plain.down - whole_bytes // 2)
    begin(broken.url)
    if not broken.has_broken.is_set():
        raise RuntimeError("the download was over before it was interrupted")
    return max(0, broken.down - plain.down)
