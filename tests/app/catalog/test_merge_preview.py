"""What merging will do is shown before: balances place by place, codes, open work; and so for parting."""

import re
from collections.abc import Callable

import pytest

from app.catalog.merge_preview import Line, lines_of
from app.catalog.shelf import Standing
from tests.app.floor import World
from tests.app.phone import CUSTOMER, SUPPLIER, Phone
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]


def standing(item: int, place: int, quantity: int, lot: str = "") -> Standing:
    return Standing(item, f"I{item}", f"Item {item}", "kg", place, f"L{place}", lot, None, quantity)


def test_what_stands_at_one_place_in_one_lot_is_one_line() -> None:
    rows = [
        standing(1, 7, 5),
        standing(2, 7, 3),
        standing(3, 7, 2),
        standing(1, 7, 4, "A"),
        standing(2, 8, -1),
    ]
    lines = lines_of(rows, {1, 3})
    assert lines == [Line(7, "L7", "", 7, 3), Line(7, "L7", "A", 4, 0), Line(8, "L8", "", 0, -1)]
    assert [line.both for line in lines] == [10, 4, -1]


@pytest.fixture
def double(world: World, phone: Phone, signed_in: Enter) -> int:
    """A second entry of the sugar: below zero where the first one stands, with open work of every kind."""
    manager = signed_in("manager")
    item = {
        "code": "SUGAR-2",
        "name": "Sugar again",
        "unit": "kg",
        "decimals": 3,
        "barcodes": ["4006381333948"],
    }
    number = int(manager.post("/api/items", json=item).json["id"])
    phone.move(world.sugar, SUPPLIER, world.bin_a, "5")
    phone.move(number, world.bin_a, CUSTOMER, "2.5")
    phone.move(number, world.dock, world.dock, "1")
    assert phone.push().status_code == 200
    found = manager.get(f"/api/stock/discrepancies?item={number}").json["rows"][0]["id"]
    assert manager.post(f"/discrepancies/{found}/recount").status_code == 303
    return number


def told(html: str) -> str:
    """The page as one line of words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.split("<main")[1]))


def test_merging_and_parting_say_what_they_will_do(double: int, world: World, signed_in: Enter) -> None:
    manager = signed_in("manager")
    before = told(manager.get(f"/items/{double}/merge?into={world.sugar}").text)
    assert "A-01-01 −2.5 kg 5 kg 2.5 kg In all −2.5 kg 5 kg 2.5 kg" in before
    for words in (
        "Lead to Sugar from then on SUGAR-2",
        "4006381333948",
        "1 open",
        "1 held entry",
        "1 count asked",
    ):
        assert words in before, words
    assert manager.get(f"/api/items/{double}").json["state"] == "active"
    assert manager.post(f"/items/{double}/merge", data={"survivor": world.sugar}).status_code == 303
    parting = told(manager.get(f"/items/{double}/unmerge").text)
    assert "A-01-01 −2.5 kg 5 kg 2.5 kg" in parting and "Lead to Sugar again again SUGAR-2" in parting
    assert manager.post(f"/items/{double}/unmerge").status_code == 303
    assert manager.get(f"/items/{double}/unmerge").status_code == 303


def test_a_preview_says_why_it_cannot_be_and_offers_nothing(world: World, signed_in: Enter) -> None:
    manager = signed_in("manager")
    html = manager.get(f"/items/{world.sugar}/merge?into={world.tea}").text
    assert "cannot be one item" in html and 'name="survivor"' not in html
    assert manager.get(f"/items/{world.sugar}/merge?into=99999").status_code == 404
    for nonsense in ("x", "0", "9" * 30):
        assert 'id="choices"' in manager.get(f"/items/{world.sugar}/merge?into={nonsense}").text
    assert signed_in("operator").get(f"/items/{world.sugar}/merge?into={world.tea}").status_code == 403
