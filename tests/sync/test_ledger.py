"""The law, case by case: facts in, the book out. The same cases are read by the TypeScript twin."""

import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sync.ledger import Surroundings, replay
from sync.movement import Body, Count, ItemFacts, Move, Operation, Reverse
from sync.quantity import format_quantity, parse_quantity
from sync.wire_body import READERS
from tests.sync.memory import MemoryBook

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "ledger.json").read_text())
ITEMS = {int(item): ItemFacts(**facts) for item, facts in VECTORS["items"].items()}
CASES = {case["name"]: case for case in VECTORS["cases"]}


def fact_of(written: dict[str, Any]) -> Operation:
    body = written["body"]
    return Operation(
        written["id"],
        written["device"],
        written["epoch"],
        written["seq"],
        written["at"],
        written["uncertainty_ms"],
        Reverse(body["target"]) if written["kind"] == "reverse" else as_posted(written),
        written.get("permitted", True),
    )


def as_posted(written: dict[str, Any]) -> Body:
    """The body; ``posted`` is its quantity where the factor of its packs was another than the device's."""
    body = READERS[written["kind"]](written["body"])
    if "posted" not in written:
        return body
    assert isinstance(body, Move | Count)
    return replace(body, quantity=parse_quantity(written["posted"]))


def surroundings(case: dict[str, Any]) -> Surroundings:
    return Surroundings(ITEMS, frozenset((item, lot) for item, lot in case.get("entered", ())))


def told(state: Any, on_hand: Any) -> dict[str, Any]:
    """The state in the form of the cases."""
    return {
        "on_hand": sorted([*cell, format_quantity(quantity)] for cell, quantity in on_hand.items()),
        "adjustments": {name: format_quantity(quantity) for name, quantity in state.adjustments.items()},
        "homes": sorted([*serial, *home] for serial, home in state.homes.items()),
        "open": sorted([*name, format_quantity(found.quantity)] for name, found in state.open.items()),
    }


def expected(case: dict[str, Any]) -> dict[str, Any]:
    sorts = ("on_hand", "homes", "open")
    return {"adjustments": case["adjustments"], **{name: sorted(case[name]) for name in sorts}}


@pytest.mark.parametrize("name", CASES)
def test_replay_gives(name: str) -> None:
    case = CASES[name]
    state = replay(map(fact_of, case["facts"]), surroundings(case))
    assert told(state, state.on_hand()) == expected(case)


@pytest.mark.parametrize("name", CASES)
def test_settling_one_by_one_in_every_order_gives(name: str) -> None:
    case = CASES[name]
    facts = [fact_of(written) for written in case["facts"]]
    for order in itertools.islice(itertools.permutations(facts), 120):
        book = MemoryBook(surroundings(case), {10, 11, 12})
        for fact in order:
            book.push([fact])
        assert told(book.state(), book.on_hand()) == expected(case)


def test_every_kind_of_discrepancy_has_a_case() -> None:
    from sync.discrepancy import BY_PEOPLE, KINDS

    assert {kind for case in CASES.values() for kind, *_ in case["open"]} == set(KINDS) - set(BY_PEOPLE)
