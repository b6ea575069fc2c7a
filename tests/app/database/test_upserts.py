"""Inserts that meet a row which is there already."""

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql

from app.database.upserts import INSERTS, insert
from app.jobs.models import Job

ROW = {"id": "one", "name": "sweep", "payload": "{}", "created_at": 1, "run_at": 1, "state": "queued"}
QUIET = {"attempts": 0, "leased_until": 0, "progress": 0, "message": "", "error": ""}


def job(connection: Connection, **values: object) -> object:
    return insert(connection, Job).values(**{**ROW, **QUIET, **values})


def test_a_row_that_is_there_stays_as_it_is(connection: Connection) -> None:
    connection.execute(job(connection, dedupe_key="k"))
    again = job(connection, id="two", dedupe_key="k")
    connection.execute(again.on_conflict_do_nothing(index_elements=["dedupe_key"]))
    assert connection.scalars(select(Job.id)).all() == ["one"]


def test_a_row_that_is_there_takes_the_new_values(connection: Connection) -> None:
    connection.execute(job(connection))
    again = job(connection, message="later")
    changed = {"message": again.excluded.message}
    connection.execute(again.on_conflict_do_update(index_elements=["id"], set_=changed))
    assert connection.scalars(select(Job.message)).all() == ["later"]


def test_postgresql_gets_its_own_words() -> None:
    said = INSERTS["postgresql"](Job).values(id="one").on_conflict_do_nothing(index_elements=["id"])
    compiled = str(said.compile(dialect=postgresql.dialect()))
    assert compiled.endswith("ON CONFLICT (id) DO NOTHING")
