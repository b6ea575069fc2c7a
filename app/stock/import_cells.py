"""The cells of a table of stock: quantities as people write them, dates, serial numbers."""

import re
from datetime import date
from decimal import Decimal

from app.imports.rows import exact
from app.text import BadText, clean_line
from app.words import t
from sync.quantity import BadQuantity, parse_quantity

SERIALS_MOST = 500
"""Serials in one row: as many as one operation may name."""
WORD_LIMIT = 64

BETWEEN = re.compile(r"[|;\n\r]+")
"""What may stand between several serials in one cell."""
PLAIN = re.compile(r"\d+(?:\.\d+)?")
COMMA = re.compile(r"\d+,\d+")
THOUSANDS = re.compile(r"\d{1,3},\d{3}")
"""Can be read in two ways: as a thousand and more, or as a little more than one."""
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


def parsed_word(text: str) -> str:
    """The name of a lot. Raises BadText."""
    return clean_line(exact(text), WORD_LIMIT)


def parsed_quantity(text: str) -> int:
    """A quantity in millionths of the item's unit. Raises BadText."""
    typed = "".join(text.split())
    if THOUSANDS.fullmatch(typed) and not typed.startswith("0,"):
        plain = typed.replace(",", "")
        raise BadText(t("stock.quantity_two_ways", typed=typed, many=plain, few=typed.replace(",", ".")))
    if COMMA.fullmatch(typed):
        typed = typed.replace(",", ".")
    if not PLAIN.fullmatch(typed):
        raise BadText(t("stock.quantity_bad"))
    try:
        return parse_quantity(format(Decimal(typed).normalize(), "f"))
    except BadQuantity as bad:
        raise BadText(f"{str(bad)[:1].upper()}{str(bad)[1:]}.") from bad


def parsed_date(text: str) -> str:
    """A date in ISO 8601, also typed as 31.3.2027. Raises BadText."""
    typed = text.strip().removesuffix("T00:00:00")
    if dotted := DOTTED.fullmatch(typed):
        typed = f"{dotted[3]}-{int(dotted[2]):02}-{int(dotted[1]):02}"
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        raise BadText(t("stock.date_bad")) from None
    if len(typed) != 10 or not 2000 <= found.year <= 2199:
        raise BadText(t("stock.date_bad"))
    return typed


def parsed_serials(text: str) -> tuple[str, ...]:
    """Serial numbers, with ``|``, ``;`` or a line break between them. Raises BadText."""
    parts = [clean_line(exact(part), WORD_LIMIT) for part in BETWEEN.split(text)]
    return tuple(part for part in parts if part)
