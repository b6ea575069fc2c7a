"""Hot statements past SQLAlchemy's cursors: the same rows, and failures under the same names."""

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from app.database import database, transaction
from app.database.bulk import insert_into, write_rows
from app.database.driver import in_one_message, run
from app.database.listed import listed

PLACES = "SELECT l.id, l.kind AS sort FROM {wanted} CROSS JOIN location l WHERE l.id = wanted.location_id"
AGAIN = insert_into("location", "id", "kind", "code", "created_at", "updated_at")


def test_rows_have_the_names_of_their_columns_whoever_listens(app: Flask) -> None:
    with app.app_context(), transaction() as connection:
        plain = listed(connection, ("location_id",), [(1,), (2,)], PLACES)
        heard: list[str] = []
        event.listen(database.engine, "before_cursor_execute", hears := lambda *said: heard.append(said[2]))
        try:
            watched = listed(connection, ("location_id",), [(1,), (2,)], PLACES)
        finally:
            event.remove(database.engine, "before_cursor_execute", hears)
    assert sorted((row.id, row.sort) for row in plain) == [(1, "virtual"), (2, "virtual")]
    assert sorted(map(tuple, watched)) == sorted(map(tuple, plain))
    assert len(heard) == 1


def test_a_driver_s_failure_has_the_name_that_sqlalchemy_gives_it(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(IntegrityError), transaction() as connection:
            write_rows(connection, AGAIN, [(1, "bin", "AGAIN", 0, 0)])
        with transaction() as connection:
            run(connection, "UPDATE location SET name = code WHERE id = 1", ())
            found = listed(connection, ("location_id",), [(1,)], PLACES.replace("l.kind", "l.name"))
    assert [row.sort for row in found] == ["SUPPLIER"]


def test_what_goes_in_one_message_fails_and_succeeds_as_one_by_one(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(IntegrityError), transaction() as connection, in_one_message(connection):
            run(connection, "UPDATE location SET name = 'lost' WHERE id = 1", ())
            write_rows(connection, AGAIN, [(1, "bin", "AGAIN", 0, 0)])
        with transaction() as connection:
            with in_one_message(connection):
                run(connection, "UPDATE location SET barcode = 'B' WHERE id = 1", ())
                found = listed(connection, ("location_id",), [(1,)], PLACES.replace("l.kind", "l.barcode"))
            names = listed(connection, ("location_id",), [(1,)], PLACES.replace("l.kind", "l.name"))
    assert [row.sort for row in found] == ["B"]
    assert [row.sort for row in names] != ["lost"]
