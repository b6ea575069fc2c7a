"""An installation moves to another database whole and proved, or not at all."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from app import create_app
from app.config import Settings
from app.database import database, publish, reading, schema, transaction
from app.setup.first_run import add_administrator, plant
from app.stock.feed.models import FeedCounter, Incarnation
from app.upkeep import moving
from app.upkeep.in_use import HELD, hold
from app.upkeep.moving import CannotMove, Moved, move
from app.warehouse.models import Location
from tests.app.books import dump
from tests.conftest import settings_at


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Flask]:
    """The small world in a SQLite file, as an installation has it that began without a server."""
    home = tmp_path / "small"
    home.mkdir()
    address = f"sqlite:///{home / 'tallyman.sqlite3'}"
    app = create_app(Settings(home, address, "only for tests", "threads", testing=True))
    with app.app_context():
        schema.upgrade()
        add_administrator("ana@example.com", "correct horse battery", "Ana")
        plant()
        yield app
        database.session.remove()
        database.engine.dispose()


@pytest.fixture
def there(tmp_path: Path) -> Settings:
    """An empty database of the kind that this run is about."""
    home = tmp_path / "there"
    home.mkdir()
    return settings_at(home)


def moved(there: Settings) -> Moved:
    return move(create_app, there.database_url, lambda _table, _done, _total: None)


def rows(settings: Settings) -> list[str]:
    """All rows but the name of the incarnation; SQLite has no truth values of its own."""
    found = (row.replace("True", "1").replace("False", "0") for row in dump(settings))
    return sorted(row for row in found if not row.startswith(("incarnation", "job")))


def test_every_row_arrives_and_the_incarnation_goes_with_the_copy(small: Flask, there: Settings) -> None:
    here: Settings = small.config["TALLYMAN"]
    before, sid = rows(here), database.session.scalar(select(Incarnation.sid))
    told = moved(there)
    assert told.operations > 20
    assert rows(there) == before
    assert rows(here) == before
    app = create_app(there)
    with app.app_context(), reading() as connection:
        assert schema.is_current(connection)
        assert connection.scalar(select(Incarnation.sid)) == sid
        assert moving.differences(connection) == []
        database.engine.dispose()
    with reading() as connection:
        assert connection.scalar(select(Incarnation.sid)) != sid


def test_the_moved_installation_goes_on_numbering_behind_the_last_number(
    small: Flask, there: Settings
) -> None:
    moved(there)
    app = create_app(there)
    with app.app_context():
        with transaction() as connection:
            top = max(connection.scalars(select(Location.id)))
            times = {"created_at": 1, "updated_at": 1}
            database.session.add(Location(kind="bin", code="NEW", name="", barcode="NEW", **times))
            database.session.flush()
            assert connection.scalar(select(Location.id).where(Location.code == "NEW")) == top + 1
            head = connection.scalar(select(FeedCounter.position))
            assert publish(connection, [("location", str(top + 1))]) == head + 1
        database.session.remove()
        database.engine.dispose()


def test_a_database_that_holds_anything_is_refused_and_left_alone(small: Flask, there: Settings) -> None:
    moved(there)
    before = dump(there)
    with pytest.raises(CannotMove, match="not empty"):
        moved(there)
    assert dump(there) == before


def test_a_move_that_broke_off_leaves_no_row_and_can_be_begun_again(
    small: Flask, there: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sid = database.session.scalar(select(Incarnation.sid))
    with monkeypatch.context() as patch:
        patch.setattr(moving, "differences", wrong_at_last(moving.differences))
        with pytest.raises(CannotMove, match="does not agree with a replay"):
            moved(there)
    with reading() as connection:
        assert connection.scalar(select(Incarnation.sid)) == sid
    assert [row for row in dump(there) if not row.startswith("alembic_version")] == []
    assert moved(there).operations > 20


def wrong_at_last(differences: object) -> object:
    """A check that finds the original sound and the copy not."""
    answers = iter(([], ["the copy differs"]))
    return lambda _connection: next(answers)


def test_a_copy_that_differs_in_one_value_is_refused(
    small: Flask, there: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof = moving.prove

    def spoiled(source: object, target: object) -> None:
        target.execute(text("UPDATE item SET name = 'spoiled' WHERE id = 1"))
        proof(source, target)

    monkeypatch.setattr(moving, "prove", spoiled)
    with pytest.raises(CannotMove, match="The copy of item differs"):
        moved(there)


def test_a_book_that_does_not_agree_is_not_moved(small: Flask, there: Settings) -> None:
    with transaction() as connection:
        connection.execute(text("UPDATE stock_level SET quantity = quantity + 1"))
    with pytest.raises(CannotMove, match="does not agree with itself"):
        moved(there)


def test_a_running_installation_is_not_moved(small: Flask, there: Settings) -> None:
    hold(small.config["TALLYMAN"].home)
    with pytest.raises(CannotMove, match="running"):
        moved(there)
    os.close(HELD.pop())


def test_an_installation_does_not_move_onto_itself(small: Flask) -> None:
    with pytest.raises(CannotMove, match="uses already"):
        moved(small.config["TALLYMAN"])


def test_a_database_that_is_not_there_is_named(small: Flask, there: Settings) -> None:
    nowhere = replace(there, database_url="postgresql+psycopg://ana@/none?host=/nowhere")
    with pytest.raises(CannotMove, match="cannot be used"):
        moved(nowhere)


def test_the_command_says_what_it_moved_and_what_to_do_next(small: Flask, there: Settings) -> None:
    said = small.test_cli_runner().invoke(args=["move-database", there.database_url])
    assert said.exit_code == 0, said.output
    assert "operation: " in said.output
    assert "Now set DATABASE_URL" in said.output
    again = small.test_cli_runner().invoke(args=["move-database", there.database_url])
    assert (again.exit_code, "Nothing was moved" in again.output) == (1, True)
