"""The first person of an installation, without whom nobody could let anybody in."""

from dataclasses import dataclass

import click
from flask import current_app
from sqlalchemy import select

from app.clock import now_ms
from app.config import Settings
from app.database import database, reading, transaction
from app.database.schema import upgrade
from app.people.access.passwords import hash_password, new_password, password_problem
from app.people.models import User
from app.words import t

SHORTEST_AT_SET_UP = 10
"""Who sets a server up may choose a shorter password than the house rule asks of its people."""


@dataclass(frozen=True)
class Entry:
    """How the first person signs in; ``shown`` is the password if we made it, which is printed once."""

    email: str
    shown: str


def prepared() -> str:
    """Bring the database up to date; the first time fill it and return how to sign in."""
    upgrade()
    settings: Settings = current_app.config["TALLYMAN"]
    entry = first_administrator(settings.admin_email, settings.admin_password)
    if entry is None:
        return ""
    if settings.demonstration:
        plant()
    return f"Sign in as {entry.email} with the password {entry.shown}"


def plant() -> None:
    """Fill an empty warehouse with the small demonstration world."""
    from app.setup.seed import seed_world

    seed_world()


def first_administrator(email: str, password: str | None) -> Entry | None:
    """Add the first administrator with the given password or a new one; None where there is one already."""
    with reading() as connection:
        query = select(User.id).where(User.role == "administrator").limit(1)
        if connection.execute(query).first():
            return None
    add_administrator(email, password or (made := new_password()), "Administrator")
    return Entry(email, "from TALLYMAN_ADMIN_PASSWORD" if password else made)


def add_administrator(email: str, password: str, name: str) -> None:
    """Store a person who may do everything. Raises ClickException for a weak password or a known address."""
    address = email.strip().casefold()
    if problem := password_problem(password, (address,), SHORTEST_AT_SET_UP):
        raise click.ClickException(t(problem, count=SHORTEST_AT_SET_UP))
    stored = hash_password(password)
    with transaction():
        if database.session.execute(select(User.id).where(User.email == address)).first():
            raise click.ClickException(f"{address} is known already.")
        row = User(email=address, name=name, role="administrator", password_hash=stored, created_at=now_ms())
        database.session.add(row)
