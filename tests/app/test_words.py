"""The words people read: every one that is asked for exists, and none is left over."""

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import jobs, words
from app.database import transaction
from app.jobs.worker import work_once
from app.words import FOLDER, LANGUAGE, catalogue, is_worded, languages, number, speaking, t

APP = Path(__file__).parents[2] / "app"
BROWSER = APP / "static" / "pwa" / "src"
ASKED = re.compile(r"""(?<![\w.])t\(\s*f?["'`]([\w.-]+)(["'`]\s*[,)])?""")
"""A key that is asked for; without the second group it is only the beginning of one."""
BEGINNINGS = re.compile(r"""["'`]([a-z]+\.\w*)(?:["'`]\s*[~+]|\{|\$\{)""")
FORMS = re.compile(r"\.(zero|one|two|few|many|other)$")
FLOOR_AREAS = ("floor", "scan", "sync", "live", "common")
"""Areas that the floor app reads as well, whose browser knows CLDR's forms alone: English has no ``zero``."""


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
    keys = {FORMS.sub("", key) for key in catalogue()}
    assert {key for key in keys - named if not key.startswith(beginnings)} == set()


def test_both_forms_of_a_counted_word_exist() -> None:
    counted = {key.rsplit(".", 1)[0] for key in catalogue() if key.endswith((".one", ".other"))}
    assert {key for key in counted if not {f"{key}.one", f"{key}.other"} <= catalogue().keys()} == set()
    of_the_floor = {key for key in catalogue() if key.endswith(".zero") and key.startswith(FLOOR_AREAS)}
    assert of_the_floor == set()


def test_a_key_belongs_to_the_file_of_its_area() -> None:
    areas = {file.stem for file in (FOLDER / "en").glob("*.json")}
    for key, text in catalogue().items():
        assert key.split(".")[0] in areas | {"api", "error"}, key
        assert text.strip() == text and text, key


def test_names_in_a_text_are_filled_in(app: Flask) -> None:
    assert t("office.account_of", name="Ana {x}") == "Account of Ana {x}"


def test_what_nobody_gave_stays_as_it_is_written(app: Flask) -> None:
    assert t("office.account_of") == t("office.account_of", other=1) == "Account of {name}"


def test_one_and_many_read_differently() -> None:
    assert t("people.browsers", count=1) == "1 browser"
    assert t("people.browsers", count=0) == "0 browsers"


def test_none_at_all_has_words_of_its_own_where_there_are_any() -> None:
    assert t("stock.row_decimals", code="TEA", count=0) == "TEA is counted in whole numbers."
    assert t("stock.row_decimals", code="TEA", count=1) == "TEA is counted with 1 decimal place at most."


def test_what_has_no_words_in_a_language_has_those_of_english(pig_latin: None) -> None:
    with speaking("de"):
        assert is_worded("stock.held_because_id_reuse") and not is_worded("stock.held_because_tomorrow")


def test_a_missing_word_is_found_in_tests_and_shown_by_its_key_to_people(app: Flask) -> None:
    with pytest.raises(LookupError, match=r"no words for people\.nothing"):
        t("people.nothing")
    with app.app_context():
        app.testing = False
        assert t("people.nothing") == "people.nothing"


@pytest.fixture
def pig_latin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A second language for a moment: two texts of German, the rest is not translated."""
    (tmp_path / "en").symlink_to(FOLDER / "en")
    (tmp_path / "de").mkdir()
    texts = {"people.browsers.one": "{count} Browser", "people.browsers.other": "{count} Browsers, viele"}
    (tmp_path / "de" / "people.json").write_text(json.dumps(texts))
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    forget()
    yield
    monkeypatch.undo()
    forget()


def forget() -> None:
    languages.cache_clear()
    catalogue.cache_clear()


@pytest.mark.parametrize(
    ("headers", "spoken"),
    [
        ({}, "en"),
        ({"Accept-Language": "de-AT,de;q=0.9,en;q=0.8"}, "de"),
        ({"Accept-Language": "fr"}, "en"),
        ({"Accept-Language": "de", "Cookie": "tallyman-language=en"}, "en"),
        ({"Cookie": "tallyman-language=de"}, "de"),
        ({"Cookie": "tallyman-language=../de"}, "en"),
    ],
)
def test_a_page_speaks_what_its_reader_chose_or_prefers(
    app: Flask, pig_latin: None, headers: dict[str, str], spoken: str
) -> None:
    with app.test_request_context(headers=headers):
        assert words.language() == spoken
    page = app.test_client(use_cookies=False).get("/sign-in", headers=headers).get_data(as_text=True)
    assert f'<html lang="{spoken}"' in page


def test_what_a_language_lacks_is_said_in_english(app: Flask, pig_latin: None) -> None:
    with speaking("de"):
        assert t("people.browsers", count=1) == "1 Browser"
        assert t("people.browsers", count=3) == "3 Browsers, viele"
        assert t("office.account_of", name="Ana") == "Account of Ana"


def test_numbers_are_written_as_the_language_writes_them(pig_latin: None) -> None:
    assert number(1234567) == "1,234,567"
    with speaking("de"):
        assert (number(1234567), number(0.123456)) == ("1.234.567", "0,123456")


def test_a_job_speaks_the_language_of_whoever_wanted_it(app: Flask, pig_latin: None) -> None:
    heard: list[tuple[str, object]] = []
    jobs.register_jobs(app, {"greet": lambda task: heard.append((words.language(), task.payload))})
    with app.app_context():
        with speaking("de"), transaction() as connection:
            jobs.enqueue(connection, "greet", {"whom": "Ana"})
        assert work_once(app, threading.Event())
    assert heard == [("de", {"whom": "Ana"})]


def test_every_language_says_everything_that_english_says() -> None:
    english = {FORMS.sub("", key) for key in catalogue(LANGUAGE)}
    for name in languages():
        texts = catalogue(name)
        assert {FORMS.sub("", key) for key in texts} == english, name
        for key, text in texts.items():
            model = catalogue(LANGUAGE).get(key) or catalogue(LANGUAGE)[FORMS.sub(".other", key)]
            assert set(words.PLACE.findall(text)) <= set(words.PLACE.findall(model)), (name, key)


def test_numbers_are_written_in_one_way() -> None:
    texts = {file: file.read_text(encoding="utf-8") for file in sources() if file.suffix != ".ts"}
    assert [file.name for file, text in texts.items() if re.search(r"\{[^{}\n]*:,[^{}\n]*\}", text)] == []


def test_what_is_filled_in_stays_text(app: Flask) -> None:
    with app.app_context():
        for value in ("{0.__class__}", "{role.__class__}", "{role}", "{count}", "%s", "\\1", "\\g<0>"):
            assert value in t("people.not_allowed", role=value)
