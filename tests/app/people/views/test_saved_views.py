"""Saved views: kept, shown to others, opened with, and gone without a trace."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.people.views.saved_views import kept_query
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]


def keep(browser: Visitor, name: str = "Tea", query: str = "q=tea&sort=-code", **more: Any) -> str:
    """Save a view of the items; where it leads."""
    form = {"page": "item_pages.items", "name": name, "query": query, **more}
    answer = browser.post("/views", data=form)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def tabs(browser: Visitor, address: str = "/items?sort=name") -> list[str]:
    page = browser.get(address).text
    block = page.split('class="view-tabs"')[1].split("</nav>")[0] if "view-tabs" in page else ""
    return [re.sub("<[^>]+>", "", found).strip() for found in re.findall(r"<a [^>]*>(.*?)</a>", block)]


@pytest.fixture
def manager(signed_in: Enter) -> Visitor:
    browser = signed_in("manager")
    for code, name in (("TEA-1", "Sencha tea"), ("MUG-1", "Mug")):
        assert browser.post("/api/items", json={"code": code, "name": name}).status_code == 201
    return browser


def number(address: str) -> str:
    found = re.search(r"view=(\d+)", address)
    assert found
    return found[1]


def test_a_view_is_kept_and_leads_to_what_it_shows(manager: Visitor) -> None:
    address = keep(manager)
    assert address.startswith("/items?q=tea&sort=-code&view=")
    page = manager.get(address).text
    assert "Sencha" in page and "Mug" not in page
    assert tabs(manager, address) == ["All", "Tea"]


def test_nobody_else_sees_a_view_that_is_not_shared(manager: Visitor, signed_in: Enter) -> None:
    address = keep(manager)
    other = signed_in("operator")
    assert tabs(other) == []
    assert other.post(f"/views/{number(address)}", data={"name": "Mine"}).status_code == 404
    assert other.post(f"/views/{number(address)}/delete").status_code == 404


def test_a_shared_view_is_everybodys_to_use_and_its_owners_to_change(
    manager: Visitor, signed_in: Enter
) -> None:
    view = number(keep(manager, shared="1"))
    other = signed_in("operator")
    assert tabs(other) == ["All", "Tea"]
    assert other.post(f"/views/{view}", data={"name": "Changed", "default": "1"}).status_code == 303
    assert tabs(manager) == ["All", "Tea"]
    assert other.get("/items").headers["Location"].startswith("/items?q=tea")
    assert other.post(f"/views/{view}/delete").status_code == 403
    assert signed_in("administrator").post(f"/views/{view}/delete").status_code == 303
    assert other.get("/items").status_code == 200


def test_an_operator_cannot_share(manager: Visitor, signed_in: Enter) -> None:
    keep(signed_in("operator"), shared="1")
    assert tabs(manager) == []


def test_the_list_opens_with_the_chosen_view_until_another_is_chosen(manager: Visitor) -> None:
    address = keep(manager, default="1")
    opened = manager.get("/items")
    assert opened.status_code == 302
    assert opened.headers["Location"] == address
    assert manager.get("/items?view=0").status_code == 200
    manager.post(f"/views/{number(address)}", data={"name": "Tea"})
    assert manager.get("/items").status_code == 200


def test_a_view_that_is_shared_no_more_opens_nobody_elses_list(manager: Visitor, signed_in: Enter) -> None:
    view = number(keep(manager, shared="1"))
    other = signed_in("operator")
    other.post(f"/views/{view}", data={"name": "Tea", "default": "1"})
    manager.post(f"/views/{view}", data={"name": "Tea"})
    assert other.get("/items").status_code == 200
    assert tabs(other) == []


def test_saving_under_the_same_name_replaces_and_renaming_onto_one_is_refused(manager: Visitor) -> None:
    first = keep(manager)
    second = keep(manager, query="q=mug")
    assert number(first) == number(second)
    third = number(keep(manager, name="Mugs", query="q=mug"))
    assert manager.post(f"/views/{third}", data={"name": "Tea"}).status_code == 303
    assert "already" in manager.get("/items?sort=name").text
    assert tabs(manager) == ["All", "Mugs", "Tea"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x00b"])
def test_a_name_that_is_none_is_told(manager: Visitor, name: str) -> None:
    address = keep(manager, name=name)
    assert "view=" not in address
    assert 'class="toast red"' in manager.get(address).text
    assert tabs(manager) == []


def test_only_lists_that_one_may_see_have_views(manager: Visitor) -> None:
    for page in ("users_pages.people", "item_pages.new", "nothing", "static", ""):
        assert manager.post("/views", data={"page": page, "name": "x", "query": ""}).status_code == 404


def test_a_view_keeps_no_page_number_and_nothing_that_is_foreign_to_an_address(app: Flask) -> None:
    assert kept_query("?q=a%26b&page=7&view=3&as=csv&sort=-name") == "q=a%26b&sort=-name"
    assert kept_query("q=x\r\nSet-Cookie: y") == "q=x%0D%0ASet-Cookie%3A+y"


def test_a_deleted_view_is_gone(manager: Visitor) -> None:
    address = keep(manager, default="1")
    assert manager.post(f"/views/{number(address)}/delete").headers["Location"] == "/items?view=0"
    assert tabs(manager) == []
    assert manager.get("/items").status_code == 200
