"""What tests ask the book, past every door."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import create_engine, inspect, select
from sqlalchemy.pool import NullPool

from app.config import Settings
from app.database import database, reading
from app.database.postgresql import WRITE_LOCK
from app.stock.book.check_feed import site_differences
from app.stock.book.models import Movement, StockLevel
from app.stock.feed.models import FeedCounter
from sync.movement import Cell
from sync.protocol import checksum
from tests.postgresql import is_postgresql


def on_hand(app: Flask) -> dict[tuple[int, str, int], int]:
    """Millionths by cell, empty ones left out."""
    with app.app_context():
        columns = (StockLevel.item_id, StockLevel.lot, StockLevel.location_id, StockLevel.quantity)
        return {tuple(row[:3]): row[3] for row in database.session.execute(select(*columns)) if row[3]}


def summed(app: Flask) -> dict[tuple[int, str, int], int]:
    """The same, summed from the movements of real places."""
    balances: dict[tuple[int, str, int], int] = {}
    with app.app_context():
        for leg in database.session.scalars(select(Movement)):
            for place, quantity in ((leg.from_id, -leg.quantity), (leg.to_id, leg.quantity)):
                cell = (leg.item_id, leg.lot, place)
                balances[cell] = balances.get(cell, 0) + quantity
    return {cell: quantity for cell, quantity in balances.items() if quantity and cell[2] > 5}


def stored_checksum(app: Flask) -> int:
    with app.app_context():
        return int(database.session.scalars(select(FeedCounter.stock_checksum)).one())


def assert_sound(app: Flask) -> None:
    """The levels are the sums of the movements, and the checksum is that of the levels."""
    levels = on_hand(app)
    assert levels == summed(app)
    with app.app_context(), reading() as connection:
        assert [*site_differences(connection, {Cell(*cell): levels[cell] for cell in levels})] == []
    assert stored_checksum(app) == checksum((*cell, quantity) for cell, quantity in levels.items())


def dump(settings: Settings) -> list[str]:
    """The whole database as text: equal dumps mean that nothing was written."""
    engine = create_engine(settings.database_url, poolclass=NullPool)
    with engine.connect() as reader:
        names = [name for name in inspect(reader).get_table_names() if not name.startswith("item_search")]
        rows = {name: reader.exec_driver_sql(f'SELECT * FROM "{name}"') for name in names}
        return sorted(f"{name} {row}" for name, found in rows.items() for row in found)


@contextmanager
def locked(settings: Settings) -> Iterator[None]:
    """Another process holds the write lock."""
    if is_postgresql():
        with create_engine(settings.database_url, poolclass=NullPool).begin() as writer:
            writer.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")
            yield
        return
    writer = sqlite3.connect(settings.home / "tallyman.sqlite3", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        writer.execute("ROLLBACK")
        writer.close()


def stock_of(rows: dict[str, Any]) -> dict[tuple[Any, ...], str]:
    """Quantities by cell out of pulled rows, empty cells left out."""
    return {key: row[3] for key, row in rows.get("stock", {}).items() if len(row) > 3 and row[3] != "0"}
