"""The small named world: planted once, whole, and in agreement with itself."""

import pytest
from click import ClickException
from flask import Flask
from sqlalchemy import func, select, text

from app.catalog.barcodes import stored_barcode
from app.catalog.look_up import ids_by_code
from app.catalog.models import Item, ItemBarcode, Lot
from app.database import reading
from app.setup.seed import seed_world
from app.setup.small_world import THINGS
from app.stock.book.check import differences
from app.stock.book.models import SerialPosition, StockLevel
from app.stock.discrepancies.models import Discrepancy
from app.warehouse.models import Location
from sync.gtin import gtin14
from sync.quantity import SCALE


@pytest.fixture
def world(app: Flask, staff: dict[str, int]) -> Flask:
    with app.app_context():
        assert seed_world()
    return app


def on_hand(code: str, place: str) -> dict[str, int]:
    """Millionths by lot."""
    asked = (
        select(StockLevel.lot, StockLevel.quantity)
        .join(Item, Item.id == StockLevel.item_id)
        .join(Location, Location.id == StockLevel.location_id)
        .where(Item.code == code, Location.code == place, StockLevel.quantity != 0)
    )
    with reading() as connection:
        return {row.lot: row.quantity for row in connection.execute(asked)}


def test_the_warehouse_stands_with_its_places_in_walking_order(world: Flask) -> None:
    with world.app_context(), reading() as connection:
        bins = select(Location.code).where(Location.kind == "bin").order_by(Location.walk_order)
        codes = list(connection.scalars(bins))
    assert codes[0] == "A-01-01"
    assert codes[17] == "A-03-06"
    assert codes[18:] == ["C-01-01", "C-01-02", "C-01-03", "C-01-04"]


def test_every_barcode_is_a_valid_gtin_of_the_example_range(world: Flask) -> None:
    printed = [code for thing in THINGS for code in thing.barcodes]
    printed += [thing.case_barcode for thing in THINGS if thing.case_of]
    assert all(gtin14(code) for code in printed)
    assert all(code.removeprefix("1").startswith("952") for code in printed)
    with world.app_context(), reading() as connection:
        stored = set(connection.scalars(select(ItemBarcode.code)))
    assert stored == {stored_barcode(code) for code in printed}
    assert len(stored) == len(printed) == len(THINGS) + 2


def test_the_tea_lies_in_two_lots_with_their_expiry(world: Flask) -> None:
    with world.app_context():
        assert on_hand("TEA-ASSAM-250", "A-01-01") == {"T2401": 36 * SCALE}
        assert on_hand("TEA-ASSAM-250", "A-01-02") == {"T2402": 120 * SCALE}
        with reading() as connection:
            tea = ids_by_code(connection, ["TEA-ASSAM-250"])["TEA-ASSAM-250"]
            lots = connection.execute(
                select(Lot.code, Lot.expires_on, Lot.introduced).where(Lot.item_id == tea)
            )
            found = {code: (expires_on is not None, introduced) for code, expires_on, introduced in lots}
    assert found == {"T2401": (True, True), "T2402": (True, True)}


def test_loose_goods_and_serials_are_where_the_week_left_them(world: Flask) -> None:
    with world.app_context():
        assert on_hand("TEA-ROOI-KG", "A-02-01") == {"R2409": 16_500_000}
        assert on_hand("DEV-SCAN-7", "A-03-03") == {"": 3 * SCALE}
        with reading() as connection:
            homes = select(SerialPosition.serial, Location.code).join(
                Location, Location.id == SerialPosition.location_id
            )
            found = {row.serial: row.code for row in connection.execute(homes)}
    assert found["HH7-00423"] == "PACK"
    assert found["HH7-00418"] == "A-03-03"


def test_the_books_agree_and_nothing_is_open(world: Flask) -> None:
    with world.app_context(), reading() as connection:
        assert list(differences(connection)) == []
        opened = select(func.count()).select_from(Discrepancy).where(Discrepancy.closed_at.is_(None))
        assert connection.scalar(opened) == 0
        below = (
            select(func.count()).select_from(StockLevel).join(Location, Location.id == StockLevel.location_id)
        )
        assert connection.scalar(below.where(StockLevel.quantity < 0, Location.kind != "virtual")) == 0


def test_a_second_planting_changes_nothing(world: Flask) -> None:
    with world.app_context():
        with reading() as connection:
            before = connection.execute(text("SELECT position FROM feed_counter")).scalar()
        assert not seed_world()
        with reading() as connection:
            assert connection.execute(text("SELECT position FROM feed_counter")).scalar() == before


def test_without_a_person_nothing_is_planted(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(ClickException, match="administrator"):
            seed_world()
        with reading() as connection:
            assert connection.scalar(select(func.count()).where(Location.kind == "site")) == 0
