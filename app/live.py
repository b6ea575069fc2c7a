"""Door: Socket.IO. Each process tails the feed and tells its own sockets; nothing is ever taken in."""

import logging
import threading
from collections import OrderedDict

from flask import Flask, request
from flask_socketio import ConnectionRefusedError as ConnectionRefused
from flask_socketio import SocketIO, emit, join_room

from app.clock import now_ms
from app.database import feed_moved, reading
from app.exchange.hints import audience, hints, notices
from app.exchange.pull import Standing, standing
from app.exchange.rights import Holder, holder_of, strangers
from app.server import async_mode
from app.stock.feed.row_shapes import Row

EXTENSION = "tallyman.live"
LOOK_S = 0.2
"""How often the feed is looked at when nobody in this process says that it moved."""

COALESCE_S = 0.1
"""Between two hints: a burst of pushes is one hint."""

GUARD_MS = 2_000
"""How often the right of each socket to stay is looked at, beside whenever the feed moved."""

REMEMBERED = 10_000
LARGEST_MESSAGE_BYTES = 8 * 1024
"""A client sends nothing but its credential."""

log = logging.getLogger(__name__)


class Live:
    """The sockets of this process, and the one task that tells them when the feed moved."""

    def __init__(self, app: Flask, socketio: SocketIO) -> None:
        self.app = app
        self.socketio = socketio
        self.holders: dict[str, Holder] = {}
        self.last = Standing("", 0, 0, 0)
        self.told: OrderedDict[int, None] = OrderedDict()
        self.guarded_at = 0
        self.tailing = False
        self.lock = threading.Lock()

    def connected(self, auth: object = None) -> None:
        """A socket asks to be let in: by its session's cookie, or by a device's credential."""
        credential = auth.get("credential") if isinstance(auth, dict) else None
        holder = holder_of(credential)
        if holder is None:
            raise ConnectionRefused("token_expired" if credential else "sign_in_required")
        self.enter(socket_id(), holder)

    def disconnected(self, _reason: object = None) -> None:
        """A socket closed."""
        self.holders.pop(socket_id(), None)

    def enter(self, socket: str, holder: Holder) -> None:
        """Let a socket listen and tell it where the feed stands; the first one starts the task.

        It listens before the feed is read: what moves in between reaches it as a hint.
        """
        self.holders[socket] = holder
        join_room(holder.hall)
        with reading() as connection:
            now = standing(connection)
        emit("hint", {"sid": now.sid, "head": now.head})
        with self.lock:
            if not self.tailing:
                self.tailing, self.last = True, now
                self.socketio.start_background_task(self.tail)

    def tail(self) -> None:
        """Follow the feed while anyone listens."""
        seen = feed_moved.count
        while self.is_wanted():
            if self.look_safely():
                self.socketio.sleep(COALESCE_S)
            else:
                seen = feed_moved.wait(seen, LOOK_S)

    def is_wanted(self) -> bool:
        """Whether anyone still listens; after nobody did, the next one to come starts a new task."""
        with self.lock:
            self.tailing = bool(self.holders)
            return self.tailing

    def look_safely(self) -> bool:
        """Look at the feed; a database that cannot be read now is looked at again."""
        try:
            with self.app.app_context():
                return self.look()
        except Exception:
            log.exception("cannot look at the feed")
            return False

    def look(self) -> bool:
        """Tell the sockets what happened since the last look, and cut those that may not stay."""
        halls = {holder.hall: holder.sites for holder in [*self.holders.values()]}
        with reading() as connection:
            now, last = standing(connection), self.last
            moved = (now.sid, now.head) != (last.sid, last.head)
            told = hints(connection, last, now) if moved else {}
            firm = self.news(notices(connection, last, now)) if moved else []
            heard = [(row, audience(connection, halls, row)) for row in firm]
            gone = strangers(connection, dict(self.holders)) if moved or self.is_guard_due() else []
        self.last = now
        for socket in gone:
            self.cut(socket)
        for hall in halls if moved else ():
            hint = told.get(hall, {"sid": now.sid, "head": now.head})
            self.socketio.emit("hint", hint, to=hall)
        for row, rooms in heard:
            for hall in rooms:
                self.socketio.emit("discrepancy", {"id": row[0], "kind": row[1]}, to=hall)
        return moved

    def is_guard_due(self) -> bool:
        """Whether rights were last looked at long ago."""
        due = now_ms() - self.guarded_at >= GUARD_MS
        self.guarded_at = now_ms() if due else self.guarded_at
        return due

    def cut(self, socket: str) -> None:
        """Close a socket whose right has ended."""
        self.holders.pop(socket, None)
        self.socketio.server.disconnect(socket)

    def news(self, firm: list[Row]) -> list[Row]:
        """Those discrepancies that nobody was told of yet: each is told once."""
        fresh = [row for row in firm if row[0] not in self.told]
        self.told.update(dict.fromkeys(row[0] for row in fresh))
        while len(self.told) > REMEMBERED:
            self.told.popitem(last=False)
        return fresh


def socket_id() -> str:
    """The id of the socket that is being handled."""
    return str(request.sid)  # type: ignore[attr-defined]


def register_live(app: Flask) -> None:
    """Open the door; who asks without a session or a credential is refused."""
    socketio = SocketIO(
        app,
        async_mode=async_mode(),
        manage_session=False,
        serve_client=False,
        max_http_buffer_size=LARGEST_MESSAGE_BYTES,
    )
    live = app.extensions[EXTENSION] = Live(app, socketio)
    socketio.on_event("connect", live.connected)
    socketio.on_event("disconnect", live.disconnected)
