"""The phone of the tests, speaking to a running server through the network, and not giving up."""

import http.client
import json
import ssl
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from tests.app.phone import Phone


@dataclass(frozen=True)
class Answer:
    """What came back, as the test client of Flask shows it."""

    status_code: int
    text: str
    headers: Any

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class NoAnswer(Exception):
    """The connection broke, or nobody listens."""


@dataclass
class Wire:
    """Speaks to one address, with one cookie; stands in for the test client of a ``Phone``."""

    url: str
    cookie: str = ""
    context: ssl.SSLContext | None = None
    heard_from: set[str] = field(default_factory=set)
    """The instances that answered, where the proxy says so."""

    def post(self, path: str, **named: Any) -> Answer:
        headers = {**named["headers"], "Content-Type": named["content_type"]}
        return self.send("POST", path, named["data"], headers)

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        return self.send("GET", path, None, headers or {})

    def send(self, method: str, path: str, content: bytes | None, headers: dict[str, str]) -> Answer:
        given = {**headers, **({"Cookie": self.cookie} if self.cookie else {})}
        asked = urllib.request.Request(self.url + path, content, given, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=20, context=self.context) as found:
                answer = Answer(found.status, found.read().decode(), found.headers)
        except urllib.error.HTTPError as error:
            answer = Answer(error.code, error.read().decode(), error.headers)
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(str(error)) from error
        if instance := answer.headers.get("X-Instance"):
            self.heard_from.add(instance)
        return answer


def wire(phone: Phone, url: str, **how: Any) -> Wire:
    """Let an enrolled phone speak to a running server from now on."""
    found = Wire(url, **how)
    phone.client = found  # type: ignore[assignment]
    return found


def deliver(phone: Phone, operations: list[Any], patience_s: float = 60) -> None:
    """Push until every operation has its verdict, as a device does: again after each failure."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        try:
            answer = phone.push(operations)
            if answer.status_code == 200:
                assert len(answer.json["verdicts"]) == len(operations)
                return
            assert answer.status_code in {409, 502, 503, 504}, answer.text
            phone.hello()
        except NoAnswer:
            pass
        time.sleep(0.05)
    raise AssertionError(f"nobody took {len(operations)} operations within {patience_s} s")
