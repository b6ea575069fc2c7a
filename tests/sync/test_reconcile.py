"""Settling batch by batch ends where replaying every fact ends, for any order of arrival."""

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.ledger import State, replay
from sync.movement import Operation
from tests.sync.facts import AROUND, PLACES, deliveries, histories
from tests.sync.memory import MemoryBook

EXAMPLES = settings(
    max_examples=int(os.environ.get("TALLYMAN_EXAMPLES", "200")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def book() -> MemoryBook:
    return MemoryBook(AROUND, set(PLACES))


def filled(batches: list[list[Operation]]) -> MemoryBook:
    found = book()
    for batch in batches:
        found.push(batch)
    return found


def comparable(state: State) -> tuple:
    balances = {cell: quantity for cell, quantity in state.balances.items() if quantity}
    return balances, state.adjustments, state.homes, state.open


@EXAMPLES
@given(st.data())
def test_any_order_of_arrival_in_any_batches_ends_as_replayed(data: st.DataObject) -> None:
    facts = data.draw(histories())
    found = filled(data.draw(deliveries(facts)))
    assert comparable(found.state()) == comparable(replay(facts, AROUND))
    assert (
        found.levels == {}
        or {cell: level.quantity for cell, level in found.levels.items() if level.quantity}
        == replay(facts, AROUND).on_hand()
    )
