"""Patterns: what they stand for, and what is wrong with them."""

import pytest

from app.warehouse.patterns import BadPattern, aisle_of, spelled_out


@pytest.mark.parametrize(
    ("pattern", "codes"),
    [
        ("DOCK", ["DOCK"]),
        ("A-{1..3}", ["A-1", "A-2", "A-3"]),
        ("A-{08..11}", ["A-08", "A-09", "A-10", "A-11"]),
        ("A-{8..11}", ["A-8", "A-9", "A-10", "A-11"]),
        ("A-{01..05..2}", ["A-01", "A-03", "A-05"]),
        ("{A..C}1", ["A1", "B1", "C1"]),
        ("{a..b}", ["a", "b"]),
        ("R-{1,3,5b}", ["R-1", "R-3", "R-5b"]),
        ("A-{01..02}-{1..2}", ["A-01-1", "A-01-2", "A-02-1", "A-02-2"]),
        ("{5..5}", ["5"]),
    ],
)
def test_a_pattern_is_spelled_out_in_order(pattern: str, codes: list[str]) -> None:
    assert spelled_out(pattern) == codes


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("A-{01..12", "brace"),
        ("A-01}", "brace"),
        ("A-{{1..2}}", "brace"),
        ("A-{}", "no range"),
        ("A-{x}", "no range"),
        ("A-{1,}", "no range"),
        ("A-{3..1}", "backwards"),
        ("A-{C..A}", "backwards"),
        ("A-{1..5..0}", "backwards"),
        ("A-{A..z}", "no range"),
        ("{1..5001}", "5,001 codes"),
        ("{0..999999}", "1,000,000 codes"),
        ("{01..99}-{01..99}", "9,801 codes"),
        ("{1..99}" * 20, "codes"),
    ],
)
def test_a_pattern_that_cannot_be_spelled_out_says_why(pattern: str, said: str) -> None:
    with pytest.raises(BadPattern, match=said):
        spelled_out(pattern)


def test_five_thousand_codes_are_still_made() -> None:
    assert len(spelled_out("{01..50}-{001..100}")) == 5000


@pytest.mark.parametrize(
    ("code", "aisle"),
    [
        ("A-01-03", "A-01"),
        ("A.01.03", "A.01"),
        ("A01", None),
        ("-1", None),
        ("A 01", "A"),
        ("A-01/3", "A-01"),
    ],
)
def test_a_bin_names_its_aisle_by_the_beginning_of_its_code(code: str, aisle: str | None) -> None:
    assert aisle_of(code) == aisle
