"""What the tests of backups and restores do, in one line each."""

from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.database import database, reading
from app.stock.book.check import differences
from app.stock.book.models import Operation, StockLevel
from app.upkeep.backups import Backup, make_backup
from app.upkeep.restoring import Restored, restore
from tests.app.floor import World
from tests.app.phone import SUPPLIER, Phone, statuses


def backed_up(app: Flask, to: Path | None = None) -> Backup:
    with app.app_context():
        return make_backup(to)


def restored(app: Flask, source: Path, **how: Any) -> Restored:
    with app.app_context():
        try:
            return restore(source, **how)
        finally:
            database.session.remove()
            database.engine.dispose()


def recorded(app: Flask) -> list[str]:
    with app.app_context(), reading() as connection:
        return sorted(connection.execute(select(Operation.id)).scalars())


def captured(*phones: Phone) -> list[str]:
    return sorted(operation["id"] for phone in phones for operation in phone.captured)


def levels(app: Flask) -> list[Any]:
    columns = (StockLevel.item_id, StockLevel.lot, StockLevel.location_id, StockLevel.quantity)
    with app.app_context(), reading() as connection:
        return sorted(tuple(row) for row in connection.execute(select(*columns)))


def wrong(app: Flask) -> list[str]:
    with app.app_context(), reading() as connection:
        return differences(connection)


def one(app: Flask, query: Any) -> Any:
    with app.app_context(), reading() as connection:
        return connection.execute(query).scalar()


def refill(phone: Phone) -> None:
    """What a phone does when it meets another incarnation: hello, then its whole journal again."""
    assert phone.hello().status_code == 200
    for start in range(0, len(phone.captured), 7):
        statuses(phone.push(phone.captured[start : start + 7]))


def work(phone: Phone, world: World, rounds: int) -> None:
    """Receipts, moves and counts, pushed."""
    first = len(phone.captured)
    for turn in range(rounds):
        phone.move(world.sugar, SUPPLIER, world.dock, "5")
        phone.move(world.sugar, world.dock, world.bin_a, "3")
        if turn % 3 == 0:
            phone.count(world.sugar, world.bin_a, str(turn))
        phone.move(world.tea, SUPPLIER, world.bin_b, "2", lot=f"L{turn % 2}")
    statuses(phone.push(phone.captured[first:]))
