"""Merging: what may be merged into what."""

import pytest
from sqlalchemy import Connection

from app.catalog.changes import archive_item
from app.catalog.items import merged_into, survivor_of
from app.catalog.merging import merge_item, unmerge_item
from app.web.errors import Refusal
from tests.app.catalog.shop import NOW, item, put


def refusal(connection: Connection, item_id: int, survivor_id: int) -> str:
    with pytest.raises(Refusal) as caught:
        merge_item(connection, item_id, survivor_id)
    assert caught.value.status == 409
    return caught.value.message


def test_a_chain_of_mergers_ends_in_one_survivor(connection: Connection) -> None:
    a, b, c = (put(connection, code) for code in "ABC")
    merge_item(connection, a, b)
    merge_item(connection, b, c)
    assert survivor_of(connection, item(connection, a)).id == c
    assert sorted(merged_into(connection, c)) == [a, b]
    assert merged_into(connection, a) == []


def test_taking_one_apart_leaves_what_was_merged_into_it(connection: Connection) -> None:
    a, b, c = (put(connection, code) for code in "ABC")
    merge_item(connection, a, b)
    merge_item(connection, b, c)
    unmerge_item(connection, b)
    assert survivor_of(connection, item(connection, a)).id == b
    assert merged_into(connection, c) == []


def test_no_circle_can_arise(connection: Connection) -> None:
    a, b, c = (put(connection, code) for code in "ABC")
    merge_item(connection, a, b)
    merge_item(connection, b, c)
    assert refusal(connection, c, a) == "A is merged into C, so C cannot be merged into it."
    assert "itself" in refusal(connection, a, a)


def test_each_refusal_says_what_to_do(connection: Connection) -> None:
    a, b, c, d = (put(connection, code) for code in "ABCD")
    merge_item(connection, a, b)
    assert refusal(connection, a, c) == "A is merged into B already. Take it apart first."
    assert refusal(connection, d, a) == "A is itself merged into B. Merge into B instead."


@pytest.mark.parametrize(
    ("fields", "named"),
    [({"unit": "kg", "decimals": 3}, "units"), ({"tracking": "lot"}, "ways of tracking")],
)
def test_what_cannot_be_summed_cannot_be_merged(
    connection: Connection, fields: dict[str, object], named: str
) -> None:
    a, b = put(connection, "A"), put(connection, "B", **fields)
    assert named in refusal(connection, a, b)


def test_nothing_is_merged_into_what_is_put_away(connection: Connection) -> None:
    a, b = put(connection, "A"), put(connection, "B")
    archive_item(connection, b)
    assert "archived" in refusal(connection, a, b)


def test_the_reserved_item_takes_no_part(connection: Connection) -> None:
    a = put(connection, "A")
    with pytest.raises(Refusal, match="belongs to the system"):
        merge_item(connection, a, 1)
    with pytest.raises(Refusal, match="belongs to the system"):
        merge_item(connection, 1, a)


def test_a_merger_grows_the_version_even_within_one_millisecond(connection: Connection) -> None:
    a, b = put(connection, "A"), put(connection, "B")
    seen = item(connection, a).updated_at
    assert seen == NOW
    merge_item(connection, a, b)
    unmerge_item(connection, a)
    assert item(connection, a).updated_at >= seen + 2
