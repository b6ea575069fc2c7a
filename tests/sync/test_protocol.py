"""The words on the wire: the same vectors are read by the TypeScript twin."""

import json
from pathlib import Path
from typing import Any

import pytest

from sync import protocol
from sync.quantity import BadQuantity, format_quantity, parse_quantity
from sync.wire_body import lot_of_code

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "protocol.json").read_text())


def test_columns_and_limits_are_those_of_the_page() -> None:
    assert {
        name: {"key": columns.key, "names": list(columns.names)} for name, columns in protocol.COLUMNS.items()
    } == VECTORS["columns"]
    assert VECTORS["limits"] == {
        "operations": protocol.OPERATIONS_MAX,
        "push_bytes": protocol.PUSH_BYTES_MAX,
        "schema": protocol.SCHEMA,
        "versions": list(protocol.OPERATION_VERSIONS),
    }


@pytest.mark.parametrize("case", VECTORS["quantities"], ids=lambda case: case["text"])
def test_quantities_are_whole_millionths(case: dict[str, str]) -> None:
    assert parse_quantity(case["text"]) == int(case["millionths"])
    assert format_quantity(int(case["millionths"])) == case["back"]


@pytest.mark.parametrize("text", VECTORS["bad_quantities"], ids=repr)
def test_what_is_no_quantity_is_refused(text: Any) -> None:
    with pytest.raises(BadQuantity):
        parse_quantity(text)


@pytest.mark.parametrize("case", VECTORS["hashes"], ids=lambda case: case["text"])
def test_the_hash_is_fnv_1a(case: dict[str, Any]) -> None:
    assert protocol.fnv1a(case["text"]) == case["hash"]


@pytest.mark.parametrize("case", VECTORS["checksums"], ids=lambda case: str(len(case["rows"])))
def test_the_checksum_adds_up_all_rows_that_hold_something(case: dict[str, Any]) -> None:
    rows = [(item, lot, place, parse_quantity(quantity)) for item, lot, place, quantity in case["rows"]]
    assert protocol.checksum(rows) == case["sum"]


@pytest.mark.parametrize("case", VECTORS["lots_of_codes"], ids=lambda case: case["code"][:20])
def test_unknown_goods_stand_under_their_code(case: dict[str, str]) -> None:
    assert lot_of_code(case["code"]) == case["lot"]


@pytest.mark.parametrize(
    ("entity", "key", "columns"),
    [
        ("item", "7", [7]),
        ("lot", "7|a|b", [7, "a|b"]),
        ("stock", "7|a|b|12", [7, "a|b", 12]),
        ("stock", "7||12", [7, "", 12]),
        ("serial", "7|s|1", [7, "s|1"]),
        ("outcome", "0193", ["0193"]),
    ],
)
def test_feed_keys_can_be_taken_apart_again(entity: str, key: str, columns: list[Any]) -> None:
    assert protocol.key_columns(entity, key) == columns
    assert protocol.feed_key(*columns) == key
