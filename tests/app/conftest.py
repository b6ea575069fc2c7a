"""People of the small world: one of each role, and browsers in which they are signed in."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.clock import now_ms
from app.database import database, transaction
from app.people.access.passwords import hash_password
from app.people.models import User
from app.people.roles import ROLES
from tests.app.floor import phone, phones, world
from tests.app.two_sites import kept_to_main, north
from tests.app.visitor import PASSWORD, Visitor, email_of

__all__ = ["kept_to_main", "north", "phone", "phones", "world"]


@pytest.fixture
def staff(app: Flask) -> dict[str, int]:
    """One user of each role; their ids by role."""
    with app.app_context():
        stored = hash_password(PASSWORD)
        people = [
            User(
                email=email_of(role),
                name=f"Ana {role.title()}",
                role=role,
                password_hash=stored,
                created_at=now_ms(),
            )
            for role in ROLES
        ]
        with transaction():
            database.session.add_all(people)
        return {person.role: person.id for person in people}


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app.test_client())


@pytest.fixture
def signed_in(app: Flask, staff: dict[str, int]) -> Callable[[str], Visitor]:
    """A browser in which the person of a role has signed in."""

    def enter(role: str) -> Visitor:
        browser = Visitor(app.test_client())
        assert browser.sign_in(email_of(role)).status_code == 200
        return browser

    return enter
