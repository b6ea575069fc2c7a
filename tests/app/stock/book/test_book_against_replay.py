"""The tables hold, after any order of arrival in any batches, what replaying every fact gives."""

import os
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from app.stock.book.check import differences
from sync.ledger import Surroundings, replay
from sync.movement import Operation
from sync.protocol import checksum
from tests.app.stock.bench import BASE, levels_of, placed, push, state_of, wire
from tests.sync.facts import AROUND, deliveries, histories

EXAMPLES = settings(
    max_examples=int(os.environ.get("TALLYMAN_EXAMPLES", "60")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
ITEMS = {
    item: replace(facts, archived_at=BASE + facts.archived_at if facts.archived_at else None)
    for item, facts in AROUND.items.items()
}
WORLD = Surroundings(ITEMS, AROUND.entered)


def send(connection: Connection, batch: list[Operation], unit_ms: int) -> None:
    """Push what one batch holds, device by device, in the order of its facts."""
    runs: list[list[Operation]] = []
    for fact in batch:
        if not runs or runs[-1][0].device != fact.device:
            runs.append([])
        runs[-1].append(fact)
    for run in runs:
        result = push(connection, run[0].device, [wire(fact, unit_ms) for fact in run])
        assert {verdict.status for verdict in result.verdicts} <= {"applied", "duplicate"}


@EXAMPLES
@given(data=st.data())
def test_the_tables_hold_what_a_replay_gives(book: Connection, data: st.DataObject) -> None:
    facts = data.draw(histories())
    batches = data.draw(deliveries(facts))
    unit_ms = data.draw(st.sampled_from((1_000, 1_200_000)))
    with book.begin_nested() as attempt:
        for batch in batches:
            send(book, batch, unit_ms)
        if data.draw(st.booleans()):
            send(book, batches[0], unit_ms)
        expected = replay([placed(fact, unit_ms) for fact in facts], WORLD)
        found = state_of(book)
        assert found.balances == {cell: quantity for cell, quantity in expected.balances.items() if quantity}
        assert found.adjustments == expected.adjustments
        assert found.homes == expected.homes
        assert found.open == expected.open
        levels = levels_of(book)
        assert levels == expected.on_hand()
        kept = book.execute(text("SELECT stock_checksum FROM feed_counter")).scalar_one()
        assert kept == checksum((*cell, quantity) for cell, quantity in levels.items())
        assert differences(book) == []
        attempt.rollback()
