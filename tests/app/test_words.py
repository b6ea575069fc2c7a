"""The words people read: every one that is asked for exists, and none is left over."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.words import FOLDER, catalogue, t

APP = Path(__file__).parents[2] / "app"
BROWSER = APP / "static" / "pwa" / "src"
ASKED = re.compile(r"""(?<![\w.])t\(\s*f?["'`]([\w.-]+)(["'`]\s*[,)])?""")
"""A key that is asked for; without the second group it is only the beginning of one."""
BEGINNINGS = re.compile(r"""["'`]([a-z]+\.\w*)(?:["'`]\s*[~+]|\{|\$\{)""")


def sources() -> Iterator[Path]:
    yield from APP.glob("**/*.py")
    yield from (APP / "templates").glob("**/*.html")
    yield from BROWSER.glob("**/*.ts")
    yield from BROWSER.glob("**/*.tsx")


def exists(key: str) -> bool:
    return key in catalogue() or f"{key}.other" in catalogue()


def test_every_word_that_is_asked_for_exists() -> None:
    missing = []
    for file in sources():
        for key, whole in ASKED.findall(file.read_text(encoding="utf-8")):
            found = exists(key) if whole else any(known.startswith(key) for known in catalogue())
            missing += [] if found else [(file.name, key)]
    assert missing == []


def test_no_word_is_left_over() -> None:
    text = "\n".join(file.read_text(encoding="utf-8") for file in sources())
    beginnings = tuple(BEGINNINGS.findall(text))
    named = set(re.findall(r"""["'`]([a-z]+\.\w+)["'`]""", text))
    keys = {re.sub(r"\.(one|other)$", "", key) for key in catalogue()}
    assert {key for key in keys - named if not key.startswith(beginnings)} == set()


def test_both_forms_of_a_counted_word_exist() -> None:
    counted = {key.rsplit(".", 1)[0] for key in catalogue() if key.endswith((".one", ".other"))}
    assert {key for key in counted if not {f"{key}.one", f"{key}.other"} <= catalogue().keys()} == set()


def test_a_key_belongs_to_the_file_of_its_area() -> None:
    areas = {file.stem for file in (FOLDER / "en").glob("*.json")}
    for key, words in catalogue().items():
        assert key.split(".")[0] in areas | {"api", "error"}, key
        assert words.strip() == words and words, key


def test_names_in_a_text_are_filled_in(app: Flask) -> None:
    assert t("office.account_of", name="Ana {x}") == "Account of Ana {x}"


def test_what_nobody_gave_stays_as_it_is_written(app: Flask) -> None:
    assert t("office.account_of") == t("office.account_of", other=1) == "Account of {name}"


def test_one_and_many_read_differently() -> None:
    assert t("people.browsers", count=1) == "1 browser"
    assert t("people.browsers", count=0) == "0 browsers"


def test_a_missing_word_is_found_in_tests_and_shown_by_its_key_to_people(app: Flask) -> None:
    with pytest.raises(LookupError, match=r"no words for people\.nothing"):
        t("people.nothing")
    with app.app_context():
        app.testing = False
        assert t("people.nothing") == "people.nothing"
