"""The list of users: searched, filtered, sorted, in pages."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.database import database, transaction
from app.people.models import User
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]


@pytest.fixture
def crowd(app: Flask, staff: dict[str, int]) -> None:
    with app.app_context(), transaction():
        database.session.add_all(
            User(
                email=f"season{number:03}@tallyman.example",
                name=f"Season {number:03}",
                role="operator",
                password_hash="x",
                created_at=number,
                disabled_at=1 if number < 10 else None,
            )
            for number in range(120)
        )


def names(browser: Visitor, query: str) -> list[str]:
    return [row["name"] for row in browser.get(f"/api/users?{query}").json["rows"]]


def test_a_page_holds_fifty_and_tells_the_rest(crowd: None, signed_in: Enter) -> None:
    first = signed_in("administrator").get("/api/users").json
    assert (len(first["rows"]), first["total"], first["page"], first["per_page"]) == (50, 124, 1, 50)


def test_pages_do_not_overlap(crowd: None, signed_in: Enter) -> None:
    browser = signed_in("administrator")
    seen = [name for page in (1, 2, 3) for name in names(browser, f"sort=role&page={page}")]
    assert len(seen) == len(set(seen)) == 124
    assert names(browser, "page=4") == []


def test_every_word_counts_in_any_order_and_case(crowd: None, signed_in: Enter) -> None:
    browser = signed_in("administrator")
    assert names(browser, "search=007 SEASON") == ["Season 007"]
    assert names(browser, "search=season007@") == ["Season 007"]
    assert names(browser, "search=season nobody") == []


@pytest.mark.parametrize("search", ["%", "_", "\\", "100%", "'", '"', "%%"])
def test_signs_stand_for_themselves(crowd: None, signed_in: Enter, search: str) -> None:
    assert signed_in("administrator").get("/api/users", query_string={"search": search}).json["total"] == 0


def test_filters_narrow_together(crowd: None, signed_in: Enter) -> None:
    browser = signed_in("administrator")
    assert browser.get("/api/users?state=disabled").json["total"] == 10
    assert browser.get("/api/users?state=active&role=operator").json["total"] == 111


def test_an_order_can_be_turned_round(crowd: None, signed_in: Enter) -> None:
    browser = signed_in("administrator")
    assert names(browser, "sort=-name&per_page=2") == ["Season 119", "Season 118"]
    assert names(browser, "sort=created_at&per_page=1") == ["Season 000"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=0", "page"),
        ("page=x", "page"),
        ("page=10000000000000000000", "page"),
        ("per_page=201", "per_page"),
        ("sort=password_hash", "sort"),
        ("sort=--name", "sort"),
        ("role=owner", "role"),
        ("state=gone", "state"),
        ("colour=red", "colour"),
        ("search=" + "a" * 201, "search"),
    ],
)
def test_a_senseless_query_is_refused_over_json(signed_in: Enter, query: str, field: str) -> None:
    answer = signed_in("administrator").get(f"/api/users?{query}")
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert list(answer.json["errors"]["query"]) == [field]


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=²", "sort=zz", "role=owner", "q=%00", "x=y"])
def test_a_senseless_address_still_shows_the_page(signed_in: Enter, query: str) -> None:
    assert signed_in("administrator").get(f"/people?{query}").status_code == 200


def test_the_page_shows_where_one_is_in_the_list(crowd: None, signed_in: Enter) -> None:
    page = signed_in("administrator").get("/people?page=2&sort=-name").text
    assert "51–100 of 124" in page
    assert 'aria-sort="descending"' in page
    assert 'rel="prev"' in page and 'rel="next"' in page
    assert "Page 2 of 3" in page


def test_nothing_found_is_said_and_shown_a_way_out(signed_in: Enter) -> None:
    page = signed_in("administrator").get("/people?q=zzz").text
    assert "Nobody found" in page and 'href="/people"' in page
