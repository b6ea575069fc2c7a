"""The page on which a balance is rebuilt from its facts."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from app.clock import now_ms
from app.database import transaction
from tests.app.floor import World
from tests.app.phone import CUSTOMER, SUPPLIER, Phone
from tests.app.visitor import Visitor, page

SignedIn = Callable[[str], Visitor]
MINUTE = 60_000


@pytest.fixture
def stocked(world: World, phone: Phone) -> World:
    """Tea at two places, in three lots; sugar below zero."""
    at = now_ms() - 60 * MINUTE
    for number, lot in enumerate(("OLD", "SOON", "LATE")):
        phone.move(
            world.tea, SUPPLIER, world.dock, "10", lot=lot, expires_on="2031-01-31", at=at + number * MINUTE
        )
    phone.move(world.tea, world.dock, world.bin_a, "4", lot="LATE", at=at + 5 * MINUTE)
    phone.move(world.sugar, SUPPLIER, world.bin_a, "5", at=at + 8 * MINUTE)
    phone.move(world.sugar, world.bin_a, CUSTOMER, "7.5", at=at + 9 * MINUTE)
    assert phone.push().status_code == 200
    return world


def test_verifying_begins_with_a_question(world: World, signed_in: SignedIn) -> None:
    html = page(signed_in("viewer"), "/verify")
    assert "The books are right" not in html
    assert "It was never checked yet" in html
    assert "Check it now" not in html
    assert "Check it now" in page(signed_in("administrator"), "/verify")


def test_a_balance_is_rebuilt_step_by_step(stocked: World, signed_in: SignedIn) -> None:
    viewer = signed_in("viewer")
    html = page(viewer, "/verify?item=SUGAR&location=A-01-01")
    assert "The books are right" in html
    assert re.search(r"\+<span class=\"quantity\">5<.*?−7\.5.*?−2\.5", html, re.S)
    told = viewer.get(f"/api/stock/verify?item={stocked.sugar}&location={stocked.bin_a}").json
    assert told["digest"] in html
    several = page(viewer, "/verify?item=TEA")
    assert several.count("Equal") == 4
    assert "Choose one place" in several
    by_number = page(viewer, f"/verify?item_id={stocked.tea}&location_id={stocked.bin_a}")
    assert "Step by step" in by_number


def test_a_wrong_balance_is_told(stocked: World, app: Flask, signed_in: SignedIn) -> None:
    with app.app_context(), transaction() as connection:
        connection.execute(
            text("UPDATE stock_level SET quantity = quantity + 1 WHERE item_id = :item"),
            {"item": stocked.sugar},
        )
    html = page(signed_in("viewer"), "/verify?item=SUGAR")
    assert "One balance is not what the facts give" in html
    assert "Different" in html


def test_what_cannot_be_verified_says_why_beside_the_field(stocked: World, signed_in: SignedIn) -> None:
    viewer = signed_in("viewer")
    assert "No item bears this code" in page(viewer, "/verify?item=NONE<b>", 422)
    assert "No place bears this code" in page(viewer, "/verify?item=TEA&location=SUPPLIER", 422)
    assert "Nothing is kept of it" in page(viewer, "/verify?item=TEA&lot=UNSEEN")
