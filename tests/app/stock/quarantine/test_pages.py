"""The office pages of the quarantine: what waits, release, amend and release, discard by two people."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from app.database import reading, transaction
from tests.app.floor import World
from tests.app.phone import SUPPLIER, Phone
from tests.app.visitor import Visitor, page, said

SignedIn = Callable[[str], Visitor]


@pytest.fixture
def held(world: World, phone: Phone) -> Phone:
    """A receipt of an item that nobody knows, a move to the place where it is, and one without sense."""
    phone.move(55_555, SUPPLIER, world.dock, "1", lot="<b>X1")
    phone.move(world.sugar, world.dock, world.dock, "2.5", reason="transfer")
    phone.capture("dance", steps=3)
    assert phone.push().status_code == 200
    return phone


def stock(visitor: Visitor) -> list[tuple[str, str, str]]:
    rows = visitor.get("/api/stock").json["rows"]
    return [(row["item_code"], row["location_code"], row["quantity"]) for row in rows]


def test_an_empty_quarantine_says_so(world: World, signed_in: SignedIn) -> None:
    assert "Every entry was posted" in page(signed_in("manager"), "/quarantine")
    assert "Nothing was decided yet" in page(signed_in("manager"), "/quarantine?state=decided")


def test_what_is_held_can_be_read_and_found(held: Phone, signed_in: SignedIn) -> None:
    manager = signed_in("manager")
    html = page(manager, "/quarantine")
    for words in ("Goods were moved", "55555", "It names an item that is not known", "Sugar", "Unreadable"):
        assert words in html
    assert page(manager, "/quarantine?reason=same_location").count("data-row") == 1
    assert page(manager, f"/quarantine?q={held.captured[0]['id']}").count("data-row") == 1
    assert "No entry fits" in page(manager, "/quarantine?q=nothing")
    assert page(manager, "/quarantine?sort=reason&reason=nonsense").count("data-row") == 3


def test_why_something_is_held_is_read_and_found_in_the_readers_language(
    held: Phone, signed_in: SignedIn, app: Flask
) -> None:
    manager = signed_in("manager")
    assert "There is no item 55555." in page(manager, "/quarantine/1")
    with app.app_context(), transaction() as connection:
        connection.execute(text("UPDATE quarantine SET message_key = '', message_values = '' WHERE id = 2"))
    manager.client.set_cookie("tallyman-language", "de")
    assert "Es gibt keinen Artikel 55555." in page(manager, "/quarantine/1")
    assert "Goods go from one location to another." in page(manager, "/quarantine/2"), "as it was recorded"
    assert page(manager, "/quarantine?q=keinen+Artikel").count("data-row") == 1
    assert manager.get("/api/stock/quarantine").json["rows"][-1]["message"] == "es gibt keinen Artikel 55555"
    assert "es gibt keinen Artikel 55555" in said(manager.get("/quarantine?as=csv"))


def test_an_item_beyond_every_number_can_still_be_amended(
    world: World, phone: Phone, signed_in: SignedIn
) -> None:
    phone.move(2**63, SUPPLIER, world.dock, "1")
    phone.push()
    assert 'name="item"' in page(signed_in("manager"), "/quarantine/1/amendment")


def test_one_shows_what_was_received_and_what_is_not_known(held: Phone, signed_in: SignedIn) -> None:
    html = page(signed_in("manager"), "/quarantine/1")
    assert re.search(r"Item</dt><dd><span class=\"code\">55555</span>.*?not known", html, re.S)
    assert "&lt;b&gt;X1" in html
    assert "<b>X1" not in html
    assert "Ana Operator" in html
    assert "Amend and release" in html
    unreadable = page(signed_in("manager"), "/quarantine/3")
    assert "Unreadable entry" in unreadable
    assert "/amendment" not in unreadable


AMENDMENT = {"item": "TEA", "lot": "L <i>7", "from": "SUPPLIER", "to": "DOCK", "quantity": "4", "serials": ""}


def test_an_amendment_that_will_not_do_loses_nothing_that_was_typed(held: Phone, signed_in: SignedIn) -> None:
    manager = signed_in("manager")
    begun = page(manager, "/quarantine/1/amendment")
    assert "Came in as 55555" in begun
    assert 'value="SUPPLIER"' in begun
    refused = manager.post("/quarantine/1/amendment", data=AMENDMENT | {"item": "NO-SUCH"})
    assert refused.status_code == 422
    assert "No item bears this code" in said(refused)
    assert "L &lt;i&gt;7" in said(refused)
    for name, value, problem in (
        ("quantity", "0", "a quantity is above zero"),
        ("to", "NOWHERE", "No place bears this code"),
        ("to", "SUPPLIER", "from one location to another"),
    ):
        answer = manager.post("/quarantine/1/amendment", data=AMENDMENT | {"item": "tea", name: value})
        assert answer.status_code == 422
        assert problem.lower() in said(answer).lower()
        assert f'aria-invalid="true" aria-describedby="{name}-problem' in said(answer)
    assert stock(manager) == []


def test_it_is_amended_and_released_once(held: Phone, signed_in: SignedIn) -> None:
    manager = signed_in("manager")
    answer = manager.post("/quarantine/1/amendment", data=AMENDMENT, follow_redirects=True)
    assert "amended and released" in said(answer)
    assert stock(manager) == [("TEA", "DOCK", "4")]
    assert "Amended and released" in page(manager, "/quarantine?state=decided")
    again = manager.post("/quarantine/1/amendment", data=AMENDMENT)
    assert again.status_code == 409


def test_a_held_count_is_amended(world: World, phone: Phone, signed_in: SignedIn) -> None:
    phone.count(world.sugar, 4444, "7")
    phone.push()
    manager = signed_in("manager")
    assert "Came in as 4444" in page(manager, "/quarantine/1/amendment")
    form = {"item": "SUGAR", "location": "SUPPLIER", "quantity": "7"}
    assert manager.post("/quarantine/1/amendment", data=form).status_code == 422
    assert manager.post("/quarantine/1/amendment", data=form | {"location": "LOC-DOCK"}).status_code == 303
    assert stock(manager) == [("SUGAR", "DOCK", "7")]


def test_what_still_cannot_be_posted_says_why(held: Phone, signed_in: SignedIn) -> None:
    manager = signed_in("manager")
    answer = manager.post("/quarantine/1/release", follow_redirects=True)
    assert "There is no item 55555" in said(answer)
    assert "Waiting" in said(answer)


def test_what_a_shut_out_device_captured_is_released(
    world: World, phone: Phone, app: Flask, signed_in: SignedIn
) -> None:
    manager = signed_in("manager")
    manager.post(f"/api/devices/{phone.device}/revocation")
    with app.app_context(), transaction() as connection:
        connection.execute(text("UPDATE device SET revoked_at = revoked_at - 600000"))
    phone.move(world.sugar, SUPPLIER, world.dock, "3")
    phone.push()
    assert "Ask whether this really happened" in page(manager, "/quarantine/1")
    answer = manager.post("/quarantine/1/release", follow_redirects=True)
    assert f"/movements/{phone.captured[0]['id']}" in said(answer)
    assert stock(manager) == [("SUGAR", "DOCK", "3")]


def test_two_people_discard(held: Phone, app: Flask, signed_in: SignedIn) -> None:
    manager, administrator = signed_in("manager"), signed_in("administrator")
    assert "May confirm: Ana Administrator" in page(manager, "/quarantine/1")
    assert "say why" in said(manager.post("/quarantine/1/proposal", data={}, follow_redirects=True))
    proposed = manager.post("/quarantine/1/proposal", data={"reason": "A <b>test"}, follow_redirects=True)
    assert "Ana Manager proposed to discard this: “A &lt;b&gt;test”" in said(proposed)
    assert "Confirm the discard" not in said(proposed)
    assert "To be discarded" in page(manager, "/quarantine")
    own = manager.post("/quarantine/1/discard", data={"reason": "x"}, follow_redirects=True)
    assert "ask a second person" in said(own)
    assert "Confirm the discard" in page(administrator, "/quarantine/1")
    done = administrator.post("/quarantine/1/discard", data={"reason": "Agreed"}, follow_redirects=True)
    assert "The entry was discarded" in said(done)
    assert "Because: Agreed" in said(done)
    with app.app_context(), reading() as connection:
        trail = connection.execute(
            text("SELECT action, actor FROM audit_entry WHERE subject_kind = 'quarantine' ORDER BY id")
        ).all()
    assert [tuple(row) for row in trail] == [("proposed", "Ana Manager"), ("discarded", "Ana Administrator")]


def test_a_proposal_is_undone(held: Phone, signed_in: SignedIn) -> None:
    manager = signed_in("manager")
    manager.post("/quarantine/1/proposal", data={"reason": "x"})
    answer = manager.post("/quarantine/1/withdrawal", follow_redirects=True)
    assert "proposal was withdrawn" in said(answer)
    assert "proposed to discard" not in said(answer)


def test_it_is_said_when_nobody_else_may_confirm(held: Phone, app: Flask, signed_in: SignedIn) -> None:
    manager = signed_in("manager")
    with app.app_context(), transaction() as connection:
        connection.execute(text("UPDATE \"user\" SET disabled_at = 1 WHERE role = 'administrator'"))
    assert "Nobody else may confirm this" in page(manager, "/quarantine/1")
    manager.post("/quarantine/1/proposal", data={"reason": "x"})
    assert "Nobody else may confirm this" in page(manager, "/quarantine/1")


def test_only_managers_look_and_decide(held: Phone, signed_in: SignedIn) -> None:
    for role in ("viewer", "operator"):
        visitor = signed_in(role)
        for path in ("/quarantine", "/quarantine/1", "/quarantine/1/amendment"):
            assert visitor.get(path).status_code == 403
        for act in ("release", "amendment", "proposal", "withdrawal", "discard"):
            assert visitor.post(f"/quarantine/1/{act}", data={"reason": "x"}).status_code == 403
    assert signed_in("manager").get("/quarantine/77").status_code == 404
    assert signed_in("manager").post("/quarantine/77/release").status_code == 404
