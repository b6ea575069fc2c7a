"""What is SQLite's own: how a connection is set up, and a file that cannot grow."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.database import database, reading, transaction
from app.stock.book.models import StockLevel

pytestmark = pytest.mark.only_on("sqlite")


def test_a_connection_is_durable_checked_and_never_waits_in_c(app: Flask) -> None:
    with app.app_context(), reading() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert found == ["wal", 2, 1, 0]


def test_a_full_disk_is_refused_and_leaves_nothing_behind(app: Flask, client: FlaskClient) -> None:
    @app.post("/api/test/fill")
    def fill() -> str:
        with transaction() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
            for number in range(1000, 9000):
                database.session.add(
                    StockLevel(item_id=number, lot="", location_id=2, quantity=1, changed_at=1)
                )
        return "stored"

    answer = client.post("/api/test/fill")
    assert answer.status_code == 503
    assert answer.get_json()["code"] == "unavailable"
    with app.app_context(), reading() as connection:
        assert connection.execute(select(func.count()).select_from(StockLevel)).scalar_one() == 0
