"""Packs: what a capture in cases makes of base units, by the factor that held when it happened."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from sync.gtin import check_digit, gtin14
from sync.movement import Count, Move
from sync.quantity import MAXIMUM, SCALE

CASE_INDICATORS = "12345678"
"""First digits of the GTIN-14 of a case of fixed contents (GS1 General Specifications 2.1.6)."""


class Span(NamedTuple):
    """From a time on, in milliseconds, a pack holds so many millionths of the base unit."""

    since: int
    factor: int


def base_quantity(packs: int, factor: int) -> int | None:
    """So many packs in the base unit; all in millionths. None where it is not exact, or too much."""
    whole, rest = divmod(packs * factor, SCALE)
    return None if rest or whole > MAXIMUM else whole


def factor_at(spans: Sequence[Span], at: int) -> int | None:
    """The factor that held at a time; before the first span its factor. None where there is no span."""
    ordered = sorted(spans)
    held = [span.factor for span in ordered if span.since <= at]
    return held[-1] if held else ordered[0].factor if ordered else None


def reckoned(body: Move | Count, spans: Sequence[Span], at: int) -> Move | Count:
    """The body as it is posted: its packs by the factor that held at its time.

    As the device reckoned it where the pack is not known, where serials were read, which are a number
    of their own, and where the other factor gives no exact quantity.
    """
    factor = factor_at(spans, at)
    if body.packed is None or body.serials or factor is None:
        return body
    quantity = base_quantity(body.packed.quantity, factor)
    return body if quantity is None else replace(body, quantity=quantity)


def told_otherwise(body: Move | Count) -> int:
    """By how much more was posted than the device reckoned, in millionths; zero where both agree."""
    if body.packed is None or body.serials:
        return 0
    return body.quantity - (base_quantity(body.packed.quantity, body.packed.factor) or 0)


def trade_item_in(gtin: str) -> str | None:
    """The GTIN of the trade item whose case bears this GTIN-14, both in 14 digits; None for no case's.

    The indicator digit makes a case's number of its content's; the check digit follows anew.
    """
    if gtin14(gtin) != gtin or gtin[0] not in CASE_INDICATORS:
        return None
    body = "0" + gtin[1:13]
    return body + check_digit(body)
