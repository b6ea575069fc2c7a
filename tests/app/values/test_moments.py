"""Times in pages."""

from flask import Flask, g

from app.values.moments import ago, moment
from app.values.quantities import quantity
from app.values.zones import ZONE
from app.words import NUMBERS, speaking


def test_a_time_is_readable_without_script_and_exact_for_it() -> None:
    assert moment(1_795_370_000_123) == (
        '<time datetime="2026-11-22T17:53:20.123+00:00" data-moment="moment">22 Nov 2026, 17:53 UTC</time>'
    )
    assert 'data-moment="ago"' in ago(0)


def test_no_time_is_said_in_words() -> None:
    assert ago(None, "<never>") == "<span class=soft>&lt;never&gt;</span>"


def test_what_was_written_for_one_reader_is_not_shown_to_one_of_other_habits(app: Flask) -> None:
    for spoken, written in (("en", "1,234.5"), ("de", "1.234,5"), ("en", "1,234.5")):
        with speaking(spoken):
            assert written in quantity(1_234_500_000)
    for zone, numbers, time in (("auto", "auto", "17:53 UTC"), ("Europe/Berlin", "space", "18:53 CET")):
        with app.test_request_context("/"):
            setattr(g, ZONE, zone)
            setattr(g, NUMBERS, numbers)
            assert time in moment(1_795_370_000_123)
            assert ("\u202f" in quantity(1_234_500_000)) is (numbers == "space")
