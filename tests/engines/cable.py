"""The cable between a browser and the server: pulled out, every connection is dead and none can be made."""

import contextlib
import socket
import threading
from urllib.parse import urlsplit

CHUNK = 65_536


class Cable:
    """Listens on a port of its own and hands all on to the server and back, while plugged in."""

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        self.server = (parts.hostname or "127.0.0.1", parts.port or 80)
        self.plugs: set[socket.socket] = set()
        self.is_pulled = False
        self.socket = self.listening(0)
        self.port = self.socket.getsockname()[1]

    @property
    def url(self) -> str:
        """The server's address at this end."""
        return f"http://127.0.0.1:{self.port}"

    def listening(self, port: int) -> socket.socket:
        """Take connections on the port from now on."""
        socket_ = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self.accept, args=(socket_,), daemon=True).start()
        return socket_

    def accept(self, socket_: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                self.connect(socket_.accept()[0])

    def connect(self, near: socket.socket) -> None:
        far = socket.create_connection(self.server)
        self.plugs |= {near, far}
        if self.is_pulled:
            self.pull()
        for source, target in ((near, far), (far, near)):
            threading.Thread(target=self.carry, args=(source, target), daemon=True).start()

    def carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while content := source.recv(CHUNK):
                target.sendall(content)
        for end in (source, target):
            self.plugs.discard(end)
            break_off(end)

    def pull(self) -> None:
        """Cut the network, for what is being connected this very moment as well."""
        self.is_pulled = True
        for end in (self.socket, *tuple(self.plugs)):
            break_off(end)

    def plug_in(self) -> None:
        """Bring the network back, at the same address."""
        self.is_pulled = False
        self.socket = self.listening(self.port)


def break_off(end: socket.socket) -> None:
    """Wake whoever reads from it, and close it."""
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
