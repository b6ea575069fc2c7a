"""Headers: what a column is called decides which field it fills, and what is missing is said."""

import pytest

from app.catalog.import_items import ITEMS
from app.imports.columns import header_problems, mapping_problems, separator_problem, suggested_columns


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (("barcode", "name"), ("barcode", "name")),
        (("SKU", "Product Name", "EAN-13", "UoM"), ("code", "name", "barcode", "unit")),
        (("Artikelnummer", "Bezeichnung", "Warengruppe"), ("code", "name", "category")),
        (("Référence", "Libellé", "Unité"), ("code", "name", "unit")),
        (("ean", "upc", "name"), ("barcode", "barcode", "name")),
        (("name", "Name", "price"), ("name", "", "")),
        (("item_code", "item-name"), ("code", "name")),
    ],
)
def test_columns_are_known_by_many_names(header: tuple[str, ...], columns: tuple[str, ...]) -> None:
    assert suggested_columns(header, ITEMS) == columns


def test_a_heading_that_comes_twice_is_named() -> None:
    [problem] = header_problems(("code", "Name", "name"), ("code", "name", ""), ITEMS)
    assert "“name” twice" in problem
    assert header_problems(("ean", "EAN", "x", "x"), ("barcode", "barcode", "", ""), ITEMS) == []


def test_a_wrong_delimiter_is_named_with_the_right_one() -> None:
    problem = separator_problem(("code;name",), ",", "code;name\nA;Tea\n")
    assert "Separated by comma" in problem
    assert "semicolon" in problem


def test_a_missing_header_is_explained_with_what_stands_there() -> None:
    header = ("3291030605205", "Madeleines")
    [problem] = header_problems(header, ("", ""), ITEMS)
    assert "3291030605205, Madeleines" in problem
    assert header_problems(header, ("code", "name"), ITEMS) == []


def test_too_many_columns_are_refused() -> None:
    [problem] = header_problems(["x"] * 201, ["code"], ITEMS)
    assert "201 columns" in problem


@pytest.mark.parametrize(
    ("columns", "mode", "said"),
    [
        (("name",), "both", "code or the barcode"),
        (("code",), "both", "holds the name"),
        (("code", "name", "code"), "both", "Two columns"),
    ],
)
def test_a_mapping_says_what_it_lacks(columns: tuple[str, ...], mode: str, said: str) -> None:
    [problem] = mapping_problems(columns, mode, ITEMS)
    assert said in problem


def test_updating_needs_no_name_and_barcodes_may_come_twice() -> None:
    assert mapping_problems(("code", "category"), "update", ITEMS) == []
    assert mapping_problems(("barcode", "barcode", "name"), "both", ITEMS) == []
