"""What is kept of each site: the checksum of its stock, and how often places came to it or left it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from app.database import CHECKSUM_MODULUS
from app.database.listed import written_for
from app.database.upserts import insert
from app.stock.book.models import StockLevel
from app.stock.feed.models import SiteState
from app.warehouse.models import Location
from sync.protocol import stock_hash


def note_stock(connection: Connection, by_place: Mapping[int, int]) -> None:
    """Add to the checksums of sites what changed at their places: differences of rows' parts by place."""
    written_for(connection, ("location_id", "number"), sorted(by_place.items()), ADD_TO_SITES)


def scope_checksum(connection: Connection, sites: frozenset[int]) -> int:
    """The checksum of all that stands at these sites, modulo 2**32."""
    total = select(func.sum(SiteState.stock_checksum)).where(SiteState.site_id.in_(sorted(sites)))
    return int(connection.scalar(total) or 0) % CHECKSUM_MODULUS


def layout_of(connection: Connection, sites: frozenset[int]) -> int:
    """How often places came to these sites or left them: it only grows."""
    moves = select(func.sum(SiteState.layout)).where(SiteState.site_id.in_(sorted(sites)))
    return int(connection.scalar(moves) or 0)


def resettle(connection: Connection, places: Sequence[int], site_id: int | None) -> None:
    """Take places, which still name their old sites, over to another one; nothing where they stand in it."""
    asked = select(Location.id, Location.site_id).where(Location.id.in_(places))
    old = {place: site for place, site in connection.execute(asked) if site != site_id}
    cells = (StockLevel.item_id, StockLevel.lot, StockLevel.location_id, StockLevel.quantity)
    standing = select(*cells).where(StockLevel.location_id.in_(list(old)), StockLevel.quantity != 0)
    parts: Counter[int | None] = Counter({site: 0 for site in {*old.values(), site_id} if old})
    for row in connection.execute(standing):
        part = stock_hash(*row)
        parts[old[row.location_id]] -= part
        parts[site_id] += part
    rows = [
        {"site_id": site, "stock_checksum": part, "layout": 1}
        for site, part in parts.items()
        if site is not None
    ]
    if rows:
        _add(connection, rows)


def _add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add to what is kept of sites."""
    kept = SiteState.__table__.c
    added = insert(connection, SiteState)
    both = ("stock_checksum", "layout")
    changes = {name: kept[name] + added.excluded[name] for name in both}
    connection.execute(added.on_conflict_do_update(index_elements=["site_id"], set_=changes), list(rows))


ADD_TO_SITES = """
INSERT INTO site_state (site_id, stock_checksum, layout)
SELECT l.site_id, CAST(sum(wanted.number) AS BIGINT), 0 FROM {wanted}
JOIN location l ON l.id = wanted.location_id WHERE l.site_id IS NOT NULL GROUP BY l.site_id
ON CONFLICT (site_id) DO UPDATE SET stock_checksum = site_state.stock_checksum + excluded.stock_checksum"""
