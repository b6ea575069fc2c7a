"""Packs: factors and what they make of a capture. The same vectors are read by the TypeScript twin."""

import json
from pathlib import Path
from typing import Any

import pytest

from sync.movement import Move
from sync.pack import Span, base_quantity, factor_at, reckoned, told_otherwise, trade_item_in
from sync.quantity import format_quantity, parse_quantity
from sync.wire_body import read_count, read_move

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "pack.json").read_text(encoding="utf-8"))


def spans_of(written: list[Any]) -> list[Span]:
    return [Span(since, parse_quantity(factor)) for since, factor in written]


def shown(quantity: int | None) -> str | None:
    return None if quantity is None else format_quantity(quantity)


@pytest.mark.parametrize("case", VECTORS["base_quantities"], ids=str)
def test_packs_times_factor(case: dict[str, Any]) -> None:
    found = base_quantity(parse_quantity(case["packs"]), parse_quantity(case["factor"]))
    assert shown(found) == case["quantity"]


@pytest.mark.parametrize("case", VECTORS["factors"], ids=str)
def test_the_factor_that_holds(case: dict[str, Any]) -> None:
    assert shown(factor_at(spans_of(case["spans"]), case["at"])) == case["factor"]


@pytest.mark.parametrize("case", VECTORS["reckoned"], ids=lambda case: case["name"])
def test_a_capture_is_posted(case: dict[str, Any]) -> None:
    moved = read_move({"item": 3, "from": 1, "to": 12, **case["body"]}) if case["quantity"] != "0" else None
    counted = read_count({"item": 3, "location": 12, **case["body"]})
    for body in filter(None, (moved, counted)):
        posted = reckoned(body, spans_of(case["spans"]), case["at"])
        assert format_quantity(posted.quantity) == case["quantity"]
        assert format_quantity(told_otherwise(posted)) == case["otherwise"]


@pytest.mark.parametrize("case", VECTORS["trade_items"], ids=str)
def test_a_case_names_its_content(case: dict[str, Any]) -> None:
    assert trade_item_in(case["gtin"]) == case["item"]


def test_a_body_without_packs_is_left_as_it_is() -> None:
    body = Move(3, "", 1, 12, 5)
    assert reckoned(body, [Span(0, 7)], 1) is body
