"""The office pages of the stock: one item, lots, serials."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from app.clock import now_ms
from app.stock.levels.item_stock import urgency
from tests.app.floor import World
from tests.app.phone import CUSTOMER, SUPPLIER, Phone
from tests.app.visitor import Visitor, page

SignedIn = Callable[[str], Visitor]
MINUTE = 60_000


def day(days: int) -> str:
    return (date.today() + timedelta(days=days)).isoformat()


@pytest.fixture
def stocked(world: World, phone: Phone) -> World:
    """Tea in three lots, one expired, one soon; scanners that moved; sugar below zero."""
    at = now_ms() - 60 * MINUTE
    for number, (lot, days) in enumerate((("OLD", -3), ("SOON", 9), ("LATE", 400))):
        moment = at + number * MINUTE
        phone.move(world.tea, SUPPLIER, world.dock, "10", lot=lot, expires_on=day(days), at=moment)
    phone.move(world.tea, world.dock, world.bin_a, "4", lot="LATE", at=at + 5 * MINUTE)
    phone.move(world.scanner, SUPPLIER, world.dock, "2", serials=["S/1", "S2"], at=at + 6 * MINUTE)
    phone.move(world.scanner, world.dock, world.bin_b, "1", serials=["S/1"], at=at + 7 * MINUTE)
    phone.move(world.sugar, SUPPLIER, world.bin_a, "5", at=at + 8 * MINUTE)
    phone.move(world.sugar, world.bin_a, CUSTOMER, "7.5", at=at + 9 * MINUTE)
    assert phone.push().status_code == 200
    return world


def test_an_item_shows_places_lots_and_what_was_on_hand_when(stocked: World, signed_in: SignedIn) -> None:
    viewer = signed_in("viewer")
    html = page(viewer, f"/stock/items/{stocked.tea}")
    assert "3 lots" in html
    assert re.search(r"On hand</span><span class=\"figure-number\"><span class=\"quantity\">30", html)
    assert html.index("OLD") < html.index("SOON")
    assert "chip red" in html
    assert "plot-line" in html
    assert "/stock/adjust" not in html
    assert "/stock/adjust" in page(signed_in("manager"), f"/stock/items/{stocked.tea}")
    sugar = page(viewer, f"/stock/items/{stocked.sugar}")
    assert "At most 5 kg, at least −2.5 kg, now −2.5 kg." in sugar
    assert page(viewer, "/stock/items/77777", 404)


def test_an_item_without_stock_says_so(world: World, signed_in: SignedIn) -> None:
    html = page(signed_in("viewer"), f"/stock/items/{world.sugar}")
    assert "Nothing on hand" in html
    assert "plot-line" not in html


def test_a_serial_is_found_and_shows_where_it_was(stocked: World, signed_in: SignedIn) -> None:
    viewer = signed_in("viewer")
    html = page(viewer, f"/stock/items/{stocked.scanner}?q=s/")
    assert "serial=S/1" in html
    assert "serial=S2" not in html
    assert "No serial fits" in page(viewer, f"/stock/items/{stocked.scanner}?q=x")
    one = page(viewer, f"/stock/serials?item={stocked.scanner}&serial=S/1")
    assert re.search(r"Where it is</span>.*?A-01-02", one)
    assert one.count('class="list-row" data-row') == 2
    for query in ("", f"item={stocked.scanner}&serial=NONE", "item=x&serial=S2", "item=77&serial=S2"):
        page(viewer, f"/stock/serials?{query}", 404)


def test_lots_are_listed_the_first_to_expire_first(stocked: World, signed_in: SignedIn) -> None:
    viewer = signed_in("viewer")
    html = page(viewer, "/lots")
    assert html.index("OLD") < html.index("SOON") < html.index("LATE")
    assert "OLD" in page(viewer, "/lots?state=soon")
    assert "SOON" not in page(viewer, "/lots?state=expired")
    assert "LATE" in page(viewer, "/lots?q=late&sort=-quantity")
    assert "No lot fits" in page(viewer, "/lots?q=nothing")


def test_a_book_without_lots_says_so(world: World, signed_in: SignedIn) -> None:
    assert "No lots yet" in page(signed_in("viewer"), "/lots")


def test_the_nearer_a_date_the_louder_its_colour() -> None:
    today = date(2026, 11, 28)
    colours = {"2026-11-27": "red", "2026-11-28": "amber", "2026-12-28": "amber", "2026-12-29": "", "x": ""}
    assert {on: urgency(on, today) for on in colours} == colours
    assert urgency(None, today) == ""
