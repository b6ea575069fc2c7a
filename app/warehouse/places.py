"""Places as they are read: one, several, the ones above, the ones below."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, case, func, select

from app.database.keys import chunks
from app.people.guard import viewer_sites
from app.people.sites import may_see, within
from app.values.numbers import HIGHEST_ID
from app.warehouse.models import Location
from app.warehouse.tree import KINDS

NAME_LIMIT = 120
BARCODE_LIMIT = 128
"""Characters of a name and of a barcode."""
HIGHEST_WALK_ORDER = 1_000_000_000

COLUMNS: tuple[Any, ...] = (
    Location.id,
    Location.parent_id,
    Location.site_id,
    Location.kind,
    Location.code,
    Location.name,
    Location.barcode,
    Location.walk_order,
    Location.archived_at,
    Location.created_at,
    Location.updated_at,
)


@dataclass(frozen=True, slots=True)
class Place:
    """One location; times are milliseconds."""

    id: int
    parent_id: int | None
    site_id: int | None
    kind: str
    code: str
    name: str
    barcode: str
    walk_order: int
    archived_at: int | None
    created_at: int
    updated_at: int


def place_body(place: Place) -> dict[str, Any]:
    """A location over JSON."""
    return {
        "id": place.id,
        "parent": place.parent_id,
        "site": place.site_id,
        "kind": place.kind,
        "code": place.code,
        "name": place.name,
        "barcode": place.barcode,
        "walk_order": place.walk_order,
        "archived_at": place.archived_at,
        "created_at": place.created_at,
        "updated_at": place.updated_at,
    }


def places_from(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[Place]:
    """The places of rows of ``COLUMNS``."""
    return [Place(**row._mapping) for row in rows]


def place_by_id(connection: Connection, place_id: int) -> Place | None:
    """One place; None when there is none."""
    if place_id > HIGHEST_ID:
        return None
    found = places_from(connection.execute(select(*COLUMNS).where(Location.id == place_id)))
    return found[0] if found else None


def places_by_id(connection: Connection, ids: Sequence[int]) -> dict[int, Place]:
    """The places that exist among these."""
    found: dict[int, Place] = {}
    for part in chunks(ids):
        rows = places_from(connection.execute(select(*COLUMNS).where(Location.id.in_(part))))
        found.update((place.id, place) for place in rows)
    return found


def places_by_code(connection: Connection, codes: Sequence[str]) -> dict[str, Place]:
    """The places that bear these codes."""
    return named_by(connection, Location.code, codes)


def places_by_barcode(connection: Connection, barcodes: Sequence[str]) -> dict[str, Place]:
    """The places that bear these barcodes."""
    return named_by(connection, Location.barcode, barcodes)


def places_named(connection: Connection, text: str) -> list[Place]:
    """The places that this text names outright: by barcode first, then by code in any case."""
    typed = text.strip()
    codes = (typed, typed.upper())
    found = [*places_by_barcode(connection, [typed]).values(), *places_by_code(connection, codes).values()]
    sites = viewer_sites()
    seen = [place for place in dict.fromkeys(found) if may_see(sites, place.site_id)]
    return [place for place in seen if place.kind != "virtual"]


def named_by(connection: Connection, column: Any, names: Sequence[str]) -> dict[str, Place]:
    """The places by what a column holds, in the order in which they are named; databases answer in any."""
    found: dict[str, Place] = {}
    for part in chunks(names):
        rows = places_from(connection.execute(select(*COLUMNS).where(column.in_(part))))
        found.update((getattr(place, column.key), place) for place in rows)
    return {name: found[name] for name in names if name in found}


def above(connection: Connection, place: Place) -> list[Place]:
    """The places above, from the site down."""
    found: list[Place] = []
    next_id = place.parent_id
    while next_id is not None and (parent := place_by_id(connection, next_id)) is not None:
        found.insert(0, parent)
        next_id = parent.parent_id
    return found


def below_ids(place_id: int) -> Select[Any]:
    """The place and everything in it, as a query of ids."""
    tree = select(Location.id).where(Location.id == place_id).cte("below", recursive=True)
    return select(tree.union(select(Location.id).join(tree, Location.parent_id == tree.c.id)).c.id)


def children(connection: Connection, parent_id: int | None, limit: int) -> list[Place]:
    """The places directly under one, or the sites, in walking order; archived ones are left out."""
    under: ColumnElement[bool] = Location.parent_id == parent_id
    if parent_id is None:
        under = Location.parent_id.is_(None)
    seen = within(viewer_sites(), Location.site_id)
    asked = select(*COLUMNS).where(under, seen, Location.kind != "virtual", Location.archived_at.is_(None))
    return places_from(connection.execute(asked.order_by(Location.walk_order, Location.code).limit(limit)))


def places_of_kinds(connection: Connection, kinds: Sequence[str], limit: int) -> list[Place]:
    """The places of these kinds that are in use, in walking order, the larger ones first."""
    seen = within(viewer_sites(), Location.site_id)
    asked = select(*COLUMNS).where(Location.kind.in_(kinds), Location.archived_at.is_(None), seen)
    rank = case({kind: rank for rank, kind in enumerate(KINDS)}, value=Location.kind)
    order = (Location.site_id, rank, Location.walk_order, Location.code)
    return places_from(connection.execute(asked.order_by(*order).limit(limit)))


def counts_below(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    """How many places stand in each of these, at any depth; archived ones do not count."""
    root = Location.id.label("root")
    tree = select(root, Location.id).where(Location.id.in_(ids)).cte("tree", recursive=True)
    lower = select(tree.c.root, Location.id).join(tree, Location.parent_id == tree.c.id)
    tree = tree.union_all(lower.where(Location.archived_at.is_(None)))
    counted = select(tree.c.root, func.count() - 1).group_by(tree.c.root)
    return {root: int(count) for root, count in connection.execute(counted)}
