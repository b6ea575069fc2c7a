"""Addresses of many rows of one kind: the way to them is worked out once a list, not once a row."""

from collections.abc import Callable
from typing import Any

from flask import Flask, url_for

PLACE = 987_654_321_987
"""Stands in an address where the number of a row goes."""


def register_row_addresses(app: Flask) -> None:
    """Offer ``row_address`` to templates."""
    app.jinja_env.globals["row_address"] = row_address


def row_address(endpoint: str, name: str) -> Callable[[int], str]:
    """What gives the address of a row by its number, which the endpoint calls ``name``."""
    named: dict[str, Any] = {name: PLACE}
    before, after = url_for(endpoint, **named).split(str(PLACE))
    return lambda number: f"{before}{number}{after}"
