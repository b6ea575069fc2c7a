"""Writing a table of locations, from the largest kind down, and putting back what stood there before."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from app.imports.journal import Entry
from app.warehouse.changes import WALK_STEP
from app.warehouse.import_plan import Wanted, depth
from app.warehouse.models import Location
from app.warehouse.places import Place, places_by_code
from app.warehouse.site_change import bring_to_site

FORMER = ("name", "barcode", "parent_id", "walk_order", "archived_at", "updated_at")
"""What an import may change about a place."""


def write_new(connection: Connection, places: Sequence[Wanted], now: int) -> list[int]:
    """Write new places, those above before those below; their ids in that order."""
    made: list[int] = []
    for level in sorted({depth(place) for place in places}):
        made += write_level(connection, [place for place in places if depth(place) == level], now)
    return made


def write_level(connection: Connection, places: Sequence[Wanted], now: int) -> list[int]:
    """Write new places of one kind; those above them stand already."""
    above = places_by_code(connection, sorted({place.parent for place in places if place.parent}))
    walk = WalkOrders(connection)
    rows = [row_of(place, above.get(place.parent), walk, now) for place in places]
    connection.execute(insert(Location), rows)
    made = places_by_code(connection, [place.code for place in places])
    ids = [made[place.code].id for place in places]
    if places[0].kind == "site":
        own = update(Location).where(Location.kind == "site", Location.site_id.is_(None))
        connection.execute(own.values(site_id=Location.id))
    return ids


class WalkOrders:
    """Hands out places in the walk through each site, behind the last one."""

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


def row_of(place: Wanted, above: Place | None, walk: WalkOrders, now: int) -> dict[str, Any]:
    """A new place as a row of its table."""
    site_id = above.site_id if above else None
    return {
        "parent_id": above.id if above else None,
        "site_id": site_id,
        "kind": place.kind,
        "code": place.code,
        "name": place.name,
        "barcode": place.barcode,
        "walk_order": walk.following(site_id) if place.walk_order is None else place.walk_order,
        "created_at": now,
        "updated_at": now,
    }


def write_changed(connection: Connection, places: Sequence[Wanted], now: int) -> dict[int, int]:
    """Write what rows change about places; by id the version that each has now."""
    above = places_by_code(connection, sorted({place.parent for place in places if place.parent}))
    rows: list[dict[str, Any]] = []
    moved: list[tuple[int, int | None]] = []
    for place in places:
        found = place.found
        assert found is not None
        parent = above.get(place.parent)
        rows.append(
            {
                "the_id": found.id,
                "name": place.name,
                "barcode": place.barcode,
                "parent_id": parent.id if parent else None,
                "walk_order": place.walk_order,
                "archived_at": None if place.returns else found.archived_at,
                "updated_at": max(now, found.updated_at + 1),
            }
        )
        if parent is not None and parent.site_id != found.site_id:
            moved.append((found.id, parent.site_id))
    write_rows(connection, rows)
    for place_id, site_id in moved:
        bring_to_site(connection, place_id, site_id)
    return {row["the_id"]: row["updated_at"] for row in rows}


def write_rows(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write these columns of these places."""
    if rows:
        values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "the_id"}
        connection.execute(
            update(Location).where(Location.id == bindparam("the_id")).values(values), list(rows)
        )


def former(place: Place) -> dict[str, Any]:
    """What stands there before an import changes it."""
    return {name: getattr(place, name) for name in FORMER}


def restore(connection: Connection, pairs: Sequence[tuple[Place, Entry]], now: int) -> dict[int, int]:
    """Put former values back; by id the version that each place has now."""
    rows = [
        {
            **{name: entry.former[name] for name in FORMER},
            "archived_at": now if entry.former["archived_at"] else None,
            "the_id": place.id,
            "updated_at": max(now, place.updated_at + 1),
        }
        for place, entry in pairs
    ]
    write_rows(connection, rows)
    for place, entry in pairs:
        if entry.former["parent_id"] != place.parent_id:
            settle_site(connection, place.id, entry.former["parent_id"])
    return {row["the_id"]: row["updated_at"] for row in rows}


def settle_site(connection: Connection, place_id: int, parent_id: int | None) -> None:
    """Give a place and all in it the site of the place above."""
    site_id = connection.scalar(select(Location.site_id).where(Location.id == parent_id))
    bring_to_site(connection, place_id, site_id)
