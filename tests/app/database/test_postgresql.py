"""What is PostgreSQL's own: levels of isolation, limits, and failures that may pass."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg import errors
from sqlalchemy import Connection, Engine, create_engine, select, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from app.catalog.models import Item
from app.config import settings_from
from app.database import database, passing, postgresql, publish, reading, transaction
from app.stock.feed.models import FeedCounter
from app.web.errors import Refusal
from tests.app.books import dump

only_on_postgresql = pytest.mark.only_on("postgresql")
PATIENCE_S = 30


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_usual_name_of_postgresql_leads_to_the_one_driver(scheme: str) -> None:
    asked = postgresql.normalised(f"{scheme}://ana:secret@host:5433/stock?sslmode=require")
    assert asked == "postgresql+psycopg://ana:secret@host:5433/stock?sslmode=require"


def test_another_address_stays_as_it_is() -> None:
    assert postgresql.normalised("sqlite:////data/tallyman.sqlite3") == "sqlite:////data/tallyman.sqlite3"


def test_the_environment_names_the_database(tmp_path: object) -> None:
    environ = {"TALLYMAN_HOME": str(tmp_path), "DATABASE_URL": "postgres://ana@host/stock"}
    settings = settings_from(environ)
    assert settings.database_url == "postgresql+psycopg://ana@host/stock"
    assert settings.engine_options["pool_pre_ping"] is True


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (errors.DeadlockDetected(), True),
        (errors.SerializationFailure(), True),
        (errors.LockNotAvailable(), True),
        (errors.DiskFull(), True),
        (errors.TooManyConnections(), True),
        (errors.AdminShutdown(), True),
        (errors.QueryCanceled(), True),
        (errors.IoError(), True),
        (psycopg.OperationalError("the connection is lost"), True),
        (errors.UniqueViolation(), False),
        (errors.SyntaxError(), False),
        (errors.NumericValueOutOfRange(), False),
        (psycopg.DataError("a text holds NUL"), False),
        (ValueError(), False),
    ],
)
def test_a_failure_passes_or_it_does_not(error: Exception, passes: bool) -> None:
    assert postgresql.is_passing(error) is passes
    assert postgresql.is_passing(OperationalError("SELECT", {}, error)) is passes


@only_on_postgresql
def test_a_reader_sees_one_snapshot_and_a_writer_what_was_committed(app: Flask) -> None:
    with app.app_context():
        with reading() as connection:
            assert shown(connection, "transaction_isolation", "transaction_read_only") == [
                "repeatable read",
                "on",
            ]
        with transaction() as connection:
            assert shown(connection, "transaction_isolation", "transaction_read_only") == [
                "read committed",
                "off",
            ]


def shown(connection: Connection, *names: str) -> list[str]:
    return [str(connection.exec_driver_sql(f"SHOW {name}").scalar_one()) for name in names]


@only_on_postgresql
def test_what_hangs_is_ended_by_the_server(app: Flask) -> None:
    with app.app_context(), reading() as connection:
        assert shown(connection, "statement_timeout", "idle_in_transaction_session_timeout") == [
            "5min",
            "5min",
        ]


@only_on_postgresql
def test_texts_sort_by_code_point_whatever_the_language_of_the_database(app: Flask) -> None:
    with app.app_context(), reading() as connection:
        collations = connection.execute(
            text(
                "SELECT DISTINCT collation_name FROM information_schema.columns"
                " WHERE table_schema = 'public' AND data_type IN ('character varying', 'text')"
            )
        )
        assert list(collations.scalars()) == ["C"]


@only_on_postgresql
def test_writers_come_one_after_the_other_and_each_sees_the_one_before(app: Flask) -> None:
    ready = threading.Event()
    seen: list[str] = []

    def follow() -> None:
        ready.set()
        with app.app_context(), transaction() as connection:
            seen.append(str(connection.scalar(select(Item.name).where(Item.id == 1))))

    with app.app_context(), transaction() as connection:
        follower = threading.Thread(target=follow)
        follower.start()
        assert ready.wait(PATIENCE_S)
        connection.execute(text("UPDATE item SET name = 'renamed' WHERE id = 1"))
        assert seen == []
    follower.join()
    assert seen == ["renamed"]


@contextmanager
def foreign(app: Flask) -> Iterator[Connection]:
    """A transaction of a program that knows nothing of our order of writing."""
    with create_engine(app.config["TALLYMAN"].database_url, poolclass=NullPool).connect() as connection:
        yield connection


@only_on_postgresql
def test_a_row_that_a_foreign_program_holds_is_waited_for_only_so_long(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passing, "LOCK_WAIT_S", 0.1)

    @app.post("/api/test/publish")
    def advance() -> str:
        with transaction() as connection:
            connection.execute(text("UPDATE item SET name = 'half written' WHERE id = 1"))
            publish(connection, [("item", "1")])
        return "stored"

    before = dump(app.config["TALLYMAN"])
    with foreign(app) as other:
        other.execute(text("UPDATE feed_counter SET position = position"))
        answer = client.post("/api/test/publish")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "2"
    assert dump(app.config["TALLYMAN"]) == before
    assert client.post("/api/test/publish").status_code == 200


@only_on_postgresql
def test_of_a_deadlock_with_a_foreign_program_nothing_is_left(app: Flask) -> None:
    """They take the counter and an item in opposite order; whoever is chosen to give way, no half remains."""
    with app.app_context(), foreign(app) as other:
        other.execute(text("SET deadlock_timeout = '10s'"))
        other.execute(text("UPDATE feed_counter SET position = position"))
        with pytest.raises(Refusal) as refusal, transaction() as connection:
            connection.execute(text("SET LOCAL deadlock_timeout = '50ms'"))
            connection.execute(text("UPDATE item SET name = 'half written' WHERE id = 1"))
            crossing = threading.Thread(
                target=lambda: other.execute(text("UPDATE item SET name = 'foreign' WHERE id = 1"))
            )
            crossing.start()
            wait_for_lock(app)
            publish(connection, [("item", "1")])
        crossing.join()
        other.commit()
        assert refusal.value.status == 503
        with reading() as connection:
            assert connection.scalar(select(Item.name).where(Item.id == 1)) == "foreign"
            assert connection.scalar(select(FeedCounter.position)) == 6


def wait_for_lock(app: Flask) -> None:
    """Return when somebody waits for a row."""
    pause = threading.Event()
    with foreign(app) as watcher:
        while not watcher.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            watcher.rollback()
            pause.wait(0.01)


def cut(engine: Engine) -> None:
    """End every other connection to the database, as a restart of the server does."""
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


@only_on_postgresql
def test_nobody_notices_that_the_server_was_restarted_between_two_requests(
    app: Flask, client: FlaskClient
) -> None:
    assert client.get("/readyz").get_json()["checks"]["database"] == "ok"
    cut(create_engine(app.config["TALLYMAN"].database_url, poolclass=NullPool))
    assert client.get("/readyz").get_json()["checks"]["database"] == "ok"


@only_on_postgresql
def test_a_connection_that_is_lost_in_mid_transaction_leaves_nothing_behind(app: Flask) -> None:
    before = dump(app.config["TALLYMAN"])
    with app.app_context():
        with pytest.raises(Refusal) as refusal, transaction() as connection:
            connection.execute(text("UPDATE item SET name = 'half written' WHERE id = 1"))
            cut(create_engine(app.config["TALLYMAN"].database_url, poolclass=NullPool))
            publish(connection, [("item", "1")])
        assert refusal.value.status == 503
        database.session.remove()
    assert dump(app.config["TALLYMAN"]) == before
    with app.app_context(), transaction() as connection:
        publish(connection, [("item", "1")])


@only_on_postgresql
def test_a_server_that_is_away_is_unavailable(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        database.engine.dispose()
        database.engine.url = database.engine.url.set(query={"host": "/nowhere"})
        database.engine.pool = create_engine(database.engine.url).pool
    answer = client.post("/api/session", json={"email": "ana@example.com", "password": "x" * 12})
    assert (answer.status_code, answer.get_json()["code"]) == (503, "unavailable")


@only_on_postgresql
def test_a_failure_that_stays_is_raised_as_it_is(app: Flask) -> None:
    with app.app_context(), pytest.raises(DBAPIError, match="relation"), transaction() as connection:
        connection.execute(text("SELECT nothing FROM nowhere"))
