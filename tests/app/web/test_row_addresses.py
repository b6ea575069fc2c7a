"""Addresses of rows are those that Flask makes."""

import pytest
from flask import Flask, url_for

from app.web.row_addresses import row_address


@pytest.mark.parametrize(
    ("endpoint", "name"), [("item_pages.one", "item_id"), ("location_pages.branch", "place_id")]
)
@pytest.mark.parametrize("prefix", ["", "/warehouse"])
def test_the_address_of_a_row_is_the_one_that_flask_makes(
    app: Flask, endpoint: str, name: str, prefix: str
) -> None:
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": prefix}):
        address_of = row_address(endpoint, name)
        for number in (1, 42, 2**31 - 1):
            assert address_of(number) == url_for(endpoint, **{name: number})  # type: ignore[arg-type]
