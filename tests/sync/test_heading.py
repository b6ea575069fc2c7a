"""The heading of an operation: whatever bytes come have one, and its digest stands for the content."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.heading import heading

OPERATION = {
    "id": "01930000-0000-7000-8000-000000000001",
    "seq": 1,
    "v": 1,
    "kind": "move",
    "at": 1_795_370_000_000,
    "body": {"item": 7, "from": 1, "to": 12, "quantity": "3"},
}


@given(st.binary())
def test_whatever_bytes_come_have_a_heading(raw: bytes) -> None:
    found = heading(raw)
    assert found.id
    assert len(found.digest) == 32


def written(**changes: Any) -> bytes:
    return json.dumps({**OPERATION, **changes}).encode()


def test_the_digest_leaves_out_the_sequence_number_alone() -> None:
    """A device that starts a new epoch renumbers what it holds: the content is the same."""
    assert heading(written(seq=1)).digest == heading(written(seq=9)).digest
    assert heading(written(seq=1)).digest != heading(written(at=5)).digest
    assert heading(written(seq=1)).digest != heading(written(colour="red")).digest


def test_the_digest_does_not_depend_on_how_json_is_written() -> None:
    content = OPERATION
    other = dict(reversed(content.items()))
    assert (
        heading(json.dumps(content, indent=2).encode()).digest == heading(json.dumps(other).encode()).digest
    )


@pytest.mark.parametrize("seq", [0, -1, True, "1", 1.5, None, 10**20])
def test_a_sequence_number_that_is_none_is_not_read(seq: Any) -> None:
    assert heading(written(seq=seq)).seq is None


@pytest.mark.parametrize("name", ["", "x" * 65, "a\x00b", 5, None])
def test_an_id_that_cannot_be_kept_is_replaced_by_the_digest(name: Any) -> None:
    found = heading(written(id=name))
    assert found.id == found.digest
