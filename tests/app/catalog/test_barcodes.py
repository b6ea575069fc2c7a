"""Barcodes: GTINs become 14 digits, everything else stays what it is."""

import pytest

from app.catalog.barcodes import doubt_of, shown_barcode, stored_barcode, stored_barcodes
from app.values.text import BadText


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [
        ("4006381333931", "04006381333931", "4006381333931"),
        (" 4006381 333931 ", "04006381333931", "4006381333931"),
        ("036000291452", "00036000291452", "036000291452"),
        ("96385074", "00000096385074", "96385074"),
        ("00096385074", "00096385074", "00096385074"),
        ("10012345678902", "10012345678902", "10012345678902"),
        ("4006381333932", "4006381333932", "4006381333932"),
        ("BOX 12/a", "BOX 12/a", "BOX 12/a"),
        ("00000000", "00000000", "00000000"),
    ],
)
def test_a_barcode_is_stored_in_one_form_and_shown_as_people_know_it(
    typed: str, stored: str, shown: str
) -> None:
    assert stored_barcode(typed) == stored
    assert shown_barcode(stored) == shown


def test_the_same_number_in_two_lengths_is_one_barcode() -> None:
    assert stored_barcodes(["4006381333931", "04006381333931", "B"]) == ("04006381333931", "B")


@pytest.mark.parametrize("text", ["", "   ", "x" * 129, "a\x00b", "a\x1db"])
def test_a_barcode_that_cannot_be_printed_is_refused(text: str) -> None:
    with pytest.raises(BadText):
        stored_barcode(text)


def test_an_item_has_a_limit_of_barcodes() -> None:
    with pytest.raises(BadText, match="At most 50"):
        stored_barcodes(f"B{number}" for number in range(51))


def test_a_wrong_check_digit_is_doubted_and_the_right_one_named() -> None:
    assert doubt_of("4006381333932") == (
        "The last digit of 4006381333932 does not fit the others: 4006381333931 would."
    )
    assert doubt_of("4006381333931") is None
    assert doubt_of("BOX-12") is None
    assert doubt_of("123456") is None
