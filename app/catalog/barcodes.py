"""The codes printed on an item: how they are stored, shown and looked up."""

from collections.abc import Iterable

from app.values.text import BadText, clean_line
from app.words import t
from sync.gtin import LENGTHS, check_digit, gtin14, is_digits

BARCODE_LIMIT = 128
"""Characters in one barcode."""

BARCODES_LIMIT = 50
"""Barcodes on one item."""


def stored_barcode(text: str) -> str:
    """The form in which a barcode is kept: a GTIN of any length as 14 digits, anything else as it is.

    Raises BadText when it is empty, too long or holds control characters.
    """
    code = clean_line(text, BARCODE_LIMIT, required=True)
    return gtin14(code.replace(" ", "")) or code


def stored_barcodes(texts: Iterable[str]) -> tuple[str, ...]:
    """All barcodes of one item, each once, in the order given. Raises BadText."""
    return limited(tuple(dict.fromkeys(stored_barcode(text) for text in texts)))


def limited(codes: tuple[str, ...]) -> tuple[str, ...]:
    """The stored barcodes, if one item may have so many. Raises BadText."""
    if len(codes) > BARCODES_LIMIT:
        raise BadText(t("catalog.barcodes_many", limit=BARCODES_LIMIT, count=len(codes)))
    return codes


def shown_barcode(code: str) -> str:
    """How people know it: a GTIN without the zeros that only fill it up to 14 digits."""
    if gtin14(code) != code:
        return code
    digits = code.lstrip("0")
    return digits.zfill(next(length for length in LENGTHS if length >= len(digits)))


def doubt_of(text: str) -> str | None:
    """What looks wrong with a barcode that may still be right; None when nothing does.

    A number of a GTIN's length whose check digit does not fit is mostly a typing mistake, yet some
    warehouses print such numbers themselves.
    """
    digits = text.replace(" ", "")
    if len(digits) not in LENGTHS or not is_digits(digits) or not digits.strip("0"):
        return None
    if gtin14(digits):
        return None
    return t("catalog.check_digit", digits=digits, right=digits[:-1] + check_digit(digits[:-1]))
