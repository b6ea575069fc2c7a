"""Writing a table of locations, from the largest kind down, and putting back what stood there before."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from app.imports.journal import Entry
from app.warehouse.import_plan import Wanted, depth
from app.warehouse.models import Location
from app.warehouse.places import Place, places_by_code
from app.warehouse.register import later, write_columns, write_places
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
    return write_places(connection, [(place, above.get(place.parent)) for place in places], now)


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
                "updated_at": later(found, now),
            }
        )
        if parent is not None and parent.site_id != found.site_id:
            moved.append((found.id, parent.site_id))
    write_columns(connection, rows)
    for place_id, site_id in moved:
        bring_to_site(connection, place_id, site_id)
    return {row["the_id"]: row["updated_at"] for row in rows}


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
            "updated_at": later(place, now),
        }
        for place, entry in pairs
    ]
    write_columns(connection, rows)
    for place, entry in pairs:
        if entry.former["parent_id"] != place.parent_id:
            settle_site(connection, place.id, entry.former["parent_id"])
    return {row["the_id"]: row["updated_at"] for row in rows}


def settle_site(connection: Connection, place_id: int, parent_id: int | None) -> None:
    """Give a place and all in it the site of the place above."""
    site_id = connection.scalar(select(Location.site_id).where(Location.id == parent_id))
    bring_to_site(connection, place_id, site_id)
