"""Quantities: decimal strings on the wire, whole millionths of the base unit in code and tables."""

from decimal import Decimal, InvalidOperation

SCALE = 1_000_000
"""Millionths in one base unit."""

MAXIMUM = 1_000_000_000 * SCALE
"""The largest quantity one operation may name: a thousand million base units."""

DECIMALS = 6


class BadQuantity(ValueError):
    """The text is no quantity; the message says why, in words for a person."""


def parse_quantity(text: object) -> int:
    """Turn a decimal string such as ``"2.5"`` into millionths of the base unit.

    Raises BadQuantity for anything but a finite plain decimal of at most six places and at most
    ``MAXIMUM``. Negative values parse: whether they are allowed is the caller's rule.
    """
    if not isinstance(text, str) or not text or len(text) > 24 or not text.isascii():
        raise BadQuantity("a quantity is a decimal number written as text")
    if not set(text) <= set("0123456789.-"):
        raise BadQuantity("a quantity holds digits and at most one decimal point")
    try:
        scaled = Decimal(text).scaleb(DECIMALS)
    except InvalidOperation as error:
        raise BadQuantity("a quantity is a decimal number written as text") from error
    if scaled != scaled.to_integral_value():
        raise BadQuantity("a quantity has at most six decimal places")
    if abs(scaled) > MAXIMUM:
        raise BadQuantity("a quantity is at most 1000000000")
    return int(scaled)


def format_quantity(millionths: int) -> str:
    """Turn millionths into the shortest plain decimal string: 2500000 becomes ``"2.5"``."""
    whole, fraction = divmod(abs(millionths), SCALE)
    sign = "-" if millionths < 0 else ""
    digits = f"{fraction:06d}".rstrip("0")
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"
