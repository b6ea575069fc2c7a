"""Reading a search, and the text under which an item is found."""

import pytest

from app.catalog.search import Wanted, search_text_of, wanted_from


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Thé vert", ("the", "vert")),
        ("the vert THE", ("the", "vert")),
        ("te tea teapot", ("teapot",)),
        ("  ", ()),
        ("?!*\"'", ()),
        ("a b c d e f g h i j", ("a", "b", "c", "d", "e", "f", "g", "h")),
        ('" OR 1=1 --', ("or", "1")),
    ],
)
def test_a_search_is_folded_words_each_once(typed: str, words: tuple[str, ...]) -> None:
    assert wanted_from(typed).words == words


def test_the_state_is_asked_for_in_the_index_itself() -> None:
    assert Wanted(("a", "b"), "all").expression() == '"a"* AND "b"*'
    assert Wanted(("a",), "active").expression() == '("a"*) NOT (\ue000 OR \ue001)'
    assert Wanted(("a",), "archived").expression() == '"a"* AND \ue000'
    assert Wanted(("a",), "merged").expression() == '"a"* AND \ue001'


def test_the_search_text_holds_name_code_category_and_barcodes_as_printed() -> None:
    text = search_text_of("Thé vert", "TEA-7", "Tea", ["00000096385074", "BOX-1"], "active")
    assert text == " the vert tea 7 96385074 box 1"


def test_nobody_can_type_the_word_of_a_state() -> None:
    assert search_text_of("a", "b", "", [], "merged") == " a b \ue001"
    assert wanted_from("\ue001").words == ()
