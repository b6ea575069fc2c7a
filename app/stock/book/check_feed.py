"""Checking what devices are told: the feed and the checksums, against the levels and the tables."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, text

from sync.movement import Cell
from sync.protocol import checksum, feed_key, stock_hash


def feed_differences(connection: Connection, levels: Mapping[Cell, int]) -> Iterator[str]:
    """A line for each row that the feed does not tell of, and for a checksum that is not the sum."""
    counter = connection.execute(text("SELECT position, stock_checksum FROM feed_counter")).one()
    beyond = connection.execute(text("SELECT count(*), max(position) FROM feed_change")).one()
    if beyond[0] and beyond[1] > counter.position:
        yield f"feed: a change at {beyond[1]}, beyond the head {counter.position}"
    due = checksum((*cell, quantity) for cell, quantity in levels.items())
    if counter.stock_checksum != due:
        yield f"feed: checksum {counter.stock_checksum} stored, {due} by the levels"
    told = set(connection.execute(text("SELECT key FROM feed_change WHERE entity = 'stock'")).scalars())
    for cell, quantity in sorted(levels.items()):
        if quantity and feed_key(*cell) not in told:
            yield f"feed: stock {feed_key(*cell)} was never told"


def site_differences(connection: Connection, levels: Mapping[Cell, int]) -> Iterator[str]:
    """A line for each site whose checksum is not the sum of what stands at its places."""
    sites = {row.id: row.site_id for row in connection.execute(text("SELECT id, site_id FROM location"))}
    due: dict[int, int] = defaultdict(int)
    for cell, quantity in levels.items():
        if (site := sites.get(cell.location)) is not None:
            due[site] += stock_hash(*cell, quantity)
    stored = connection.execute(text("SELECT site_id, stock_checksum FROM site_state"))
    kept: dict[int, int] = {row.site_id: row.stock_checksum for row in stored}
    for site in sorted({*due, *kept}):
        if kept.get(site, 0) != due.get(site, 0):
            yield f"site {site}: checksum {kept.get(site, 0)} stored, {due.get(site, 0)} by the levels"


def untold(connection: Connection) -> Iterator[str]:
    """A line for each item, place and discrepancy of which the feed never told any device."""
    for entity, query in TOLD.items():
        for (key,) in connection.execute(text(query)):
            yield f"feed: {entity} {key} was never told"


TOLD = {
    entity: f"SELECT e.id FROM {entity} e LEFT JOIN feed_change c"
    f" ON c.entity = '{entity}' AND c.key = CAST(e.id AS VARCHAR) WHERE c.key IS NULL ORDER BY e.id"
    for entity in ("item", "location", "discrepancy")
}
"""Rows of which the feed must tell each: a device that never hears of one works with an older world."""
