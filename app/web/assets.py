"""Where the built front end's files are: the build's manifest, read when it changes."""

import functools
import json
from pathlib import Path
from typing import Any

from flask import Flask

BASE = "/static/pwa/dist/"
DIST = Path(__file__).parents[1] / "static" / "pwa" / "dist"
MANIFEST = DIST / ".vite" / "manifest.json"


def register_assets(app: Flask) -> None:
    """Offer ``asset('src/office/main.ts')`` and ``styles('src/office/main.ts')`` to templates."""
    app.jinja_env.globals.update(asset=asset, styles=styles)


def asset(source: str) -> str:
    """The address of a built file by its source; of the source itself while nothing is built."""
    entry = _manifest().get(source)
    return BASE + (entry["file"] if entry else source)


def styles(source: str) -> list[str]:
    """The addresses of the style sheets that an entry and what it imports bring along, in order."""
    manifest = _manifest()
    files: dict[str, None] = {}
    _collect(manifest, source, files, set())
    return [BASE + file for file in files]


def _collect(manifest: dict[str, Any], source: str, files: dict[str, None], seen: set[str]) -> None:
    if source in seen or source not in manifest:
        return
    seen.add(source)
    for imported in manifest[source].get("imports", ()):
        _collect(manifest, imported, files, seen)
    files.update(dict.fromkeys(manifest[source].get("css", ())))


def _manifest() -> dict[str, Any]:
    try:
        return _read_manifest(MANIFEST.stat().st_mtime_ns)
    except FileNotFoundError:
        return {}


@functools.lru_cache(maxsize=1)
def _read_manifest(_changed_at: int) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return manifest
