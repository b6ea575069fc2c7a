"""Quantities: decimal strings on the wire, whole millionths of the base unit in code and tables."""

from decimal import Decimal, InvalidOperation

from sync.sentence import said

SCALE = 1_000_000
"""Millionths in one base unit."""

MAXIMUM = 1_000_000_000 * SCALE
"""The largest quantity one operation may name: a thousand million base units."""

DECIMALS = 6


class BadQuantity(ValueError):
    """The text is no quantity; the message says why, in English words for a person, the key in any other."""

    def __init__(self, key: str) -> None:
        super().__init__(str(said(key)))
        self.key = key


def parse_quantity(text: object) -> int:
    """Turn a decimal string such as ``"2.5"`` into millionths of the base unit.

    Raises BadQuantity for anything but a finite plain decimal of at most six places and at most
    ``MAXIMUM``. Negative values parse: whether they are allowed is the caller's rule.
    """
    if not isinstance(text, str) or not text or len(text) > 24 or not text.isascii():
        raise BadQuantity("quantity_text")
    if not set(text) <= set("0123456789.-"):
        raise BadQuantity("quantity_digits")
    try:
        scaled = Decimal(text).scaleb(DECIMALS)
    except InvalidOperation as error:
        raise BadQuantity("quantity_text") from error
    if scaled != scaled.to_integral_value():
        raise BadQuantity("quantity_decimals")
    if abs(scaled) > MAXIMUM:
        raise BadQuantity("quantity_large")
    return int(scaled)


def format_quantity(millionths: int) -> str:
    """Turn millionths into the shortest plain decimal string: 2500000 becomes ``"2.5"``."""
    whole, fraction = divmod(abs(millionths), SCALE)
    sign = "-" if millionths < 0 else ""
    digits = f"{fraction:06d}".rstrip("0")
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"
