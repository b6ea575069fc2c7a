"""Discrepancies over JSON: listed, accepted, closed by facts."""

from collections.abc import Callable
from typing import Any

import pytest

from app.clock import now_ms
from tests.app.floor import World
from tests.app.phone import CUSTOMER, SUPPLIER, Phone
from tests.app.visitor import Visitor

SignedIn = Callable[[str], Visitor]
MINUTE = 60_000


def standing(browser: Visitor, query: str = "") -> list[dict[str, Any]]:
    answer = browser.get(f"/api/stock/discrepancies?{query}")
    assert answer.status_code == 200, answer.json
    return list(answer.json["rows"])


@pytest.fixture
def short(world: World, phone: Phone) -> Phone:
    """A pick of sugar that is not there."""
    phone.move(world.sugar, world.bin_a, CUSTOMER, "3", at=now_ms() - 30 * MINUTE)
    assert phone.push().status_code == 200
    return phone


def test_a_discrepancy_tells_what_it_is_about(short: Phone, world: World, signed_in: SignedIn) -> None:
    (found,) = standing(signed_in("viewer"))
    assert (found["kind"], found["state"], found["quantity"]) == ("negative", "firm", "-3")
    assert (found["item_code"], found["location_code"], found["unit"]) == ("SUGAR", "A-01-01", "kg")
    assert signed_in("viewer").get(f"/api/stock/discrepancies/{found['id']}").json == found


FILTERS = [
    ("", 1),
    ("state=open", 0),
    ("state=firm", 1),
    ("state=closed", 0),
    ("state=all", 1),
    ("kind=negative", 1),
    ("kind=variance", 0),
    ("item={sugar}", 1),
    ("item={tea}", 0),
    ("location={bin_a}", 1),
    ("location={bin_b}", 0),
    ("before=1", 0),
]


def test_discrepancies_are_filtered(
    short: Phone, world: World, signed_in: SignedIn, subtests: pytest.Subtests
) -> None:
    viewer = signed_in("viewer")
    places = {"sugar": world.sugar, "tea": world.tea, "bin_a": world.bin_a, "bin_b": world.bin_b}
    for query, count in FILTERS:
        with subtests.test(query):
            assert len(standing(viewer, query.format(**places))) == count


def test_what_facts_explain_is_closed_by_them(short: Phone, world: World, signed_in: SignedIn) -> None:
    short.move(world.sugar, SUPPLIER, world.bin_a, "3")
    short.push()
    assert standing(signed_in("viewer")) == []
    (closed,) = standing(signed_in("viewer"), "state=closed")
    assert closed["closed_by"] == "facts"


def test_a_manager_accepts_and_it_opens_anew_only_with_another_quantity(
    short: Phone, world: World, signed_in: SignedIn, staff: dict[str, int]
) -> None:
    manager = signed_in("manager")
    (found,) = standing(manager)
    path = f"/api/stock/discrepancies/{found['id']}/acceptance"
    answer = manager.post(path, json={"note": "A known leak."})
    assert (answer.status_code, answer.json["state"]) == (200, "closed")
    assert (answer.json["closed_by"], answer.json["resolution"]) == (
        str(staff["manager"]),
        "accepted: A known leak.",
    )
    assert short.pull_all()["discrepancy"][(found["id"],)][2] == "closed"
    again = manager.post(path, json={})
    assert (again.status_code, again.json["code"]) == (409, "already_closed")
    short.move(world.sugar, world.bin_a, CUSTOMER, "1")
    short.push()
    (opened,) = standing(manager)
    assert (opened["quantity"], opened["id"] != found["id"]) == ("-4", True)


def test_only_managers_decide(short: Phone, signed_in: SignedIn) -> None:
    (found,) = standing(signed_in("viewer"))
    for role in ("viewer", "operator"):
        for path in (f"discrepancies/{found['id']}/acceptance", "quarantine/1/discard"):
            answer = signed_in(role).post(f"/api/stock/{path}", json={"note": "x", "reason": "x"})
            assert (answer.status_code, answer.json["code"]) == (403, "not_allowed")
    assert signed_in("viewer").get("/api/stock/quarantine").status_code == 403


def test_what_is_not_there_is_not_found(signed_in: SignedIn) -> None:
    manager = signed_in("manager")
    for path in ("discrepancies/77", "quarantine/77", "quarantine/99999999999"):
        assert manager.get(f"/api/stock/{path}").json["code"] == "not_found"
    answer = manager.post("/api/stock/discrepancies/77/acceptance", json={})
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_a_note_that_is_none_is_refused_and_nothing_is_decided(
    short: Phone, signed_in: SignedIn, subtests: pytest.Subtests
) -> None:
    manager = signed_in("manager")
    (found,) = standing(manager)
    for note in (7, None, "x" * 201, "a\u0000b", ["x"], {"a": 1}, True):
        with subtests.test(repr(note)[:20]):
            answer = manager.post(f"/api/stock/discrepancies/{found['id']}/acceptance", json={"note": note})
            assert answer.status_code == 422
            assert standing(manager) == [found]
