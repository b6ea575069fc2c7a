"""The register of places: the one place that writes their rows, and hands out places in the walk.

Each function takes an open transaction and leaves the feed to its caller, who publishes last.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, func, insert, select, update

from app.warehouse.models import Location
from app.warehouse.places import Place, places_by_code

WALK_STEP = 10
"""Between two places that follow each other, so that others fit in between."""


class NewPlace(Protocol):
    """What a new place is, apart from where it stands."""

    @property
    def kind(self) -> str:
        """One of ``tree.KINDS``."""

    @property
    def code(self) -> str:
        """Of no other place."""

    @property
    def name(self) -> str:
        """May be empty."""

    @property
    def barcode(self) -> str:
        """Of no other place and no item."""

    @property
    def walk_order(self) -> int | None:
        """None for behind the last place of the site."""


class WalkOrders:
    """Hands out places in the walk through each site, behind the last one: one walk leads through all."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.last: dict[int | None, int] = {}

    def following(self, site_id: int | None) -> int:
        """The next free place; sites walk among themselves."""
        if site_id not in self.last:
            beside = Location.site_id == site_id if site_id is not None else Location.kind == "site"
            highest = self.connection.scalar(select(func.max(Location.walk_order)).where(beside))
            self.last[site_id] = int(highest or 0)
        self.last[site_id] += WALK_STEP
        return self.last[site_id]


def write_places(
    connection: Connection, places: Sequence[tuple[NewPlace, Place | None]], now: int
) -> list[int]:
    """Write new places, each under the one beside it; their ids in that order. A site is its own site."""
    walk = WalkOrders(connection)
    connection.execute(insert(Location), [row_of(new, above, walk, now) for new, above in places])
    own = update(Location).where(Location.kind == "site", Location.site_id.is_(None))
    connection.execute(own.values(site_id=Location.id))
    made = places_by_code(connection, [new.code for new, _above in places])
    return [made[new.code].id for new, _above in places]


def row_of(new: NewPlace, above: Place | None, walk: WalkOrders, now: int) -> dict[str, Any]:
    """A new place as a row of its table."""
    site_id = above.site_id if above else None
    return {
        "parent_id": above.id if above else None,
        "site_id": site_id,
        "kind": new.kind,
        "code": new.code,
        "name": new.name,
        "barcode": new.barcode,
        "walk_order": walk.following(site_id) if new.walk_order is None else new.walk_order,
        "created_at": now,
        "updated_at": now,
    }


def write_columns(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write columns of places, the same of each; ``the_id`` names it."""
    if rows:
        values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "the_id"}
        changed = update(Location).where(Location.id == bindparam("the_id")).values(values)
        connection.execute(changed, list(rows))


def later(place: Place, now: int) -> int:
    """The time of a change: always after the last one, so that it tells two states apart."""
    return max(now, place.updated_at + 1)
