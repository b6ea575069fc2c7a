"""What was held back, read as far as it goes, and who may decide about it."""

from types import SimpleNamespace
from typing import Any

import pytest

from app.stock.quarantine.amendment import can_amend
from app.stock.quarantine.decisions import may_confirm
from app.stock.quarantine.held_operations import state_of
from app.stock.quarantine.held_reading import captor_of, content_of, number_of


@pytest.mark.parametrize("raw", [b"", b"[1]", b"\xff", b"7", b"[" * 5_000])
def test_what_is_no_operation_says_nothing(raw: bytes) -> None:
    assert content_of(raw) == {}


@pytest.mark.parametrize(
    ("value", "number"),
    [(7, 7), (2**31 - 1, 2**31 - 1), (2**31, None), (0, None), (-1, None), (True, None), ("7", None)],
)
def test_a_number_is_one_that_a_row_may_have(value: Any, number: int | None) -> None:
    assert number_of(value) == number


@pytest.mark.parametrize(
    ("raw", "captor"),
    [(b'{"actor":3}', 3), (b'{"actor":true}', 9), (b'{"actor":"3"}', 9), (b"{}", 9), (b"?", 9)],
)
def test_the_captor_is_whom_the_operation_names_else_who_enrolled_the_device(raw: bytes, captor: int) -> None:
    assert captor_of(SimpleNamespace(raw=raw, owner_id=9)) == captor


def test_neither_captor_nor_proposer_confirms_a_discard() -> None:
    assert [may_confirm(user, captor=1, proposer=2) for user in (1, 2, 3)] == [False, False, True]
    assert may_confirm(1, captor=None, proposer=None)


@pytest.mark.parametrize(
    ("content", "can"),
    [
        ({"kind": "move", "body": {"item": 1}}, True),
        ({"kind": "count", "body": {"item": 1}}, True),
        ({"kind": "move", "body": {}}, False),
        ({"kind": "reverse", "body": {"target": "x"}}, False),
        ({"kind": ["move"], "body": {"item": 1}}, False),
        ({}, False),
    ],
)
def test_a_move_or_a_count_that_says_anything_can_be_put_right(content: dict[str, Any], can: bool) -> None:
    assert can_amend(content) is can


@pytest.mark.parametrize(
    ("decision", "proposed_by", "state"),
    [
        ("", None, "waiting"),
        ("", 4, "proposed"),
        ("discarded", 4, "discarded"),
        ("released", None, "released"),
    ],
)
def test_what_is_held_waits_is_proposed_or_decided(
    decision: str, proposed_by: int | None, state: str
) -> None:
    assert state_of(SimpleNamespace(decision=decision, proposed_by=proposed_by)) == state
