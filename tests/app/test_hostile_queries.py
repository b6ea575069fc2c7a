"""Every page, form and list, asked with what no sensible person types: none of them ever fails."""

import pytest
from flask import Flask

from tests.contract.house import House, furnished
from tests.contract.queries import (
    WORST,
    failures_of_forms,
    failures_of_lists,
    failures_of_pages,
    names_of,
    pages,
)


@pytest.fixture
def house(app: Flask) -> House:
    """Something of each kind to show, and somebody who may see all of it."""
    return furnished(app)


def test_no_page_fails_whatever_its_address_says(house: House) -> None:
    assert failures_of_pages(house, WORST) == []


def test_no_list_fails_whatever_it_is_asked(house: House) -> None:
    assert failures_of_lists(house, WORST, share=3) == []


def test_no_form_fails_whatever_is_typed_into_it(house: House) -> None:
    assert failures_of_forms(house, WORST, share=4) == []


def test_the_pages_and_what_they_look_for_are_found(house: House) -> None:
    assert len([*pages(house, "GET")]) > 40
    assert len([*pages(house, "POST")]) > 40
    assert {"name", "role"} <= names_of(house, f"/people/{house.staff['viewer']}", "POST")
    assert {"q", "sort", "page", "per", "since", "until"} <= names_of(house, "/audit")
