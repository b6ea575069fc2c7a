"""The office over a house that holds something of each kind, and the address of every page of it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask

from tests.browser.office_site import serving
from tests.contract.furniture import furnish_further
from tests.contract.house import House, furnished
from tests.contract.queries import pages

ASKS_MORE = r"photo|/categories/rename$|/stock/serials$|/resolution$"
"""Addresses that show nothing unless they are asked for something, as ``states`` does, and pictures."""


@dataclass(frozen=True)
class OfficeHouse:
    """What is served, and where."""

    address: str
    house: House

    def pages(self) -> list[str]:
        """The address of each whole page that there is, about something that is there."""
        return [*(address for address in pages(self.house, "GET") if self.is_page(address)), *self.states()]

    def is_page(self, address: str) -> bool:
        """Whether it is a page rather than a part of one, a picture or a file."""
        answer = self.house.visitors["administrator"].get(address)
        html = answer.get_data()
        assert answer.status_code in (200, 302, 303) or re.search(ASKS_MORE, address), address
        return answer.status_code == 200 and b"<!doctype html>" in html[:400]

    def states(self) -> list[str]:
        """Pages that look otherwise when they are asked for something, find nothing, or are not there."""
        first, second, *_ = self.house.known["item"]
        merged = self.house.known["merged"][0]
        listed = self.house.visitors["administrator"].get("/serials").text
        serial = re.findall(r'/stock/serials\?[^"]+', listed)[0].replace("&amp;", "&")
        return [
            f"/items/{first}/merge?into={second}", f"/items/{merged}", f"/items/{merged}/unmerge",
            "/items/categories/rename?name=Tea", "/items?q=nothing-like-it", "/people?q=nobody-at-all",
            "/discrepancies?state=closed", "/recounts?state=done", "/movements?q=nothing-like-it",
            "/verify?item=TEA-ASSAM-250&location=A-01-01", "/search?q=tea", serial, "/nothing",
        ]  # fmt: skip


@contextmanager
def office_house(app: Flask) -> Iterator[OfficeHouse]:
    """Furnishes an application and serves it."""
    house = furnish_further(furnished(app))
    with serving(app) as address:
        yield OfficeHouse(address, house)
