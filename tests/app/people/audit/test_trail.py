"""The audit trail: who, what, before and after, never a secret."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.database import transaction
from app.people.audit.models import AuditEntry
from app.people.audit.trail import HIDDEN, Actor, Subject, acting_as, changed, person_acting, record
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]


def entries(connection: Any) -> list[Any]:
    return list(connection.execute(select(AuditEntry.__table__).order_by(AuditEntry.id)))


def test_only_what_differs_is_kept() -> None:
    before, after = {"name": "Tea", "unit": "kg"}, {"name": "Green tea", "unit": "kg"}
    assert changed(before, after) == ({"name": "Tea"}, {"name": "Green tea"})
    assert changed({}, {"name": "Tea"}) == ({}, {"name": "Tea"})


@pytest.mark.parametrize("name", ["password", "password_hash", "token", "credential_hash", "pin"])
def test_a_secret_is_only_a_mark(name: str) -> None:
    assert changed({name: "a"}, {name: "b"}) == ({name: HIDDEN}, {name: HIDDEN})


def test_what_merely_sounds_like_a_secret_is_kept() -> None:
    assert changed({}, {"shipping": "by sea"}) == ({}, {"shipping": "by sea"})


def test_a_long_text_is_cut() -> None:
    _, after = changed({}, {"description": "x" * 2000})
    assert len(after["description"]) < 600


def test_the_system_acts_where_nobody_asks(app: Flask) -> None:
    with app.app_context(), transaction() as connection:
        record(connection, "added", Subject("item", 7), None, {"name": "Tea", "code": "T"})
        (entry,) = entries(connection)
    assert (entry.actor_kind, entry.user_id, entry.address) == ("system", None, "")
    assert (entry.subject_kind, entry.subject_id, entry.subject_name) == ("item", "7", "Tea")
    assert json.loads(entry.after) == {"name": "Tea", "code": "T"}


def test_a_job_acts_for_the_person_who_asked(app: Flask, staff: dict[str, int]) -> None:
    with app.app_context(), transaction() as connection:
        with acting_as(person_acting(connection, staff["manager"])):
            record(connection, "ran", ("import", "9"))
        record(connection, "ran", ("import", "10"))
        first, second = entries(connection)
    assert (first.actor_kind, first.user_id, first.actor) == ("person", staff["manager"], "Ana Manager")
    assert second.actor_kind == "system"


def test_a_device_that_a_door_named_acts(app: Flask) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.7"}), transaction() as connection:
        from flask import g

        g.audit_actor = Actor("device", None, "Dock phone")
        record(connection, "enrolled", ("device", "abc"))
        (entry,) = entries(connection)
    assert (entry.actor_kind, entry.actor, entry.address) == ("device", "Dock phone", "192.0.2.7")


def test_nothing_is_written_where_nothing_changed(app: Flask) -> None:
    with app.app_context(), transaction() as connection:
        record(connection, "changed", ("item", 1), {"name": "Tea"}, {"name": "Tea"})
        assert entries(connection) == []


def test_a_change_that_is_undone_leaves_no_entry(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(ZeroDivisionError), transaction() as connection:
            record(connection, "added", ("item", 1))
            raise ZeroDivisionError
        with transaction() as connection:
            assert entries(connection) == []
