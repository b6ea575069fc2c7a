"""Scopes: which rows of the feed reach whom. What a person may not see never leaves the server."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, or_, select, tuple_

from app.database.keys import chunks
from app.people.devices.sites import works_within
from app.people.sites import Sites, within
from app.stock.book.models import SerialSighting
from app.stock.feed.row_shapes import Row
from app.stock.feed.site_states import layout_of
from app.warehouse.models import Location
from sync.protocol import COLUMNS

EVERYWHERE = "all"
PLACED = {"location": 0, "stock": 2, "serial": 3, "discrepancy": 5, "count_task": 1}
"""Where in a row of an entity the number of its place stands. Items and lots belong to all sites."""


def scope_key(sites: Sites) -> str:
    """A short name for a set of sites: the same for everybody who may see the same."""
    if sites is None:
        return EVERYWHERE
    return hashlib.sha256(",".join(str(site) for site in sorted(sites)).encode()).hexdigest()[:16]


def scope_token(connection: Connection, sites: Sites) -> str:
    """What a device's rows are rows of: its sites, and the places in them as they stand now."""
    layout = 0 if sites is None else layout_of(connection, sites)
    return f"{scope_key(sites)}-{layout}" if layout else scope_key(sites)


def scope_names(sites: Sites) -> list[str]:
    """The sites as hello tells them."""
    return [EVERYWHERE] if sites is None else [f"site:{site}" for site in sorted(sites)]


def narrowed(connection: Connection, sites: Sites, changes: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    """The changes as one who may see only these sites gets them.

    A serial that has gone to another site is a tombstone: it is no longer here.
    """
    if sites is None:
        return dict(changes)
    seen = seen_places(connection, sites, changes)
    found = {entity: [row for row in rows if is_seen(entity, row, seen)] for entity, rows in changes.items()}
    if "serial" in found:
        away = [row for row in changes["serial"] if not is_seen("serial", row, seen)]
        found["serial"] += once_here(connection, sites, away)
    if "device" in found:
        found["device"] = [row for row in found["device"] if works_within(connection, str(row[0]), sites)]
    return {entity: rows for entity, rows in found.items() if rows}


def seen_places(connection: Connection, sites: Sites, changes: Mapping[str, list[Row]]) -> set[int]:
    """Those of the places named by the changes that may be seen."""
    named = sorted(
        {place for entity, rows in changes.items() for row in rows if (place := place_of(entity, row))}
    )
    seen: set[int] = set()
    for part in chunks(named):
        query = select(Location.id).where(Location.id.in_(part), within(sites, Location.site_id))
        seen.update(connection.scalars(query))
    return seen


def place_of(entity: str, row: Row) -> int | None:
    """The place that a row speaks of; None for one that speaks of none, and for most tombstones."""
    column = PLACED.get(entity)
    return row[column] if column is not None and column < len(row) else None


def is_seen(entity: str, row: Row, seen: set[int]) -> bool:
    """Whether a row speaks of no place, or of one that may be seen."""
    place = place_of(entity, row)
    return place is None or place in seen


def once_here(connection: Connection, sites: Sites, away: Sequence[Row]) -> list[Row]:
    """Tombstones of serials, now elsewhere, that were ever seen at these sites; of others not a word."""
    sighting, width = SerialSighting, COLUMNS["serial"].key
    here = select(Location.id).where(Location.site_id.in_(sorted(sites or ())))
    columns: list[Any] = [sighting.item_id, sighting.serial]
    known: set[tuple[int, str]] = set()
    for part in chunks([(row[0], row[1]) for row in away]):
        query = select(*columns).where(tuple_(*columns).in_(part))
        query = query.where(or_(sighting.from_id.in_(here), sighting.to_id.in_(here)))
        known.update((row.item_id, row.serial) for row in connection.execute(query))
    return [row[:width] for row in away if (row[0], row[1]) in known]
