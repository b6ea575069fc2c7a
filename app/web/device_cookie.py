"""A cookie by which a proxy sends each browser and phone to the same instance every time.

It says nothing of anybody: a random text that is made for whoever comes without one.
"""

import re
import secrets

from flask import Flask, Response, request

NAME = "tallyman_device"
GIVEN = re.compile(r"[0-9a-f]{16}")
KEPT_S = 400 * 24 * 3600
"""The longest that browsers keep a cookie."""


def register_device_cookie(app: Flask) -> None:
    """Give one to whoever comes without."""
    app.after_request(give)


def give(response: Response) -> Response:
    """Set the cookie where it is missing; refusals, and what is the same for everybody, carry none."""
    is_kept = response.cache_control.public or response.cache_control.immutable
    is_shared = is_kept or request.blueprint == "pwa"
    if is_shared or response.status_code >= 300 or GIVEN.fullmatch(request.cookies.get(NAME, "")):
        return response
    safety = {"secure": request.is_secure, "httponly": True, "samesite": "Lax"}
    response.set_cookie(NAME, secrets.token_hex(8), max_age=KEPT_S, path="/", **safety)  # type: ignore[arg-type]
    return response
