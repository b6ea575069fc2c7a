"""The name of a request, by which its answer, its error and its lines in the log belong together."""

import re
import secrets

from flask import Flask, Response, g, has_request_context, request

HEADER = "X-Request-ID"
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")


def register_trace(app: Flask) -> None:
    """Name every request and send its name back."""
    app.after_request(_show)


def trace() -> str:
    """The name of this request: the caller's own where it sent one, else a new one."""
    if not has_request_context():
        return secrets.token_hex(8)
    if "trace" not in g:
        given = request.headers.get(HEADER, "")
        g.trace = given if GIVEN.fullmatch(given) else secrets.token_hex(8)
    name: str = g.trace
    return name


def _show(response: Response) -> Response:
    response.headers.setdefault(HEADER, trace())
    return response
