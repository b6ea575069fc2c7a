"""Transactions, snapshots and the feed counter on a real database."""

import threading
import time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError

from app import create_app
from app.catalog.models import Item
from app.config import Settings
from app.database import FeedMoved, database, feed_moved, passing, publish, reading, transaction
from app.stock.book.models import StockLevel
from app.stock.feed.models import FeedChange, FeedCounter
from app.web.errors import Refusal
from tests.app.books import locked


def level(item_id: int, quantity: int = 1) -> StockLevel:
    return StockLevel(item_id=item_id, lot="", location_id=2, quantity=quantity, changed_at=1)


def count_levels(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(StockLevel)).scalar_one()


def test_rows_and_objects_share_one_transaction(app: Flask) -> None:
    with app.app_context():
        with transaction() as connection:
            database.session.add(level(7))
            database.session.flush()
            assert count_levels(connection) == 1
        with reading() as connection:
            assert count_levels(connection) == 1


def test_an_exception_undoes_everything(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(ZeroDivisionError), transaction() as connection:
            database.session.add(level(7))
            publish(connection, [("stock", "7||2")])
            raise ZeroDivisionError
        with reading() as connection:
            assert count_levels(connection) == 0
            assert (
                connection.execute(
                    select(func.count()).select_from(FeedChange).filter_by(entity="stock")
                ).scalar()
                == 0
            )


def test_a_reader_cannot_write(app: Flask) -> None:
    with app.app_context(), pytest.raises(DBAPIError, match=r"read-?only"), reading() as connection:
        connection.execute(text("DELETE FROM item"))


def test_a_snapshot_does_not_move_while_others_write(app: Flask) -> None:
    def write() -> None:
        with app.app_context(), transaction():
            database.session.add(level(7))

    with app.app_context():
        with reading() as connection:
            before = count_levels(connection)
            in_thread(write)
            assert count_levels(connection) == before
        with reading() as connection:
            assert count_levels(connection) == before + 1


def test_a_change_outside_of_a_transaction_is_refused(app: Flask) -> None:
    with app.app_context():
        database.session.add(level(7))
        with pytest.raises(RuntimeError, match="outside"), transaction():
            pass
        with pytest.raises(RuntimeError, match="outside"), reading():
            pass


def test_a_transaction_within_a_transaction_is_refused(app: Flask) -> None:
    with app.app_context(), transaction(), pytest.raises(RuntimeError, match="already open"), transaction():
        pass


def test_objects_are_read_again_under_the_write_lock(app: Flask) -> None:
    def rename() -> None:
        with app.app_context(), transaction() as connection:
            connection.execute(text("UPDATE item SET name = 'new'"))

    with app.app_context():
        item = database.session.get(Item, 1)
        assert item is not None
        in_thread(rename)
        with transaction():
            assert item.name == "new"


def test_many_writers_at_once_all_get_their_turn(app: Flask) -> None:
    def add(item_id: int) -> None:
        with app.app_context(), transaction() as connection:
            database.session.add(level(item_id))
            publish(connection, [("stock", f"{item_id}||2")])

    threads = [threading.Thread(target=add, args=(number,)) for number in range(100, 124)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context(), reading() as connection:
        positions = (
            connection.execute(select(FeedChange.position).order_by(FeedChange.position)).scalars().all()
        )
        head = connection.execute(select(FeedCounter.position)).scalar_one()
    assert list(positions) == list(range(1, head + 1))
    assert head == 6 + 24


def test_a_lock_that_stays_is_refused_with_a_time_to_come_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passing, "LOCK_WAIT_S", 0.1)
    with locked(app.config["TALLYMAN"]), app.app_context(), pytest.raises(Refusal) as refusal, transaction():
        raise AssertionError("the lock was not respected")
    assert (refusal.value.status, refusal.value.code) == (503, "unavailable")
    assert refusal.value.fields["retry_after"] > 0


def test_a_failure_that_will_not_pass_is_an_internal_error_without_a_stack_trace(
    app: Flask, client: FlaskClient
) -> None:
    @app.get("/api/test/broken")
    def broken() -> str:
        with reading() as connection:
            connection.execute(text("SELECT nothing FROM nowhere"))
        return ""

    answer = client.get("/api/test/broken")
    assert answer.status_code == 500
    assert answer.get_json()["code"] == "internal"
    assert "nowhere" not in answer.get_data(as_text=True)


def test_a_request_for_which_no_connection_is_left_may_come_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Settings, "engine_options", {"pool_size": 1, "max_overflow": 0, "pool_timeout": 0.05})
    app = create_app(settings)

    @app.get("/api/test/read")
    def read() -> str:
        with reading() as connection:
            return str(count_levels(connection))

    client = app.test_client()
    with app.app_context():
        engine = database.engine
    with engine.connect():
        answer = client.get("/api/test/read")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "unavailable")
    assert client.get("/api/test/read").status_code == 200
    engine.dispose()


def test_each_change_takes_one_position_and_a_row_stands_only_at_its_latest(connection: Connection) -> None:
    start = connection.execute(select(FeedCounter.position)).scalar_one()
    assert publish(connection, [("stock", "1||2"), ("stock", "2||2"), ("stock", "1||2")]) == start + 2
    assert publish(connection, [("stock", "1||2")]) == start + 3
    rows = connection.execute(
        select(FeedChange.key, FeedChange.position).filter_by(entity="stock").order_by(FeedChange.position)
    ).all()
    assert [tuple(row) for row in rows] == [("2||2", start + 2), ("1||2", start + 3)]


def test_the_checksum_of_the_stock_wraps_at_two_to_the_thirty_second(connection: Connection) -> None:
    publish(connection, [], checksum_delta=2**32 - 1)
    publish(connection, [], checksum_delta=3)
    publish(connection, [], checksum_delta=-5)
    assert connection.execute(select(FeedCounter.stock_checksum)).scalar_one() == 2**32 - 3


def test_whoever_waits_for_the_feed_wakes_after_the_commit(app: Flask) -> None:
    seen = feed_moved.count
    woken: list[float] = []
    waiter = threading.Thread(target=lambda: woken.append(float(feed_moved.wait(seen, 5.0))))
    waiter.start()
    with app.app_context(), transaction() as connection:
        publish(connection, [("stock", "1||2")])
        assert feed_moved.count == seen
    waiter.join()
    assert woken == [seen + 1]


def test_waiting_for_a_feed_that_stands_still_ends_in_time() -> None:
    signal = FeedMoved()
    started = time.monotonic()
    assert signal.wait(0, 0.05) == 0
    assert time.monotonic() - started < 2


def in_thread(work: object) -> None:
    thread = threading.Thread(target=work)  # type: ignore[arg-type]
    thread.start()
    thread.join()
