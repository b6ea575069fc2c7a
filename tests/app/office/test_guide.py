"""The first steps: what is done is ticked, what is left leads on, and the demonstration stands alone."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.catalog.models import Item
from app.database import database
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]
CARD = 'class="card setup"'


@pytest.fixture
def owner(signed_in: Enter) -> Visitor:
    return signed_in("administrator")


def add_bin(browser: Visitor) -> None:
    site = browser.post("/api/locations", json={"kind": "site", "code": "MAIN"}).json["id"]
    added = browser.post("/api/locations", json={"kind": "bin", "code": "A-1", "parent": site})
    assert added.status_code == 201


def test_an_empty_installation_shows_every_step_and_which_comes_next(owner: Visitor) -> None:
    page = owner.get("/").text
    assert CARD in page and "1 of 5 done" in page
    assert page.count('class="button small primary" href="/locations"') == 1


def test_steps_are_done_by_doing_them(owner: Visitor) -> None:
    add_bin(owner)
    owner.post("/api/items", json={"code": "TEA", "name": "Tea"})
    page = owner.get("/").text
    assert "3 of 5 done" in page
    assert 'class="button small primary" href="/phone"' in page


def test_a_site_without_bins_is_no_warehouse_yet(owner: Visitor) -> None:
    owner.post("/api/locations", json={"kind": "site", "code": "MAIN"})
    assert "1 of 5 done" in owner.get("/").text


def test_a_manager_is_not_asked_to_invite_people(signed_in: Enter) -> None:
    page = signed_in("manager").get("/").text
    assert "0 of 4 done" in page and 'href="/people/new"' not in page


def test_operators_and_viewers_see_no_steps(signed_in: Enter) -> None:
    for role in ("operator", "viewer"):
        browser = signed_in(role)
        assert CARD not in browser.get("/").text
        assert browser.get("/guide").status_code == 403


def test_steps_that_are_put_away_stay_so_and_are_found_again(owner: Visitor) -> None:
    assert owner.post("/guide/away").status_code == 303
    page = owner.get("/").text
    assert CARD not in page and 'href="/guide"' in page
    assert CARD in owner.get("/guide").text


def test_the_demonstration_is_planted_into_an_empty_installation_alone(app: Flask, owner: Visitor) -> None:
    assert "Plant the demonstration" in owner.get("/guide").text
    assert owner.post("/guide/demonstration").status_code == 303
    with app.app_context():
        assert int(database.session.scalar(select(func.count()).select_from(Item)) or 0) > 10
    page = owner.get("/guide").text
    assert "Plant the demonstration" not in page and "is not removed" in page
    assert owner.post("/guide/demonstration").status_code == 409


def test_the_demonstration_never_stands_among_real_things(app: Flask, owner: Visitor) -> None:
    owner.post("/api/items", json={"code": "REAL", "name": "Real"})
    assert owner.post("/guide/demonstration").status_code == 409
    with app.app_context():
        assert database.session.scalar(select(func.count()).select_from(Item)) == 2


def test_only_an_administrator_plants_it(signed_in: Enter) -> None:
    manager = signed_in("manager")
    assert "An administrator can plant it." in manager.get("/guide").text
    assert manager.post("/guide/demonstration").status_code == 403
