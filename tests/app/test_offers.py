"""What pages offer: every link leads somewhere, every form may be sent, whoever looks; the rest says why."""

from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from app.people.roles import ROLES, allows
from tests.app.visitor import Visitor
from tests.contract.furniture import furnish_further
from tests.contract.house import House, furnished
from tests.contract.queries import pages

ELSEWHERE = ("/static/", "/floor", "/photos/", "/metrics")
"""Addresses that are no pages of the office."""

BESIDE = {"sort", "page", "per", "view", "as", "zone"}
"""Parts of a query that show the same page in another order."""

MOST = 2
"""How many pages of a kind are looked at."""


class Offers(HTMLParser):
    """What a page offers to open, and where it offers to send something."""

    def __init__(self, page: str, html: str) -> None:
        super().__init__()
        self.page = page
        self.opened: list[str] = []
        self.sent: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            posts = given.get("method") == "post"
            (self.sent if posts else self.opened).append(self.whole(given.get("action")))
        opening = () if tag == "link" else ("href", "hx-get")
        self.opened += [self.whole(given[name]) for name in opening if name in given]
        self.sent += [self.whole(given[name]) for name in ("hx-post", "formaction") if name in given]

    def whole(self, address: str | None) -> str:
        return urljoin(self.page, address or "")


class Walk:
    """One who begins at the first page and follows whatever is offered, and what was found to be wrong."""

    def __init__(self, app: Flask, visitor: Visitor, role: str, *further: str) -> None:
        self.app, self.visitor, self.role = app, visitor, role
        self.map = app.url_map.bind("localhost")
        self.reached: Counter[str] = Counter()
        self.kinds: set[tuple[str, ...]] = set()
        self.sent: set[str] = set()
        self.wrong: list[str] = []
        waiting = ["/", *further]
        while waiting:
            waiting += self.look(waiting.pop(0))

    def look(self, page: str) -> Iterator[str]:
        """Opens a page; gives the further ones that are worth a look."""
        answer = self.visitor.get(page)
        html = answer.get_data(as_text=True) if answer.mimetype == "text/html" else answer.get_data() and ""
        if answer.status_code not in (200, 302, 303):
            self.wrong.append(f"{answer.status_code} {page}")
            return
        offers = Offers(page, html)
        for address in offers.sent:
            self.weigh(page, address)
        yield from filter(self.is_new, offers.opened)

    def weigh(self, page: str, address: str) -> None:
        endpoint = self.endpoint_of(address, "POST")
        needed = getattr(self.app.view_functions.get(endpoint), "needed_role", ROLES[-1])
        if not endpoint or not allows(self.role, needed):
            self.wrong.append(f"{page} offers {address} to a {self.role}")
        self.sent.add(endpoint)

    def is_new(self, address: str) -> bool:
        parts = urlsplit(address)
        if parts.netloc or parts.path.startswith(ELSEWHERE) or not parts.path:
            return False
        endpoint = self.endpoint_of(address, "GET")
        kind = (endpoint, *sorted(parse_qs(parts.query).keys() - BESIDE))
        if kind in self.kinds or self.reached[endpoint] >= MOST:
            return False
        self.kinds.add(kind)
        self.reached[endpoint] += 1
        return True

    def endpoint_of(self, address: str, method: str) -> str:
        try:
            return str(self.map.match(urlsplit(address).path, method=method)[0])
        except HTTPException:
            return ""


@pytest.fixture
def house(app: Flask) -> House:
    return furnish_further(furnished(app))


def test_nothing_is_offered_that_a_role_may_not_do_and_every_page_is(app: Flask, house: House) -> None:
    further = [f"/items/{number}" for number in (*house.known["item"][:2], *house.known["merged"])]
    walks = {role: Walk(app, house.visitors[role], role, *further) for role in ROLES[:-1]}
    further += [f"/quarantine/{number}" for number in house.known["number"][1:]]
    walks["administrator"] = Walk(app, house.visitors["administrator"], "administrator", *further)
    assert {role: walk.wrong for role, walk in walks.items() if walk.wrong} == {}
    highest = walks["administrator"]
    known = {highest.endpoint_of(address, "GET") for address in pages(house, "GET")}
    assert sorted(known - highest.reached.keys()) == sorted(UNLINKED)


def test_nothing_is_offered_of_a_site_that_is_closed_to_somebody(app: Flask, house: House) -> None:
    keep_to_north(house)
    walk = Walk(app, house.visitors["manager"], "manager")
    assert walk.wrong == []
    assert walk.reached["discrepancy_pages.one"] and walk.reached["location_pages.one"]


def keep_to_north(house: House) -> None:
    """A second site with goods and a short pick, and the manager kept to it."""
    administrator = house.visitors["administrator"]
    site = administrator.post("/api/locations", json={"kind": "site", "code": "NORTH"}).json["id"]
    place = {"kind": "bin", "code": "N-01", "parent": site}
    shelf = administrator.post("/api/locations", json=place).json["id"]
    item = house.known["item"][0]
    moves = [(1, shelf, "7"), (shelf, 2, "9")]
    bodies = [{"item": item, "from": begin, "to": end, "quantity": many} for begin, end, many in moves]
    operations = [{"kind": "move", "body": body} for body in bodies]
    posted = administrator.post("/api/stock/operations", json={"operations": operations})
    assert posted.status_code == 201, posted.json
    kept = {"all_sites": False, "sites": [site]}
    path = f"/api/users/{house.staff['manager']}/sites"
    assert administrator.ask("PUT", path, json=kept).status_code == 200


UNLINKED = {
    "device_pages.invited": "asked again and again by the answer that shows an invitation",
    "photo_pages.of_item": "a picture",
    "photo_pages.show": "a picture",
}
"""Addresses that no page leads to, and why."""


def test_a_page_that_is_not_for_somebody_says_for_whom_it_is(app: Flask, house: House) -> None:
    viewer = house.visitors["viewer"]
    views, closed = app.view_functions, 0
    for address in pages(house, "GET"):
        endpoint = app.url_map.bind("localhost").match(address)[0]
        needed = vars(views[endpoint])["needed_role"]
        if needed == ROLES[0]:
            continue
        answer = viewer.get(address)
        assert answer.status_code == 403, address
        assert 'class="failure"' in answer.text and needed in answer.text, address
        closed += 1
    assert closed > 15
