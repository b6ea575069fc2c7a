"""How pages answer forms."""

import pytest
from flask import Flask, get_flashed_messages

from app.web.errors import Refusal
from app.web.replies import once_more, to_page, told


def test_the_browser_asks_for_the_next_page_anew(app: Flask) -> None:
    with app.test_request_context("/items"):
        answer = to_page("item_pages.one", item_id=7)
    assert (answer.status_code, answer.location) == (303, "/items/7")


def test_a_refusal_is_told_on_the_page_that_it_is_about(app: Flask) -> None:
    with app.test_request_context("/items"):
        answer = told(Refusal(409, "conflict", "Somebody was quicker."), "item_pages.one", item_id=7)
        assert get_flashed_messages(with_categories=True) == [("red", "Somebody was quicker.")]
    assert (answer.status_code, answer.location) == (303, "/items/7")


def test_what_is_not_there_has_no_page_to_be_told_on(app: Flask) -> None:
    with app.test_request_context("/items"), pytest.raises(Refusal):
        told(Refusal(404, "not_found", "No such item."), "item_pages.one", item_id=7)


def test_a_form_comes_back_as_one_that_was_not_taken(app: Flask) -> None:
    with app.test_request_context("/items"):
        answer = once_more("<form>")
    assert (answer.status_code, answer.get_data(as_text=True)) == (422, "<form>")
