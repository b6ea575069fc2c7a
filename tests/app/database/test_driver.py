"""Hot statements past SQLAlchemy's cursors: the same rows, and failures under the same names."""

import pytest
from flask import Flask
from sqlalchemy import bindparam, event, select
from sqlalchemy.exc import IntegrityError

from app.database import database, transaction
from app.database.bulk import insert_into, write_rows
from app.database.driver import in_one_message, quick_rows, run
from app.database.keys import among
from app.database.listed import listed
from app.warehouse.models import Location

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


def test_a_query_that_is_made_once_takes_other_values_each_time_and_keeps_its_own(app: Flask) -> None:
    asked = select(Location.id, Location.code).where(among(Location.id), Location.kind == "virtual")
    named = asked.where(Location.code != bindparam("not_this")).order_by(Location.id)
    with app.app_context(), transaction() as connection:
        first = quick_rows(connection, named, {"ids": [1, 2, 3], "not_this": "CUSTOMER"})
        then = quick_rows(connection, named, {"ids": [2], "not_this": ""})
        none = quick_rows(connection, named, {"ids": [], "not_this": ""})
        plain = connection.execute(named, {"ids": [1, 2, 3], "not_this": "CUSTOMER"}).all()
    assert [row.code for row in first] == [row.code for row in plain]
    assert "CUSTOMER" not in [row.code for row in first]
    assert ([row.id for row in then], none) == ([2], [])
