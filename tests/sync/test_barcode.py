"""What a scanned code says: the shared cases, and that nothing a scanner may send breaks the reader."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.barcode import Reading, read_code
from sync.gtin import check_digit, expand_upc_e, gtin14

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "barcode.json").read_text(encoding="utf-8"))
GS1_TEXT = st.text(alphabet="0123456789ABab()/\\ \x1d%?=&:.-", max_size=60)
SYMBOLOGIES = st.sampled_from([None, "]C1", "]d2", "]Q1", "]E0", "]E4", "]I1", "]C0", "]e0"])


@pytest.mark.parametrize("case", VECTORS, ids=[case["name"] for case in VECTORS])
def test_shared_case(case: dict) -> None:
    text, symbology = case["text"], case.get("symbology")
    years = {"year": case["year"]} if "year" in case else {}
    expected = {**asdict(Reading(text, symbology)), **case["reading"]}
    assert asdict(read_code(text, symbology, **years)) == expected


@given(text=st.one_of(st.text(max_size=60), GS1_TEXT), symbology=SYMBOLOGIES)
def test_any_text_has_a_reading_that_keeps_the_raw_text(text: str, symbology: str | None) -> None:
    reading = read_code(text, symbology)
    assert reading.raw == text
    assert reading.kind != "text" or (reading.gtin, reading.elements) == (None, {})


@given(path=GS1_TEXT)
def test_any_address_has_a_reading(path: str) -> None:
    assert read_code(f"https://id.gs1.org/01/{path}").kind in ("digital_link", "text")


@given(
    digits=st.text(alphabet="0123456789", min_size=7, max_size=13).filter(lambda digits: digits.strip("0"))
)
def test_one_wrong_digit_is_always_noticed(digits: str) -> None:
    number = digits + check_digit(digits)
    for place, digit in enumerate(number):
        wrong = number[:place] + str((int(digit) + 1) % 10) + number[place + 1 :]
        assert gtin14(wrong) is None


@given(body=st.text(alphabet="0123456789", min_size=6, max_size=6))
def test_an_expanded_upc_e_is_a_checked_upc_a(body: str) -> None:
    upc_a = expand_upc_e(body)
    assert upc_a is not None
    assert len(upc_a) == 12
    assert upc_a[-1] == check_digit(upc_a[:-1])
    assert expand_upc_e(f"0{body}{upc_a[-1]}") == upc_a


def test_a_long_text_is_answered_at_once() -> None:
    assert read_code("(01)" * 300_000).problem == "too_long"
