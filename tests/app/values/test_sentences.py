"""Sentences kept as a key with its values: whole in every language, and read by each in their own."""

import re
from pathlib import Path

import pytest
from flask import Flask

from app.values.sentences import in_words, kept_values, spoken
from app.words import catalogue, languages, speaking
from sync.discrepancy import KINDS
from sync.sentence import ENGLISH
from sync.wire import read_operation
from sync.wire_fields import Refused

HOUSE = Path(__file__).parents[3]
OPERATION = {"v": 1, "id": "0190a1b2-0000-7000-8000-000000000000", "seq": 1, "kind": "count", "at": 1}


def places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", languages())
def test_every_sentence_has_words_with_the_same_values_in_them(language: str) -> None:
    words = catalogue(language)
    assert {key: places(text) for key, text in ENGLISH.items()} == {
        name.removeprefix("stock.said_"): places(text)
        for name, text in words.items()
        if name.startswith("stock.said_")
    }
    assert {f"live.kind_{kind}" for kind in KINDS} <= words.keys()


def test_every_sentence_that_is_said_is_known_and_none_is_left_over() -> None:
    files = [file.read_text("utf-8") for room in ("sync", "app") for file in (HOUSE / room).rglob("*.py")]
    code = "\n".join(text for text in files if "sync.sentence" in text)
    named = set(re.findall(r'(?:said|BadQuantity)\(\s*"(\w+)"', code))
    assert named | {"quantity_zero", "quantity_negative"} == ENGLISH.keys(), (
        "these two are said in one breath"
    )


def test_what_was_kept_is_read_in_the_readers_language(app: Flask) -> None:
    kept = ("stock.said_", "no_item", kept_values({"number": 7}), "there is no item 7")
    assert spoken(*kept) == "there is no item 7"
    with speaking("de"):
        assert spoken(*kept) == "es gibt keinen Artikel 7"
        assert spoken("stock.said_", "", "", "as recorded") == "as recorded"
        assert spoken("stock.said_", "of_tomorrow", "", "as recorded") == "as recorded"


@pytest.mark.parametrize(
    ("body", "english", "german"),
    [
        ({"location": 3, "quantity": "1"}, "names an item or the code", "nennt einen Artikel"),
        ({"item": 1, "quantity": "1"}, "the field location is missing", "Feld „Lagerplatz“ fehlt"),
        ({"item": "x"}, "item holds str", "„Artikel“ enthält etwas"),
        (
            {"item": 1, "location": 3, "quantity": "1", "lot": "x" * 65},
            "lot holds at most 64",
            "„Charge“ fasst",
        ),
        ({"item": 1, "location": 3, "quantity": "1,5"}, "digits and at most one", "aus Ziffern"),
    ],
)
def test_what_is_wrong_with_an_operation_is_said_in_any_language(
    app: Flask, body: dict[str, object], english: str, german: str
) -> None:
    with pytest.raises(Refused) as refused:
        read_operation({**OPERATION, "body": body})
    assert english in str(refused.value.message)
    with speaking("de"):
        assert german in in_words(refused.value.message)
