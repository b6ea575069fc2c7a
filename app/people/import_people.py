"""People as a table of them sees them: how they stand, how a row wants them, how they were before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from app.imports.journal import Entry
from app.people.models import User
from app.people.sites import chosen_by_user
from app.people.users import change_sites, change_user

COLUMNS = (User.id, User.email, User.name, User.role, User.all_sites, User.disabled_at, User.password_hash)


@dataclass(frozen=True, slots=True)
class Person:
    """A user as they stand, or as a row wants them; ``sites`` None for all of them, also those to come."""

    id: int
    email: str
    name: str
    role: str
    sites: tuple[int, ...] | None = None
    disabled: bool = False
    came_in: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What a row changes about a person; ``returns`` lets them in whom undoing an import had shut out."""

    before: Person
    after: Person
    returns: bool = False


def people_by_email(connection: Connection, emails: Sequence[str]) -> dict[str, Person]:
    """The people who bear these addresses."""
    return {person.email: person for person in people_where(connection, User.email.in_(emails))}


def people_by_id(connection: Connection, ids: Sequence[int]) -> dict[int, Person]:
    """The people who exist among these."""
    return {person.id: person for person in people_where(connection, User.id.in_(ids))}


def people_where(connection: Connection, condition: Any) -> list[Person]:
    """The people who fit, as they stand."""
    rows = connection.execute(select(*COLUMNS).where(condition)).all()
    chosen = chosen_by_user(connection, [row.id for row in rows])
    return [
        Person(
            row.id,
            row.email,
            row.name,
            row.role,
            None if row.all_sites else tuple(chosen[row.id]),
            row.disabled_at is not None,
            row.password_hash != "",
        )
        for row in rows
    ]


def apply(connection: Connection, before: Person, after: Person) -> None:
    """Write what differs between two states of a person."""
    changes = {
        name: getattr(after, name)
        for name in ("name", "role")
        if getattr(before, name) != getattr(after, name)
    }
    if changes:
        change_user(connection, after.id, changes)
    if before.sites != after.sites:
        change_sites(connection, after.id, after.sites is None, after.sites or ())


def former(change: Change) -> dict[str, Any]:
    """What stood there before, and what the import left."""
    before = {**shown(change.before), "disabled": change.before.disabled}
    return {"before": before, "after": shown(change.after)}


def shown(person: Person) -> dict[str, Any]:
    """What an import may change about a person, as JSON holds it."""
    return {
        "name": person.name,
        "role": person.role,
        "sites": None if person.sites is None else list(person.sites),
    }


def restored(person: Person, entry: Entry) -> Person:
    """A person as they were before an import changed them."""
    was = entry.former["before"]
    sites = None if was["sites"] is None else tuple(was["sites"])
    return Person(person.id, person.email, was["name"], was["role"], sites, person.disabled, person.came_in)
