"""People as a table of them sees them: read by a few statements, however many they are."""

import pytest
from flask import Flask
from sqlalchemy import update

from app.database import reading, transaction
from app.people.import_people import people_by_email, people_by_id
from app.people.models import User
from app.people.sites import choose_sites
from tests.app.floor import World
from tests.app.statements import statements
from tests.app.visitor import email_of

ROLES = ("manager", "operator", "viewer")


@pytest.fixture
def kept(app: Flask, world: World, staff: dict[str, int]) -> dict[str, int]:
    """Three people who are kept to sites of their own."""
    with app.app_context(), transaction() as connection:
        for role, sites in zip(ROLES, ([world.dock, world.bin_a], [world.bin_b], []), strict=True):
            connection.execute(update(User).where(User.id == staff[role]).values(all_sites=False))
            choose_sites(connection, staff[role], sites)
    return staff


def test_each_person_has_their_own_sites(app: Flask, world: World, kept: dict[str, int]) -> None:
    with app.app_context(), reading() as connection:
        found = people_by_id(connection, list(kept.values()))
    assert [found[kept[role]].sites for role in ROLES] == [(world.dock, world.bin_a), (world.bin_b,), ()]
    assert found[kept["administrator"]].sites is None


def test_the_sites_of_many_people_are_one_statement(app: Flask, kept: dict[str, int]) -> None:
    with app.app_context(), reading() as connection, statements() as heard:
        people_by_email(connection, [email_of(role) for role in ROLES])
    assert len([said for said in heard if "user_site" in said]) == 1, heard
