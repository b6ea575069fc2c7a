"""Door to the floor app: its shell, its manifest, its service worker, and the built files themselves."""

import hashlib
import posixpath
from typing import Any

import msgspec
from flask import Blueprint, Flask, Response, abort, render_template, request, send_from_directory, url_for

from app.web.assets import DIST
from app.web.headers import FOR_EVER
from app.words import language, speaking, t

pwa = Blueprint("pwa", __name__)

SERVED = ("icons/", "pwa/dist/assets/")
"""What the static folder shows to browsers; sources and their packages stay inside."""
HOUR = "public, max-age=3600"
SHELL_MARK = "__SHELL__"
THEME = "#0d1f16"
SCREENSHOTS = (("screen-home.png", "390x844", "narrow"), ("screen-receive.png", "820x1180", "wide"))
"""Pictures of the app: file, size, and the kind of device they show."""

SHORTCUTS = ("receive", "move", "pick", "count", "look-up")
ICONS = (
    ("tallyman-192.png", "192x192", "any"),
    ("tallyman-512.png", "512x512", "any"),
    ("maskable-192.png", "192x192", "maskable"),
    ("maskable-512.png", "512x512", "maskable"),
)


def register_pwa(app: Flask) -> None:
    """Serve the floor app, and of the static folder only what browsers are meant to have."""
    app.register_blueprint(pwa)
    app.add_url_rule("/static/<path:filename>", "static", static_file)


def static_file(filename: str) -> Response:
    """A built file or an icon; built files carry a hash of their content in their name and never change."""
    if not filename.startswith(SERVED) or posixpath.normpath(filename) != filename:
        abort(404)
    response = send_from_directory("static", filename)
    response.headers["Cache-Control"] = f"public, {FOR_EVER}" if filename.startswith("pwa/dist/") else HOUR
    return response


@pwa.get("/floor")
@pwa.get("/floor/<path:screen>")
def shell(screen: str = "") -> Response:  # noqa: ARG001 - the app itself reads the address
    """The page in which the floor app runs: the same for everyone, so that a device can keep it."""
    page = shell_page()
    response = Response(page, mimetype="text/html")
    response.headers["X-Shell"] = version_of(page)
    return unless_known(response)


@pwa.get("/sw.js")
def service_worker() -> Response:
    """The service worker, at the root so that it may serve the whole site; it names its shell."""
    script = DIST / "service-worker.js"
    if not script.exists():
        abort(404)
    text = script.read_text(encoding="utf-8").replace(SHELL_MARK, version_of(shell_page()))
    return unless_known(Response(text, mimetype="text/javascript"))


@pwa.get("/manifest.webmanifest")
def manifest() -> Response:
    """What a phone needs to install the app."""
    content = msgspec.json.encode(manifest_content())
    return unless_known(Response(content, mimetype="application/manifest+json"))


def manifest_content() -> dict[str, Any]:
    """The manifest's members (https://www.w3.org/TR/appmanifest/)."""
    return {
        "id": "/floor",
        "name": t("sync.app_name"),
        "short_name": t("sync.app_short_name"),
        "description": t("sync.app_description"),
        "lang": language(),
        "start_url": "/floor",
        "scope": "/",
        "display": "standalone",
        "orientation": "any",
        "background_color": THEME,
        "theme_color": THEME,
        "categories": ["business", "productivity"],
        "icons": [icon(*each) for each in ICONS],
        "shortcuts": [shortcut(name) for name in SHORTCUTS],
        "screenshots": [screenshot(*each) for each in SCREENSHOTS],
    }


def icon(file: str, sizes: str, purpose: str) -> dict[str, str]:
    """One icon of the manifest."""
    address = url_for("static", filename=f"icons/{file}")
    return {"src": address, "sizes": sizes, "type": "image/png", "purpose": purpose}


def screenshot(file: str, sizes: str, form: str) -> dict[str, str]:
    """One picture that a browser shows before it installs the app."""
    address = url_for("static", filename=f"icons/{file}")
    words = t("sync.screenshot_" + file.removesuffix(".png").replace("-", "_"))
    return {"src": address, "sizes": sizes, "type": "image/png", "form_factor": form, "label": words}


def shortcut(name: str) -> dict[str, Any]:
    """One entry of the menu that a long press on the app's icon opens."""
    words = t(f"sync.shortcut_{name.replace('-', '_')}")
    return {"name": words, "url": f"/floor/{name}", "icons": [icon("tallyman-192.png", "192x192", "any")]}


def shell_page() -> str:
    """The shell as every device gets it."""
    with speaking(None):
        return render_template("floor.html", theme_color=THEME)


def version_of(text: str) -> str:
    """Twelve digits that change with the text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def unless_known(response: Response) -> Response:
    """Have browsers ask each time, and answer 304 while nothing changed."""
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
