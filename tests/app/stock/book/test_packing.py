"""Goods captured in packs: posted by the factor that held, kept as captured, shown where both differ."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.catalog.changes import known
from app.catalog.pack_changes import add_pack, archive_pack, change_pack
from app.catalog.packs import PackDraft
from app.clock import now_ms
from app.database import database, reading, transaction
from app.stock.book.check import differences
from app.stock.book.models import Operation
from app.stock.discrepancies.models import Discrepancy
from sync.quantity import SCALE
from tests.app.books import assert_sound, on_hand
from tests.app.floor import World
from tests.app.phone import SUPPLIER, Phone, statuses

HOUR = 3_600_000


@pytest.fixture
def case(app: Flask, world: World) -> int:
    """A case of twelve teas."""
    with app.app_context(), transaction() as connection:
        add_pack(connection, world.tea, PackDraft("case", 12 * SCALE, ("14006381333938",)))
    with app.app_context(), reading() as connection:
        return known(connection, world.tea).all_packs[0].id


def refactored(app: Flask, item: int, pack: int, factor: int, kind: str) -> None:
    with app.app_context(), transaction() as connection:
        seen = known(connection, item).updated_at
        change_pack(connection, (item, pack), {"factor": factor * SCALE, "factor_kind": kind}, seen)


def cases(pack: int, number: int, factor: int = 12) -> dict[str, Any]:
    written = {"id": pack, "unit": "case", "factor": str(factor), "quantity": str(number)}
    return {"quantity": str(number * factor), "pack": written, "lot": "L1"}


def teas(app: Flask, world: World) -> int:
    return on_hand(app).get((world.tea, "L1", world.dock), 0) // SCALE


def opened(app: Flask) -> list[tuple[str, int]]:
    with app.app_context():
        found = database.session.execute(select(Discrepancy.kind, Discrepancy.quantity))
        return [(kind, quantity // SCALE) for kind, quantity in found]


def assert_agrees(app: Flask) -> None:
    assert_sound(app)
    with app.app_context(), reading() as connection:
        assert differences(connection) == []


def test_cases_are_posted_in_the_base_unit(app: Flask, world: World, phone: Phone, case: int) -> None:
    phone.move(world.tea, SUPPLIER, world.dock, **cases(case, 2))
    assert statuses(phone.push()) == ["applied"]
    assert teas(app, world) == 24
    assert opened(app) == []


def test_a_change_counts_from_its_time_on(app: Flask, world: World, phone: Phone, case: int) -> None:
    phone.move(world.tea, SUPPLIER, world.dock, at=now_ms() - HOUR, **cases(case, 1))
    refactored(app, world.tea, case, 10, "change")
    phone.move(world.tea, SUPPLIER, world.dock, at=now_ms() + HOUR, **cases(case, 2))
    answer = phone.push()
    found = [[each["kind"] for each in verdict["discrepancies"]] for verdict in answer.json["verdicts"]]
    assert found == [[], ["factor_changed"]]
    assert teas(app, world) == 12 + 20
    assert opened(app) == [("factor_changed", -4)]
    assert_agrees(app)


def test_a_correction_counts_for_what_was_captured_before_it(
    app: Flask, world: World, phone: Phone, case: int
) -> None:
    phone.move(world.tea, SUPPLIER, world.dock, at=now_ms() - HOUR, **cases(case, 2))
    refactored(app, world.tea, case, 15, "correction")
    phone.push()
    assert teas(app, world) == 30
    assert opened(app) == [("factor_changed", 6)]
    assert_agrees(app)


def test_what_stands_in_the_book_is_not_posted_anew(
    app: Flask, world: World, phone: Phone, case: int
) -> None:
    phone.move(world.tea, SUPPLIER, world.dock, **cases(case, 2))
    phone.push()
    refactored(app, world.tea, case, 15, "correction")
    assert statuses(phone.push()) == ["duplicate"]
    assert teas(app, world) == 24
    assert_agrees(app)


def test_what_the_device_captured_is_kept_and_taken_back_whole(
    app: Flask, world: World, phone: Phone, case: int
) -> None:
    captured = phone.move(world.tea, SUPPLIER, world.dock, at=now_ms() - HOUR, **cases(case, 2))
    refactored(app, world.tea, case, 15, "correction")
    phone.push()
    with app.app_context():
        kept = database.session.get(Operation, captured["id"])
        assert kept is not None
        assert '"factor":"12"' in kept.body.replace(" ", "")
        assert kept.posted_quantity == 30 * SCALE
    phone.capture("reverse", target=captured["id"])
    phone.push()
    assert teas(app, world) == 0
    with app.app_context():
        assert database.session.scalars(select(Discrepancy.closed_by)).all() == ["facts"]
    assert_agrees(app)


def test_a_count_in_cases_is_reckoned_alike(app: Flask, world: World, phone: Phone, case: int) -> None:
    phone.capture("count", item=world.tea, location=world.dock, at=now_ms() - HOUR, **cases(case, 3))
    refactored(app, world.tea, case, 10, "correction")
    phone.push()
    assert teas(app, world) == 30
    assert ("factor_changed", -6) in opened(app)
    assert_agrees(app)


def test_packs_that_are_put_away_or_unknown_post_as_captured(
    app: Flask, world: World, phone: Phone, case: int
) -> None:
    with app.app_context(), transaction() as connection:
        archive_pack(connection, world.tea, case)
    phone.move(world.tea, SUPPLIER, world.dock, **cases(case, 1))
    phone.move(world.tea, SUPPLIER, world.dock, **cases(9999, 1, 6))
    assert statuses(phone.push()) == ["applied", "applied"]
    assert teas(app, world) == 18
    assert opened(app) == []


def test_packs_that_contradict_their_quantity_wait_in_quarantine(
    app: Flask, world: World, phone: Phone, case: int
) -> None:
    phone.move(world.tea, SUPPLIER, world.dock, **{**cases(case, 2), "quantity": "25"})
    assert statuses(phone.push()) == ["quarantined"]
    assert teas(app, world) == 0
