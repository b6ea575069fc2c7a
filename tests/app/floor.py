"""Phones of the small world, its tea in two lots, a dock and a few bins."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from app.catalog.changes import add_item
from app.catalog.drafts import ItemDraft
from app.clock import now_ms
from app.database import database, publish, transaction
from app.warehouse.models import Location
from tests.app.phone import Phone
from tests.app.visitor import Visitor


@dataclass(frozen=True)
class World:
    """Numbers of the places and goods."""

    tea: int
    sugar: int
    scanner: int
    dock: int
    bin_a: int
    bin_b: int


@pytest.fixture
def world(app: Flask) -> World:
    """A site with a dock and two bins; tea (lots), sugar (plain), a scanner (serials)."""
    moment = now_ms()
    times = {"created_at": moment, "updated_at": moment}
    site = Location(kind="site", code="MAIN", name="Main", barcode="LOC-MAIN", **times)
    goods = [
        ItemDraft("TEA", "Tea", tracking="lot", expiring=True, barcodes=("04006381333931",)),
        ItemDraft("SUGAR", "Sugar", unit="kg", decimals=3),
        ItemDraft("SCANNER", "Scanner", tracking="serial"),
    ]
    with app.app_context(), transaction() as connection:
        session = database.session
        items = [add_item(connection, draft) for draft in goods]
        session.add(site)
        session.flush()
        named = {"parent_id": site.id, "site_id": site.id, "kind": "bin", **times}
        bins = [
            Location(code=code, barcode=f"LOC-{code}", **named) for code in ("DOCK", "A-01-01", "A-01-02")
        ]
        session.add_all(bins)
        session.flush()
        publish(connection, [("location", str(place.id)) for place in [site, *bins]])
        return World(*items, *(place.id for place in bins))


@pytest.fixture
def phones(app: Flask, signed_in: Callable[[str], Visitor], staff: dict[str, int]) -> Callable[..., Phone]:
    """Makes phones on which a person of a role has signed in."""

    def make(role: str = "operator") -> Phone:
        phone = Phone(app.test_client(), actor=staff[role])
        enrol(signed_in(role), phone)
        return phone

    return make


@pytest.fixture
def phone(phones: Callable[..., Phone]) -> Phone:
    return phones()


def enrol(browser: Visitor, phone: Phone) -> Any:
    answer = browser.post("/api/devices", json={"device": phone.device, "name": f"phone {phone.device[:4]}"})
    assert answer.status_code == 201, answer.json
    phone.credential = answer.json["credential"]
    return answer
