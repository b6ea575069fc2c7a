"""The office pages that post: adjusting and moving stock, shown before it is done."""

import re
import uuid
from collections.abc import Callable

import pytest

from tests.app.floor import World
from tests.app.phone import SUPPLIER, Phone
from tests.app.visitor import Visitor, said

SignedIn = Callable[[str], Visitor]


@pytest.fixture
def manager(signed_in: SignedIn) -> Visitor:
    return signed_in("manager")


@pytest.fixture
def stocked(world: World, phone: Phone) -> World:
    """Ten kilograms of sugar in a bin, two scanners at the dock."""
    phone.move(world.sugar, SUPPLIER, world.bin_a, "10")
    phone.move(world.scanner, SUPPLIER, world.dock, "2", serials=["S1", "S2"])
    phone.push()
    return world


def stock(visitor: Visitor, item: int) -> dict[str, str]:
    rows = visitor.get(f"/api/stock?item={item}").json["rows"]
    return {row["location_code"]: row["quantity"] for row in rows}


def form(**typed: str) -> dict[str, str]:
    base = {"id": str(uuid.uuid4()), "act": "set", "item": "SUGAR", "lot": "", "location": "A-01-01"}
    return base | {"quantity": "8.5", "serials": "", "note": "Torn <b>bag</b>"} | typed


def test_the_form_begins_with_what_the_address_names(stocked: World, manager: Visitor) -> None:
    html = said(manager.get(f"/stock/adjust?item={stocked.sugar}&location={stocked.bin_a}&lot=<x>"))
    assert 'value="SUGAR"' in html
    assert 'value="A-01-01"' in html
    assert 'value="&lt;x&gt;"' in html
    assert "In kg." in html
    assert manager.get("/stock/move?item=99999&from=x").status_code == 200


def test_what_would_be_posted_is_shown_first(stocked: World, manager: Visitor) -> None:
    shown = said(manager.post("/stock/adjust", data=form(look="1")))
    assert re.search(r"A-01-01.*?ADJUSTMENT.*?1\.5", shown, re.S)
    assert re.search(r"Opens .*?Count differs", shown, re.S)
    assert stock(manager, stocked.sugar) == {"A-01-01": "10"}
    assert "What will be posted</h2>" in said(manager.post("/stock/adjust", data=form(look="1", note="")))
    unfinished = manager.post("/stock/adjust", data=form(look="1", quantity=""))
    assert unfinished.status_code == 200


def test_a_shelf_is_set_added_to_and_taken_from(stocked: World, manager: Visitor) -> None:
    typed = (("set", "8.5", "8.5"), ("add", "2", "10.5"), ("remove", "0.5", "10"), ("add", "2,5", "12.5"))
    for act, quantity, held in typed:
        answer = manager.post("/stock/adjust", data=form(act=act, quantity=quantity))
        assert answer.status_code == 303
        assert stock(manager, stocked.sugar) == {"A-01-01": held}
        html = said(manager.get(answer.location))
        assert "It was posted." in html
        assert "Torn &lt;b&gt;bag" in html
        assert "/reversal" in html


def test_what_is_sent_twice_is_posted_once(stocked: World, manager: Visitor) -> None:
    typed = form(act="add", quantity="1")
    first, second = (manager.post("/stock/adjust", data=typed) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert stock(manager, stocked.sugar) == {"A-01-01": "11"}
    other = manager.post("/stock/adjust", data=typed | {"quantity": "2"})
    assert other.status_code == 422
    assert stock(manager, stocked.sugar) == {"A-01-01": "11"}


def test_goods_are_moved_with_their_serials(stocked: World, manager: Visitor) -> None:
    route = {"from": "DOCK", "to": "A-01-02", "reason": "putaway", "item": "SCANNER", "quantity": "1"}
    answer = manager.post("/stock/move", data=form(**route, serials=" S2 \n"))
    assert answer.status_code == 303
    assert stock(manager, stocked.scanner) == {"DOCK": "1", "A-01-02": "1"}
    html = said(manager.get(answer.location))
    assert "Put away" in html
    assert "S2" in html


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("item", "NONE", "No item bears this code"),
        ("item", "", "."),
        ("location", "NOWHERE", "No place bears this code"),
        ("location", "SUPPLIER", "No place bears this code"),
        ("quantity", "1.2345", "at most 3 decimal places"),
        ("quantity", "-1", "."),
        ("quantity", "1,500", "1500 or 1.500"),
        ("quantity", "1e9999", "."),
        ("item", "TEA", "kept by lot"),
        ("serials", "A\nA", "."),
        ("note", "", "."),
        ("act", "burn", "."),
        ("id", "x", "."),
    ],
)
def test_a_mistake_stands_beside_its_field_and_nothing_is_lost(
    stocked: World, manager: Visitor, field: str, value: str, problem: str
) -> None:
    answer = manager.post("/stock/adjust", data=form(act="add") | {field: value})
    assert answer.status_code == 422
    assert re.search(problem, said(answer))
    assert 'role="alert"' in said(answer)
    assert field == "note" or "Torn &lt;b&gt;bag" in said(answer)
    assert stock(manager, stocked.sugar) == {"A-01-01": "10"}


def test_moving_to_the_same_place_is_refused(stocked: World, manager: Visitor) -> None:
    answer = manager.post("/stock/move", data=form(**{"from": "DOCK", "to": "DOCK", "reason": "transfer"}))
    assert answer.status_code == 422
    assert 'aria-describedby="to-problem' in said(answer)


def test_what_one_types_is_offered(stocked: World, signed_in: SignedIn) -> None:
    viewer = signed_in("viewer")
    assert '<option value="SUGAR">Sugar' in said(viewer.get("/stock/choices/items?field=item&item=sug"))
    assert "A-01-02" in said(viewer.get("/stock/choices/places?field=to&to=a-01"))


def test_only_managers_post(stocked: World, signed_in: SignedIn) -> None:
    for path in ("/stock/adjust", "/stock/move"):
        assert signed_in("operator").get(path).status_code == 403
        assert signed_in("operator").post(path, data=form()).status_code == 403
