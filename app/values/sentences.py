"""Sentences kept as a key with its values: each reader reads them in their own language."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, case, literal

from app.words import begun, catalogue, found, language, t
from sync.sentence import Sentence

FIELDS = ("item", "code", "lot", "from", "to", "location", "quantity", "serials", "absent", "expires_on")
"""Fields of an operation that people have words for."""


def kept_values(values: Mapping[str, Any]) -> str:
    """Values as a column keeps them: JSON, empty for none."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")) if values else ""


def spoken(prefix: str, key: str, values: str, recorded: str) -> str:
    """A kept sentence as the reader reads it; as it was recorded where it has no key that is known here."""
    if not key or found(language(), f"{prefix}{key}", None) is None:
        return recorded
    return t(f"{prefix}{key}", **named(json.loads(values or "{}")))


def worded(prefix: str, keys: Any) -> ColumnElement[str]:
    """The sentences of a column of keys as they are read now, to be searched, with nothing filled in."""
    known = catalogue(language())
    texts = {
        name.removeprefix(prefix): literal(text) for name, text in known.items() if name.startswith(prefix)
    }
    return case(texts, value=keys, else_="")


def named(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, a field of an operation by the name that people know."""
    name = values.get("field")
    return {**values, "field": t(f"stock.field_{name}")} if name in FIELDS else dict(values)


def in_words(sentence: Sentence) -> str:
    """What stands against an operation, as a whole sentence in the language spoken now."""
    return f"{begun(t(f'stock.said_{sentence.key}', **named(sentence.values)))}."
