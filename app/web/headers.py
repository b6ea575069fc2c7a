"""What every answer tells the browser about safety, whoever made the answer."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "script-src 'self' 'wasm-unsafe-eval'",
        "worker-src 'self' blob:",
        "connect-src 'self' ws: wss:",
        "form-action 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
FOR_EVER = "max-age=31536000, immutable"
"""Of what never changes under its name; before it stands whether proxies may keep it too."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}

Environment = dict[str, Any]
Wsgi = Callable[[Environment, Callable[..., Any]], Iterable[bytes]]


def behind_proxies(app: Flask) -> Wsgi:
    """The application, which believes as many proxies as stand before it about who is asking."""
    count: int = app.config["TALLYMAN"].proxies
    return ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count) if count else app.wsgi_app


class SafeHeaders:
    """Adds the headers around the whole application, Socket.IO included, where they are not set already."""

    def __init__(self, application: Wsgi) -> None:
        self.application = application

    def __call__(self, environ: Environment, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            present = {name.lower() for name, _value in headers}
            missing = [item for item in HEADERS.items() if item[0].lower() not in present]
            return start_response(status, [*headers, *missing], *error)

        return self.application(environ, start)
