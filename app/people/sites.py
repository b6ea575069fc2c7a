"""Sites: which of them a person may see, and what that means for a place. ``None`` stands for all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from app.people.models import User, UserSite
from app.people.roles import TOP

Sites = frozenset[int] | None
"""The ids of the sites that are open; None for all, also those to come."""

EXTENSION = "tallyman.sites"


@dataclass(frozen=True)
class Site:
    """A site as one chooses it."""

    id: int
    code: str
    name: str


Directory = Callable[[Connection], Sequence[Site]]


def keep_directory(app: Flask, directory: Directory) -> None:
    """Say who knows the sites: places stand on a floor above. Called once, by ``create_app``."""
    app.extensions[EXTENSION] = directory


def known_sites(connection: Connection) -> Sequence[Site]:
    """Every site that is in use, by code."""
    directory: Directory = current_app.extensions[EXTENSION]
    return directory(connection)


def open_sites(role: str, all_sites: bool, chosen: Iterable[int]) -> Sites:
    """The sites that are open to a person of this role, with these sites chosen for them."""
    return None if all_sites or role == TOP else frozenset(chosen)


def may_see(sites: Sites, site_id: int | None) -> bool:
    """Whether a place of this site may be seen; a place of no site (a virtual one) may by everybody."""
    return sites is None or site_id is None or site_id in sites


def within(sites: Sites, site_id: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """The same in the database, for a column that names the site of a place."""
    return true() if sites is None else or_(site_id.is_(None), site_id.in_(sorted(sites)))


def sites_of(connection: Connection, user_id: int) -> Sites:
    """The sites that are open to a user; none at all for one who is unknown."""
    found = connection.execute(select(User.role, User.all_sites).where(User.id == user_id)).first()
    if found is None:
        return frozenset()
    return open_sites(found.role, found.all_sites, chosen_sites(connection, user_id))


def chosen_sites(connection: Connection, user_id: int) -> list[int]:
    """The sites that were chosen for a user; they count only while not all are open."""
    return chosen_by_user(connection, [user_id])[user_id]


def chosen_by_user(connection: Connection, user_ids: Sequence[int]) -> dict[int, list[int]]:
    """The same for several users at once, by user; as many as one statement may name."""
    found: dict[int, list[int]] = {user_id: [] for user_id in user_ids}
    columns = (UserSite.user_id, UserSite.location_id)
    chosen = select(*columns).where(UserSite.user_id.in_(user_ids)).order_by(UserSite.location_id)
    for user_id, site in connection.execute(chosen):
        found[user_id].append(site)
    return found


def choose_sites(connection: Connection, user_id: int, chosen: Iterable[int]) -> None:
    """Write the sites that were chosen for a user, in place of those before."""
    connection.execute(delete(UserSite).where(UserSite.user_id == user_id))
    rows = [{"user_id": user_id, "location_id": site} for site in sorted(set(chosen))]
    if rows:
        connection.execute(insert(UserSite), rows)
