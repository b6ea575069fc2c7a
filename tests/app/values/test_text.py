"""Texts: cleaned on the way in, folded for search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.values.text import BadText, clean_line, clean_lines, fold, sort_key


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Thé VERT (Darjeeling), 250 g", "the vert darjeeling 250 g"),
        ("Süßkartoffeln", "susskartoffeln"),
        ("Œufs fermiers de Łódź", "oeufs fermiers de lodz"),
        ("smørrebrød – rugbrød", "smorrebrod rugbrod"),
        ("ГОРОШЕК Зелёный", "горошек зеленыи"),
        ("A-01_02/x", "a 01 02 x"),
        ("№½ ﬁne", "no1 2 fine"),
        ("<b>bold</b>", "b bold b"),
        ("!!!", ""),
    ],
)
def test_folding_leaves_words_without_accents_and_case(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_a_line_loses_surplus_blanks_and_is_composed() -> None:
    assert clean_line("  Assam\u00a0 tea  e\u0301 ", 20) == "Assam tea é"


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x90", "\u202e", "\ud800", "\uffff", "\t"])
def test_a_line_refuses_what_cannot_be_seen(character: str) -> None:
    with pytest.raises(BadText, match="Character 3 is an invisible control character"):
        clean_line(f"ab{character}c", 20)


def test_a_line_break_in_a_line_is_named_as_one() -> None:
    with pytest.raises(BadText, match="line break"):
        clean_line("first\nsecond", 40)


def test_several_lines_keep_their_breaks_and_refuse_control_characters() -> None:
    assert clean_lines(" first\r\nsecond\rthird ", 40) == "first\nsecond\nthird"
    with pytest.raises(BadText):
        clean_lines("a\x00b", 40)


def test_length_is_measured_after_cleaning() -> None:
    for typed in (" 1234567890 ", "  1234567890  ", "123456789e\u0301"):
        assert len(clean_line(typed, 10)) == 10
    with pytest.raises(BadText, match="At most 10 characters; these are 1000000"):
        clean_line("x" * 1_000_000, 10)


def test_what_is_required_may_not_be_blank() -> None:
    assert clean_line("   ", 10) == ""
    with pytest.raises(BadText, match="must be filled in"):
        clean_line("   ", 10, required=True)


def test_html_is_just_text() -> None:
    assert clean_line("<script>alert(1)</script>", 40) == "<script>alert(1)</script>"


def test_a_name_of_signs_alone_still_sorts_somewhere() -> None:
    assert sort_key("!!!") == "!!!"
    assert sort_key("Écrémé") == "ecreme"
