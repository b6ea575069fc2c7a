"""Numbers in addresses: no more digits than every database and every browser counts exactly."""

from flask import Flask
from werkzeug.routing import IntegerConverter


class BoundedInteger(IntegerConverter):
    """``<int:…>`` of at most 15 digits; a longer number names nothing: 404 instead of an overflow."""

    regex = r"\d{1,15}"


def register_numbers(app: Flask) -> None:
    """Read ``<int:…>`` this way; before any view is registered."""
    app.url_map.converters["int"] = BoundedInteger
