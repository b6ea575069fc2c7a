"""The words people read: one catalogue for both faces, in ``words/<language>/<area>.json``."""

import functools
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal, localcontext
from pathlib import Path

from babel import Locale
from babel.numbers import format_decimal
from flask import Flask, g, has_app_context, has_request_context, request
from flask import current_app as application

FOLDER = Path(__file__).parent / "words"
LANGUAGE = "en"
"""What is spoken where nobody asks for anything else; complete by definition."""
COOKIE = "tallyman-language"
"""Where a browser keeps the language that a person chose; read by both faces."""
HOUSE = "house_language"
"""Where a request keeps the language that the office decided on."""
DECIDED = "tallyman.language"
"""Where a request's own environment keeps the language found for it, by what the house speaks."""
NUMBERS = "house_numbers"
"""Where a request keeps how the office wants numbers written."""
NUMBER_FORMATS = {"point": ",.", "comma": ".,", "space": "\u202f,", "apostrophe": "’."}  # noqa: RUF001 - as the Swiss write
"""Ways of writing numbers that can be chosen: the sign between thousands, and the decimal sign."""
ENGLISH_SIGNS = ",."
PLACE = re.compile(r"\{(\w+)\}")

_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


@functools.cache
def languages() -> tuple[str, ...]:
    """The languages there are, English first."""
    others = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir())
    return (LANGUAGE, *(name for name in others if name != LANGUAGE))


@functools.cache
def catalogue(language: str = LANGUAGE) -> dict[str, str]:
    """Every key of a language with its text. Raises ValueError when two files give one key."""
    texts: dict[str, str] = {}
    for file in sorted((FOLDER / language).glob("*.json")):
        entries = json.loads(file.read_text(encoding="utf-8"))
        if twice := texts.keys() & entries.keys():
            raise ValueError(f"{file.name} repeats {sorted(twice)}")
        texts.update(entries)
    return texts


def language() -> str:
    """The language spoken now: of the block, the person, the house, or what the browser prefers."""
    spoken = _spoken.get()
    if spoken:
        return spoken
    if not has_request_context():
        return LANGUAGE
    house = g.get(HOUSE)
    kept: dict[str | None, str] = request.environ.setdefault(DECIDED, {})
    if house not in kept:
        kept[house] = _language_of_request(house)
    return kept[house]


def _language_of_request(house: str | None) -> str:
    """What this request is answered in, where the house speaks so; asked hundreds of times a page."""
    for chosen in (request.cookies.get(COOKIE), house):
        if chosen in languages():
            return str(chosen)
    return request.accept_languages.best_match(languages(), LANGUAGE) or LANGUAGE


@contextmanager
def speaking(name: str | None) -> Iterator[None]:
    """Speak one language in the block, whoever asks; an unknown one or None is English."""
    token = _spoken.set(name if name in languages() else LANGUAGE)
    try:
        yield
    finally:
        _spoken.reset(token)


def language_name(name: str) -> str:
    """What a language calls itself: ``Deutsch`` for ``de``."""
    return begun(str(Locale.parse(name).get_display_name(name)))


def t(key: str, **values: object) -> str:
    """The text of a key with its ``{names}`` filled in, in the language spoken now.

    With ``count``, the form of the key that the language uses for that many is taken (``<key>.one``,
    ``<key>.other`` …, CLDR's names); none at all is ``<key>.zero`` where there is one. A key that is
    missing shows itself rather than breaking a page; in tests it raises LookupError.
    """
    spoken = language()
    text = found(spoken, key, values.get("count"))
    if text is None:
        text = found(LANGUAGE, key, values.get("count"))
    if text is None:
        if not has_app_context() or application.testing:
            raise LookupError(f"no words for {key}")
        return key
    return PLACE.sub(lambda place: str(values.get(place.group(1), place.group())), text) if values else text


def found(spoken: str, key: str, count: object) -> str | None:
    """The text of a key in one language, in the form for so many; None where it has none."""
    texts = catalogue(spoken)
    if key in texts or count is None:
        return texts.get(key)
    none = texts.get(f"{key}.zero") if count == 0 else None
    return none or texts.get(f"{key}.{form_of(spoken, count)}")


def is_worded(key: str) -> bool:
    """Whether there is a text for a key, in the language spoken now or in English."""
    return any(found(spoken, key, None) is not None for spoken in (language(), LANGUAGE))


def form_of(spoken: str, count: object) -> str:
    """Which form a language uses for so many (https://cldr.unicode.org, plural rules)."""
    many = count if isinstance(count, int | float) else 2
    return str(Locale.parse(spoken).plural_form(many))


def number(value: int | float | Decimal) -> str:
    """A number as the house writes it, else the language: 1,234.5 or 1.234,5."""
    signs = house_numbers()
    return _written_number(str(value), LANGUAGE if signs else language(), signs or ENGLISH_SIGNS)


@functools.lru_cache(maxsize=4096)
def _written_number(value: str, spoken: str, signs: str) -> str:
    """The number in a language's habit, its English signs changed for these; lists repeat small ones."""
    with localcontext(prec=max(28, len(value) + 6)):
        written = str(format_decimal(Decimal(value), locale=spoken, decimal_quantization=False))
    return written.translate(str.maketrans(ENGLISH_SIGNS, signs))


def house_numbers() -> str:
    """The signs in numbers that the house took, thousands first; empty where it took none."""
    return NUMBER_FORMATS.get(g.get(NUMBERS, ""), "") if has_request_context() else ""


def begun(text: object) -> str:
    """A text at the beginning of a line: its first letter large, the others as they are."""
    written = str(text)
    return written[:1].upper() + written[1:]


def register_words(app: Flask) -> None:
    """Offer ``t``, ``number`` and what a page must know of languages to every template."""
    app.jinja_env.globals.update(
        t=t, number=number, language=language, languages=languages, language_name=language_name
    )
    app.jinja_env.globals["house_numbers"] = house_numbers
    app.jinja_env.filters["begun"] = begun
    app.jinja_env.tests["worded"] = is_worded
