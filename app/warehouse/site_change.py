"""A place that comes to another site takes along all in it, and what the sites' devices hold of it."""

from sqlalchemy import Connection, update

from app.catalog.shelf import shelf
from app.warehouse.models import Location
from app.warehouse.places import below_ids


def bring_to_site(connection: Connection, place_id: int, site_id: int | None) -> None:
    """Give a place and all in it this site; devices of either site get a fresh start."""
    ids = list(connection.scalars(below_ids(place_id)))
    shelf().resettle(connection, ids, site_id)
    connection.execute(update(Location).where(Location.id.in_(below_ids(place_id))).values(site_id=site_id))
