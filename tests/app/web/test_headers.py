"""Every answer, whatever it is, carries the headers of safety and the name of its request."""

from collections.abc import Callable

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from app.web.headers import HEADERS, SafeHeaders
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]
ASKED_FOR = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
"""What docs/security.md promises."""


@pytest.mark.parametrize(
    "path", ["/sign-in", "/healthz", "/api/nothing", "/nothing", "/api/session", "/static/nothing.js"]
)
def test_every_answer_carries_them(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert HEADERS.items() >= ASKED_FOR.items()
    for name, value in HEADERS.items():
        assert answer.headers.getlist(name) == [value]


def test_what_nobody_said_may_be_kept_is_kept_nowhere(client: FlaskClient, signed_in: Enter) -> None:
    browser = signed_in("administrator")
    for path in ("/", "/account", "/people", "/api/session", "/api/users", "/nothing", "/api/nothing"):
        assert browser.get(path).headers.getlist("Cache-Control") == ["no-store"], path
    with client.get("/static/icons/tallyman-192.png") as icon:
        assert icon.headers.getlist("Cache-Control") == ["public, max-age=3600"]


def test_nothing_may_run_that_is_not_ours_and_nobody_may_frame_us() -> None:
    policy = dict(part.split(" ", 1) for part in HEADERS["Content-Security-Policy"].split("; "))
    assert policy["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert policy["default-src"] == "'self'"
    for closed in ("frame-ancestors", "object-src", "base-uri"):
        assert policy[closed] == "'none'", closed
    assert policy["form-action"] == "'self'"
    assert "style-src" not in policy
    assert "camera=(self)" in HEADERS["Permissions-Policy"]


def test_a_view_may_be_stricter() -> None:
    app = Flask(__name__)
    app.wsgi_app = SafeHeaders(app.wsgi_app)  # type: ignore[method-assign]
    strict = "default-src 'none'"

    @app.get("/strict")
    def show() -> Response:
        return Response("", headers={"Content-Security-Policy": strict})

    assert app.test_client().get("/strict").headers.getlist("Content-Security-Policy") == [strict]
