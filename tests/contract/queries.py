"""Addresses that no sensible person types, for every page and every list that there is."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

from tests.app.people.test_doors import PART, SAMPLES
from tests.contract.house import House, mend

WORST = (
    "a\0b", "9" * 20, "9" * 5000, "-1", "9999-12-31", "0001-01-01", "2100-02-30", "%_\\'\"><script>",
)  # fmt: skip
"""What has broken lists before, as it stands in an address once that is decoded."""
HOSTILE = (
    *WORST, "", "0", "1.5", "1e309", "NaN", "null", "[]", "٣", "1970-01-01", "12026-01-01",
    "2026-11-28T25:00", "tomorrow", "x" * 20_000, "\u202e\ufffd\uffff", "=1+1", "../../etc/passwd",
    "-name", "--", "true",
)  # fmt: skip


class Noted(MultiDict[str, str]):
    """A query or a form that notes what is looked for in it."""

    names: set[str]

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return super().__contains__(key)

    def __getitem__(self, key: str) -> Any:
        self.names.add(key)
        return super().__getitem__(key)

    def get(self, key: str, *args: Any, **named: Any) -> Any:
        self.names.add(key)
        return super().get(key, *args, **named)

    def getlist(self, key: str, *args: Any, **named: Any) -> Any:
        self.names.add(key)
        return super().getlist(key, *args, **named)


class Listening(Request):
    """A request that notes which names of its query or its form a view asks for."""

    asked: set[str] = set()

    @property
    def args(self) -> Any:
        return self.noted(super().args)

    @property
    def form(self) -> Any:
        return self.noted(super().form)

    def noted(self, given: MultiDict[str, str]) -> Noted:
        found = Noted(given)
        found.names = self.asked
        return found


def failures_of_pages(house: House, values: Sequence[str], thorough: bool = False) -> list[str]:
    """What pages answered 500 to: each value for all names at once, then (thorough) for each name alone."""
    found = []
    for number, address in enumerate(pages(house, "GET")):
        mend(house)
        names = sorted(names_of(house, address))
        for value in values if names else ():
            found += fails(house, address, dict.fromkeys(names, value))
        for place, name in enumerate(names):
            for value in values if thorough else [values[(number + place) % len(values)]]:
                found += fails(house, address, {name: value})
    return found


def failures_of_lists(house: House, values: Sequence[str], share: int = 1) -> list[str]:
    """What lists of the interface answered 500 to: of ``share`` values one for each name, taking turns."""
    found, turn = [], 0
    for path, methods in house.visitors["administrator"].get("/api/openapi.json").json["paths"].items():
        mend(house)
        asked = [one["name"] for one in methods.get("get", {}).get("parameters", []) if one["in"] == "query"]
        address = path.format(**{name: known[0] for name, known in house.known.items()}) if asked else path
        for name in asked:
            turn += 1
            for value in values[turn % share :: share]:
                found += fails(house, address, {name: value})
    return found


def failures_of_forms(house: House, values: Sequence[str], share: int = 1) -> list[str]:
    """What forms answered 500 to: of ``share`` values one for all its fields at once, taking turns."""
    found = []
    for number, address in enumerate(pages(house, "POST")):
        mend(house)
        names = names_of(house, address, "POST") - {"csrf_token"}
        for value in values[number % share :: share]:
            found += fails(house, address, dict.fromkeys(sorted(names), value), "POST")
    mend(house)
    return found


def pages(house: House, method: str) -> Iterator[str]:
    """The address of every page that needs signing in, about what is there."""
    for rule in house.app.url_map.iter_rules():
        guarded = hasattr(house.app.view_functions[rule.endpoint], "needed_role")
        if guarded and method in (rule.methods or ()) and not rule.rule.startswith("/api/"):
            yield address_of(rule, house)


def address_of(rule: Rule, house: House) -> str:
    """The address of a page, about something that the house knows."""

    def known(part: re.Match[str]) -> str:
        accepted = rule._converters[part.group(1)].regex
        texts = (str(value) for value in (*house.known.get(part.group(1), ()), *SAMPLES))
        return next(text for text in texts if re.fullmatch(accepted, text))

    return PART.sub(known, rule.rule)


def names_of(house: House, address: str, method: str = "GET") -> set[str]:
    """The names that a page looks for, also those that it looks for only where another is given."""
    Listening.asked = set()
    house.app.request_class = Listening
    sent(house, address, {}, method)
    sent(house, address, dict.fromkeys(Listening.asked - {"csrf_token"}, "1"), method)
    house.app.request_class = Request
    return {name for name in Listening.asked if name}


def sent(house: House, address: str, values: dict[str, str], method: str) -> Any:
    """The answer to a page's address or form that holds these values."""
    given = {"query_string": values} if method == "GET" else {"data": values}
    answer = house.visitors["administrator"].ask(method, address, **given)
    answer.get_data()
    return answer


def fails(house: House, address: str, values: dict[str, str], method: str = "GET") -> Iterator[str]:
    """The failure, where it is one."""
    answer = sent(house, address, values, method)
    if answer.status_code >= 500:
        yield f"{answer.status_code} {method} {address} {str(values)[:300]}"
