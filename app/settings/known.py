"""The settings of the office: what each is called, what overrules it, how a typed text becomes its value."""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from app.values.numbers import bounded_number
from app.values.text import BadText, clean_line
from app.values.zones import OWN, zones
from app.words import NUMBER_FORMATS, language_name, languages, t

OFF = "off"
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
UNITS_LIMIT = 60
UNIT_LIMIT = 16


Choices = Sequence[tuple[str, str]]
"""Values, each with its words."""


@dataclass(frozen=True)
class Known:
    """One setting that can be decided in the office; ``name`` is its name in ``Settings``."""

    name: str
    group: str
    read: Callable[[str], Any]
    """A typed text as the setting's value. Raises BadText."""
    variable: str = ""
    """The variable of the environment that wins over the office."""
    choices: Callable[[], Choices] | None = None
    """What may be chosen, where one does not type."""
    is_number: bool = False


def whole(least: int, most: int) -> Callable[[str], int]:
    """A whole number within bounds."""

    def read(text: str) -> int:
        found = bounded_number(text, least, most)
        if found is None:
            raise BadText(t("values.whole_number", least=least, most=most))
        return found

    return read


def one_of(*choices: str) -> Callable[[str], str]:
    """One of a few words."""

    def read(text: str) -> str:
        if text not in choices:
            raise BadText(t("values.one_of", choices=", ".join(choices)))
        return text

    return read


def time_of_day(text: str) -> str:
    """A time of day, or never."""
    if text != OFF and not TIME.fullmatch(text):
        raise BadText(t("settings.time"))
    return text


def company(text: str) -> str:
    """A name of one line, or nothing."""
    return clean_line(text, 60)


def units(text: str) -> tuple[str, ...]:
    """Units, one a line, each once, at least one."""
    lines = (clean_line(line, UNIT_LIMIT) for line in text.splitlines()[: 10 * UNITS_LIMIT])
    found = tuple(dict.fromkeys(line for line in lines if line))
    if not 0 < len(found) <= UNITS_LIMIT:
        raise BadText(t("settings.units_count", limit=UNITS_LIMIT))
    return found


def zone(text: str) -> str:
    """A zone of the list, or each reader's own."""
    if text != OWN and text not in zones():
        raise BadText(t("settings.time_zone_unknown"))
    return text


def days_or_ever(least: int, most: int) -> Callable[[str], int]:
    """So many days, or 0 for ever."""

    def read(text: str) -> int:
        with suppress(BadText):
            return 0 if text == "0" else whole(least, most)(text)
        raise BadText(t("settings.days_or_ever", least=least, most=most))

    return read


def language(text: str) -> str:
    """A language of ``app/words``, or what each browser prefers."""
    return one_of(AUTO, *languages())(text)


def worded(name: str, *values: str) -> Callable[[], Choices]:
    """The values of a setting with the words of the office."""
    return lambda: [(value, t(f"settings.{name}_{value}")) for value in values]


def language_choices() -> Choices:
    """The languages there are, each as it calls itself."""
    return [(AUTO, t("settings.language_auto")), *((name, language_name(name)) for name in languages())]


def zone_choices() -> Choices:
    """The zones with their words."""
    return [(OWN, t("settings.time_zone_auto")), *((zone, zone.replace("_", " ")) for zone in zones())]


AUTO = "auto"
POLICIES = ("optional", "administrators", "everyone")
FORMATS = (AUTO, *NUMBER_FORMATS)
YEARS = 3650

KNOWN = (
    Known("company_name", "company", company),
    Known("language", "company", language, choices=language_choices),
    Known("time_zone", "company", zone, choices=zone_choices),
    Known("number_format", "company", one_of(*FORMATS), choices=worded("number_format", *FORMATS)),
    Known("units", "company", units),
    Known("session_days", "access", whole(1, 365), is_number=True),
    Known("device_days", "access", whole(1, 730), is_number=True),
    Known("idle_minutes", "access", whole(0, 240), is_number=True),
    Known("password_length", "access", whole(8, 64), "TALLYMAN_PASSWORD_LENGTH", is_number=True),
    Known("link_hours", "access", whole(1, 720), "TALLYMAN_LINK_HOURS", is_number=True),
    Known(
        "second_factor",
        "access",
        one_of(*POLICIES),
        "TALLYMAN_SECOND_FACTOR",
        worded("second_factor", *POLICIES),
    ),
    Known("second_factor_days", "access", whole(0, 90), "TALLYMAN_SECOND_FACTOR_DAYS", is_number=True),
    Known("token_requests", "access", whole(1, 100_000), "TALLYMAN_TOKEN_REQUESTS", is_number=True),
    Known("browser_requests", "access", whole(60, 100_000), "TALLYMAN_BROWSER_REQUESTS", is_number=True),
    Known("backup_at", "upkeep", time_of_day, "BACKUP_AT"),
    Known("backup_keep", "upkeep", whole(1, 365), "BACKUP_KEEP", is_number=True),
    Known("check_at", "upkeep", time_of_day, "CHECK_AT"),
    Known("audit_days", "keeping", days_or_ever(90, YEARS), is_number=True),
    Known("sign_in_days", "keeping", whole(1, YEARS), is_number=True),
    Known("job_days", "keeping", whole(1, 365), is_number=True),
    Known("import_days", "keeping", whole(1, YEARS), is_number=True),
)
"""Every setting of the office."""

GROUPS = ("company", "access", "upkeep", "keeping")
