"""The sites by name, for those who say who may see which."""

from sqlalchemy import Connection, select

from app.people.sites import Site
from app.warehouse.models import Location

MOST = 1000


def sites_in_use(connection: Connection) -> list[Site]:
    """Every site that is not archived, by code; at most a thousand."""
    named = select(Location.id, Location.code, Location.name)
    query = named.where(Location.kind == "site", Location.archived_at.is_(None)).order_by(Location.code)
    return [Site(row.id, row.code, row.name) for row in connection.execute(query.limit(MOST))]
