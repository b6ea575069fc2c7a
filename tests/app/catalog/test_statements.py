"""How often the database is asked: what a scan and a page of the list cost is mostly that."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from app.catalog import item_list
from app.database import database
from tests.app.visitor import Visitor

PERSON = "sign_in"


@pytest.fixture
def manager(signed_in: Callable[[str], Visitor]) -> Visitor:
    """A manager in whose warehouse there are a few items; what is read rarely has been read."""
    entered = signed_in("manager")
    for number, barcode in enumerate(("4006381333931", "96385074", "BOX 12")):
        fields = {"code": f"TEA-{number}", "name": f"Tea {number}", "category": "Tea", "barcodes": [barcode]}
        assert entered.post("/api/items", json=fields).status_code == 201
    assert entered.get("/items?category=Tea").status_code == 200
    return entered


@contextmanager
def asked(app: Flask) -> Iterator[list[str]]:
    """The first table of each statement that the database is asked in the block."""
    heard: list[str] = []
    with app.app_context():
        engine = database.engine

    def hears(*said: str) -> None:
        heard.append(said[2].partition("FROM ")[2].split()[0].strip('"('))

    event.listen(engine, "before_cursor_execute", hears)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", hears)


@pytest.mark.parametrize("code", ["4006381333931", "04006381333931", "BOX 12"])
def test_a_scan_asks_who_scans_and_four_things_of_the_item(app: Flask, manager: Visitor, code: str) -> None:
    with asked(app) as heard:
        assert manager.get("/api/items/look-up", query_string={"code": code}).status_code == 200
    assert heard == [PERSON, "item", "item_barcode", "pack", "item_value"]


@pytest.mark.parametrize("gather_limit", [0, 2000])
def test_a_page_of_the_list_counts_once_and_reads_its_rows(
    app: Flask, manager: Visitor, monkeypatch: pytest.MonkeyPatch, gather_limit: int
) -> None:
    monkeypatch.setattr(item_list, "GATHER_LIMIT", gather_limit)
    with asked(app) as heard:
        answer = manager.get("/api/items?category=Tea&sort=-name")
    assert [row["code"] for row in answer.json["rows"]] == ["TEA-2", "TEA-1", "TEA-0"]
    rows = ["item", "item"] if gather_limit else ["item"]
    assert heard == [PERSON, "SELECT", *rows, "item_barcode", "pack", "item_value"]


def test_the_office_s_page_asks_for_no_row_by_itself(app: Flask, manager: Visitor) -> None:
    with asked(app) as heard:
        page = manager.get("/items?category=Tea&per=25").text
    assert page.count("data-row") == 3
    views = ["hidden_columns", "saved_view"]
    rows = ["item", "item", "item_barcode", "pack", "stock_level", "item_photo"]
    assert sorted(heard) == sorted([PERSON, "item", "SELECT", *rows, *views])
