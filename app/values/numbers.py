"""Numbers that were sent as text: no more digits than every database and every browser counts exactly."""

from collections.abc import Iterable

from flask import Flask
from werkzeug.routing import IntegerConverter

from sync.protocol import EXACT_MAX

MOST_DIGITS = 15
HIGHEST_ID = 2**31 - 1
"""No id is higher, so nothing is asked of the database beyond it."""
HIGHEST_TIME = EXACT_MAX
"""Milliseconds that every client counts exactly."""


class BoundedInteger(IntegerConverter):
    """``<int:…>`` of at most 15 digits; a longer number names nothing: 404 instead of an overflow."""

    regex = rf"\d{{1,{MOST_DIGITS}}}"


def register_numbers(app: Flask) -> None:
    """Read ``<int:…>`` this way; before any view is registered."""
    app.url_map.converters["int"] = BoundedInteger


def whole_number(text: str) -> int | None:
    """The number that these digits are, for a form or a query; None for anything else, and for too many.

    >>> whole_number("42"), whole_number("9" * 20)
    (42, None)
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def bounded_number(text: str, least: int, most: int) -> int | None:
    """The number that these digits are, where it lies within bounds; None for anything else.

    >>> bounded_number("7", 0, 6), bounded_number("+6", 0, 6), bounded_number("6", 0, 6)
    (None, None, 6)
    """
    found = whole_number(text)
    return found if found is not None and least <= found <= most else None


def whole_numbers(texts: Iterable[str]) -> list[int]:
    """The numbers among texts; what is none is left out."""
    return [number for text in texts if (number := whole_number(text)) is not None]
