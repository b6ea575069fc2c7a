"""Numbers that were sent as text: no more digits than every database and every browser counts exactly."""

from collections.abc import Iterable

from flask import Flask
from werkzeug.routing import IntegerConverter

MOST_DIGITS = 15


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


def whole_numbers(texts: Iterable[str]) -> list[int]:
    """The numbers among texts; what is none is left out."""
    return [number for text in texts if (number := whole_number(text)) is not None]
