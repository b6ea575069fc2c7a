"""Settling batch by batch ends where replaying every fact ends, for any order of arrival."""

import os
from collections import defaultdict
from itertools import chain

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.ledger import State, replay
from sync.movement import Body, Cell, Operation
from sync.quantity import SCALE
from tests.sync.facts import AROUND, BODIES, PLACES, SERIAL_BODIES, deliveries, histories
from tests.sync.memory import MemoryBook

EXAMPLES = settings(
    max_examples=int(os.environ.get("TALLYMAN_EXAMPLES", "100")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

Bodies = st.SearchStrategy[Body]


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
@given(data=st.data())
@pytest.mark.parametrize("bodies", [BODIES, SERIAL_BODIES], ids=["all goods", "serials"])
def test_any_order_of_arrival_in_any_batches_ends_as_replayed(data: st.DataObject, bodies: Bodies) -> None:
    facts = data.draw(histories(bodies))
    found = filled(data.draw(deliveries(facts)))
    expected = replay(facts, AROUND)
    assert comparable(found.state()) == comparable(expected)
    assert found.on_hand() == expected.on_hand()


@EXAMPLES
@given(data=st.data())
def test_what_was_sent_before_changes_nothing(data: st.DataObject) -> None:
    batches = data.draw(deliveries(data.draw(histories())))
    found = filled(batches)
    before = comparable(found.state())
    for batch in data.draw(st.permutations(batches)):
        assert found.push(batch).entries == []
    assert comparable(found.state()) == before


@EXAMPLES
@given(facts=histories())
def test_nothing_comes_from_nowhere(facts: list[Operation]) -> None:
    found = filled([facts])
    sums: dict[tuple[int, str], int] = defaultdict(int)
    for cell, quantity in found.state().balances.items():
        sums[cell.item, cell.lot] += quantity
    assert set(sums.values()) <= {0}


@EXAMPLES
@given(facts=histories(SERIAL_BODIES))
def test_a_serial_has_one_home_and_its_unit_lies_there(facts: list[Operation]) -> None:
    """Units of each serial: one where it is at home, and what it left behind only where it came from."""
    found = filled([facts])
    for (item, serial), home in found.state().homes.items():
        units: dict[Cell, int] = defaultdict(int)
        legs = [entry.leg for entry in found.entries if (entry.leg.item, entry.leg.serial) == (item, serial)]
        for cell, quantity in chain.from_iterable(leg.changes() for leg in legs):
            units[cell] += quantity
        real = {cell: quantity for cell, quantity in units.items() if quantity and cell.location in PLACES}
        assert real == ({Cell(item, *home): SCALE} if home.location in PLACES else {})


@EXAMPLES
@given(data=st.data())
def test_just_after_a_count_the_book_holds_what_was_counted(data: st.DataObject) -> None:
    facts = data.draw(histories())
    found = filled(data.draw(deliveries(facts)))
    for name, point in found.points.items():
        if name not in found.reversed:
            held = sum(change.quantity for change in found.changes()[point.cell] if change.key <= point.key)
            assert held == point.counted
