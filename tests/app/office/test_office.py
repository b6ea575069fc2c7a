"""The frame of every page, the first page, and the jump."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import insert

from app.catalog.models import ItemBarcode
from app.clock import now_ms
from app.database import transaction
from app.office.navigation import MAP, is_within
from app.office.pages import initials
from app.stock.discrepancies.models import Discrepancy
from app.stock.quarantine.models import Quarantine
from app.warehouse.models import Location
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]


@pytest.fixture
def shelf(app: Flask, signed_in: Enter) -> Visitor:
    """A manager's browser, two teas, a mug and two bins."""
    moment = now_ms()
    with app.app_context(), transaction() as connection:
        for number, code in enumerate(("A-01-01", "A-01-02"), start=100):
            times = {"created_at": moment, "updated_at": moment}
            place = {"id": number, "kind": "bin", "code": code, "barcode": f"LOC{number}", **times}
            connection.execute(insert(Location).values(**place))
    browser = signed_in("manager")
    for code, name in (("TEA-1", "Sencha"), ("TEA-2", "Darjeeling <b>first</b>"), ("MUG-1", "Mug, white")):
        added = browser.post("/api/items", json={"code": code, "name": name, "unit": "piece"})
        assert added.status_code == 201
    with app.app_context(), transaction() as connection:
        connection.execute(insert(ItemBarcode).values(code="04006381333931", item_id=added.json["id"]))
    return browser


def test_an_empty_house_shows_the_first_steps_to_those_who_may_take_them(signed_in: Enter) -> None:
    assert 'class="card setup"' in signed_in("manager").get("/").text
    assert "First steps" not in signed_in("viewer").get("/").text


def test_a_step_that_is_done_is_ticked(shelf: Visitor) -> None:
    page = shelf.get("/").text
    assert page.count('class="step done"') == 2
    assert page.count('class="step"') == 2


def test_what_needs_a_person_is_counted(app: Flask, signed_in: Enter) -> None:
    moment = now_ms()
    with app.app_context(), transaction() as connection:
        for number in range(3):
            found = {"kind": "negative", "subject": str(number), "effective_at": moment, "opened_at": moment}
            firm = moment if number else None
            connection.execute(insert(Discrepancy).values(**found, firm_at=firm))
        held = {"operation_id": "x", "device_id": "d", "epoch": 1, "seq": 1, "reason": "bad_body"}
        connection.execute(insert(Quarantine).values(**held, raw=b"", digest="", recorded_at=moment))
    page = signed_in("manager").get("/").text
    numbers = re.findall(r'class="attention-number">([^<]+)<', page)
    assert numbers == ["2", "1", "0"]
    assert "1 more may settle by itself" in page
    assert len(re.findall("attention-number", signed_in("operator").get("/").text)) == 1


def test_a_code_or_barcode_leads_straight_to_its_page(shelf: Visitor) -> None:
    assert shelf.get("/search?q=tea-1").headers["Location"].startswith("/items/")
    assert shelf.get("/search?q=4006381333931").headers["Location"].startswith("/items/")
    assert shelf.get("/search?q=LOC100").headers["Location"] == "/locations/100"
    assert shelf.get("/search?q=a-01-02").headers["Location"] == "/locations/101"


def test_words_show_what_may_be_meant(shelf: Visitor) -> None:
    page = shelf.get("/search?q=tea")
    assert page.status_code == 200
    assert "Sencha" in page.text and "Darjeeling &lt;b&gt;first&lt;/b&gt;" in page.text
    assert "Mug" not in page.text


def test_suggestions_are_options_that_lead_somewhere(shelf: Visitor) -> None:
    page = shelf.get("/search/suggestions?q=A-01").text
    assert re.findall(r'role="option"[^>]* href="(/locations/\d+)"', page) == [
        "/locations/100",
        "/locations/101",
    ]
    assert shelf.get("/search/suggestions?q=").text.strip() == ""


@pytest.mark.parametrize("words", ["<script>", "'", "%", "\x00", "a" * 1000, "  ", "ß"])
def test_a_search_for_anything_is_answered(shelf: Visitor, words: str) -> None:
    for path in ("/search", "/search/suggestions"):
        answer = shelf.get(path, query_string={"q": words})
        assert answer.status_code == 200
        assert "<script>" not in answer.text


def test_the_navigation_shows_what_one_may_see(signed_in: Enter) -> None:
    manager, administrator = signed_in("manager").get("/").text, signed_in("administrator").get("/").text
    assert 'href="/people"' not in manager and 'href="/people"' in administrator
    assert 'href="/devices"' in manager
    assert 'href="/devices"' not in signed_in("viewer").get("/").text


def test_what_one_may_start_is_one_click_away(signed_in: Enter) -> None:
    started = {
        role: re.findall(
            r'<li><a class="list-row" href="([^"]+)"><svg',
            signed_in(role).get("/").text.split("home-links")[-1],
        )
        for role in ("viewer", "operator", "administrator")
    }
    assert started["viewer"] == []
    assert "/floor/count" in started["operator"] and "/people/new" not in started["operator"]
    assert {"/floor/count", "/people/new", "/phone"} <= set(started["administrator"])


def test_the_page_one_is_on_is_marked(signed_in: Enter) -> None:
    page = signed_in("administrator").get("/people/new").text
    assert 'href="/people" aria-current="page"' in page
    assert 'href="/" aria-current="page"' not in page


def test_every_key_of_the_map_leads_to_one_page() -> None:
    keys = [entry.key for group in MAP for entry in group.entries if entry.key]
    assert len(keys) == len(set(keys))


def test_a_path_within_an_entry_belongs_to_it() -> None:
    assert is_within("/people", "/people/7") and is_within("/", "/") and is_within("/api/", "/api/")
    assert not is_within("/", "/people") and not is_within("/people", "/peoples")


@pytest.mark.parametrize(
    ("chosen", "shown"), [("dark", ' data-theme="dark"'), ("sun", "sun"), ("evil", None)]
)
def test_the_theme_of_the_browser_is_there_from_the_first_paint(
    signed_in: Enter, chosen: str, shown: str | None
) -> None:
    browser = signed_in("viewer")
    browser.client.set_cookie("tallyman-theme", chosen)
    head = browser.get("/").text.split("<head>")[0]
    assert (shown in head) if shown else ("data-theme" not in head)


def test_a_folded_group_stays_folded(signed_in: Enter) -> None:
    browser = signed_in("administrator")
    browser.client.set_cookie("tallyman-closed", "house")
    assert 'data-closed data-group="house"' in browser.get("/").text


def test_no_page_carries_script_or_style_of_its_own(signed_in: Enter) -> None:
    browser = signed_in("administrator")
    paths = ("/", "/people", "/people/1", "/people/new", "/account", "/devices", "/api/", "/search?q=x")
    pages = [(path, browser.get(path).text) for path in paths]
    pages.append(("/sign-in", browser.client.application.test_client().get("/sign-in").text))
    for path, page in pages:
        assert not re.search(r"<script(?![^>]* src=)", page), path
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page), path
        assert "http://" not in page.replace("http://localhost", ""), path


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ana Kowalczyk", "AK"), ("ana", "A"), ("Jo van der Berg", "JB"), ("", ""), ("Ömer Şahin", "ÖŞ")],
)
def test_initials_stand_for_a_person(name: str, letters: str) -> None:
    assert initials(name) == letters
