"""The sockets through the real server, in each way it can run."""

import http.cookiejar
import json
import queue
import urllib.request
import uuid
from typing import Any

import pytest
import socketio
from flask import Flask

from app.config import Settings
from app.database import database
from tests.app.visitor import PASSWORD, email_of
from tests.serving import Served, serving

PATIENCE_S = 60


class Browser:
    """A browser at the real server: cookies, the session's token, and one socket."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.token = ""
        self.heard: queue.Queue[dict[str, Any]] = queue.Queue()
        self.socket = socketio.Client(reconnection=False)
        self.socket.on("hint", self.heard.put)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Content-Type": "application/json", "X-CSRF-Token": self.token}
        content = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(self.served.url + path, content, headers, method=method)
        with self.opener.open(asked, timeout=PATIENCE_S) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def sign_in(self, role: str) -> None:
        answer = self.ask("POST", "/api/session", {"email": email_of(role), "password": PASSWORD})
        self.token = answer["csrf_token"]

    def listen(self, transport: str, **auth: str) -> None:
        cookie = "; ".join(f"{one.name}={one.value}" for one in self.cookies)
        self.socket.connect(
            self.served.url,
            headers={"Cookie": cookie} if cookie else {},
            auth=auth or None,
            transports=[transport],
            wait_timeout=PATIENCE_S,
        )

    def hint(self, least: int) -> dict[str, Any]:
        """The next hint that stands at ``least`` or beyond."""
        while True:
            heard = self.heard.get(timeout=PATIENCE_S)
            if heard["head"] >= least:
                return heard


@pytest.mark.parametrize("mode", ["eventlet", "threads", "gevent"])
def test_a_change_reaches_every_socket_of_a_real_server(
    app: Flask, settings: Settings, staff: dict[str, int], mode: str
) -> None:
    with app.app_context():
        database.engine.dispose()
    told = {"SERVER_MODE": mode, "DATABASE_URL": settings.database_url}
    with serving(settings.home, "wsgi:app", **told) as served:
        office, stranger = Browser(served), Browser(served)
        with pytest.raises(socketio.exceptions.ConnectionError):
            stranger.listen("websocket")
        office.sign_in("manager")
        device = str(uuid.uuid4())
        given = office.ask("POST", "/api/devices", {"device": device, "name": "p"})
        office.listen("websocket")
        phone = Browser(served)
        phone.listen("polling", credential=given["credential"])
        before = max(office.hint(0)["head"], phone.hint(0)["head"])
        other = str(uuid.uuid4())
        office.ask("POST", "/api/devices", {"device": other, "name": "q"})
        told = office.hint(before + 1)
        assert other in {row[0] for row in told["delta"]["changes"]["device"]}
        assert phone.hint(before + 1)["delta"]["changes"] == {}
        office.ask("POST", f"/api/devices/{device}/revocation")
        phone.socket.wait()
        assert not phone.socket.connected
        office.socket.disconnect()
