"""Quantities as people write them: 12, 2.5 or 2,5."""

import re
from decimal import Decimal

from app.values.sentences import in_words
from app.values.text import BadText
from app.words import t
from sync.quantity import BadQuantity, parse_quantity
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
