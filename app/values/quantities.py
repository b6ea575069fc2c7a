"""Quantities as people write them, 12, 2.5 or 2,5, and as they read them."""

import functools
import re
from decimal import Decimal

from flask import Flask
from markupsafe import Markup

from app.values.sentences import in_words
from app.values.text import BadText
from app.words import house_numbers, language, number, t
from sync.quantity import BadQuantity, format_quantity, parse_quantity
from sync.sentence import said

PLAIN = re.compile(r"\d+(?:\.\d+)?")
COMMA = re.compile(r"\d+,\d+")
THOUSANDS = re.compile(r"\d{1,3},\d{3}")
"""Can be read in two ways: as a thousand and more, or as a little more than one."""


def parsed_quantity(text: str) -> int:
    """A quantity in millionths of the item's unit. Raises BadText."""
    typed = "".join(text.split())
    refuse_two_ways(typed)
    if COMMA.fullmatch(typed):
        typed = typed.replace(",", ".")
    if not PLAIN.fullmatch(typed):
        raise BadText(t("stock.quantity_bad"))
    try:
        return parse_quantity(format(Decimal(typed).normalize(), "f"))
    except BadQuantity as bad:
        raise BadText(in_words(said(bad.key))) from bad


def refuse_two_ways(typed: str) -> None:
    """Raises BadText for digits such as 1,500: a thousand and more, or a little more than one."""
    if THOUSANDS.fullmatch(typed) and not typed.startswith("0,"):
        plain = typed.replace(",", "")
        raise BadText(t("stock.quantity_two_ways", typed=typed, many=plain, few=typed.replace(",", ".")))


def register_quantities(app: Flask) -> None:
    """Offer the filter ``quantity`` to templates."""
    app.jinja_env.filters["quantity"] = quantity


def quantity(millionths: int, unit: str = "") -> Markup:
    """Millionths as people read them: grouped by thousands, the unit smaller beside it."""
    return _quantity(millionths, unit, language(), house_numbers())


@functools.lru_cache(maxsize=4096)
def _quantity(millionths: int, unit: str, _language: str, _numbers: str) -> Markup:
    """The quantity in this language, or with these signs; lists repeat small ones."""
    sign = "\u2212" if millionths < 0 else ""
    written = sign + number(Decimal(format_quantity(abs(millionths))))
    named = Markup(' <span class="unit">%s</span>') % unit if unit else ""
    return Markup('<span class="quantity">%s%s</span>') % (written, named)
