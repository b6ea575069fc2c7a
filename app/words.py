"""The words people read: one catalogue for both faces, in ``words/<language>/<area>.json``."""

import functools
import json
import re
from pathlib import Path

from flask import Flask, has_app_context
from flask import current_app as application

FOLDER = Path(__file__).parent / "words"
LANGUAGE = "en"
PLACE = re.compile(r"\{(\w+)\}")


@functools.cache
def catalogue(language: str = LANGUAGE) -> dict[str, str]:
    """Every key of a language with its text. Raises ValueError when two files give one key."""
    texts: dict[str, str] = {}
    for file in sorted((FOLDER / language).glob("*.json")):
        entries = json.loads(file.read_text(encoding="utf-8"))
        if twice := texts.keys() & entries.keys():
            raise ValueError(f"{file.name} repeats {sorted(twice)}")
        texts.update(entries)
    return texts


def t(key: str, **values: object) -> str:
    """The text of a key with its ``{names}`` filled in.

    With ``count``, the key ``<key>.one`` or ``<key>.other`` is taken. A key that is missing shows
    itself rather than breaking a page; in tests it raises LookupError.
    """
    texts = catalogue()
    chosen = key if key in texts or "count" not in values else _counted(key, values["count"])
    if chosen not in texts:
        if not has_app_context() or application.testing:
            raise LookupError(f"no words for {chosen}")
        return chosen
    return PLACE.sub(lambda place: str(values.get(place.group(1), place.group())), texts[chosen])


def register_words(app: Flask) -> None:
    """Offer ``t`` to every template."""
    app.jinja_env.globals["t"] = t


def _counted(key: str, count: object) -> str:
    """English has two forms; another language brings its own rule here."""
    return f"{key}.one" if count == 1 else f"{key}.other"
