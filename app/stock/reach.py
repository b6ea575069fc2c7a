"""How far the one who asks may look into the book, and reach into it: the sites that are open to them."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select, true

from app.people.devices.models import Device
from app.people.devices.reach import nowhere_else
from app.people.guard import viewer_sites
from app.people.sites import may_see, within
from app.stock.book.models import CountPoint, Movement
from app.stock.discrepancies.models import Discrepancy
from app.stock.quarantine.models import Quarantine
from app.values.numbers import HIGHEST_ID
from app.warehouse.models import Location
from app.web.errors import Refusal
from app.words import t

PLACES = ("from", "to", "location")
"""Where an operation names a place."""


def place_seen() -> ColumnElement[bool]:
    """Places of open sites, and the virtual ones, in a query that holds ``Location``."""
    return within(viewer_sites(), Location.site_id)


def movement_seen() -> ColumnElement[bool]:
    """Movements that touch an open site: of goods that come from another, where they came from too."""
    sites = viewer_sites()
    if sites is None:
        return true()
    own = select(Location.id).where(Location.site_id.in_(sorted(sites)))
    return or_(Movement.from_id.in_(own), Movement.to_id.in_(own))


def discrepancy_seen() -> ColumnElement[bool]:
    """Discrepancies at open sites, and those that belong to no place."""
    sites = viewer_sites()
    if sites is None:
        return true()
    own = select(Location.id).where(within(sites, Location.site_id))
    return or_(Discrepancy.location_id.is_(None), Discrepancy.location_id.in_(own))


def entry_seen() -> ColumnElement[bool]:
    """What was held back of devices that work at open sites alone: what an operation says may be anything."""
    sites = viewer_sites()
    if sites is None:
        return true()
    return Quarantine.device_id.in_(select(Device.id).where(nowhere_else(sites)))


def refuse_elsewhere(connection: Connection, bodies: Iterable[Mapping[str, Any]]) -> None:
    """Refuse operations that touch a site which is not open. Raises Refusal 403 ``other_site``."""
    sites = viewer_sites()
    if sites is None:
        return
    every = list(bodies)
    named = [body[name] for body in every for name in PLACES if name in body]
    places = {place for place in named if isinstance(place, int) and 0 <= place <= HIGHEST_ID}
    targets = {target for body in every if isinstance(target := body.get("target"), str)}
    places |= _touched(connection, targets)
    found = connection.scalars(select(Location.site_id).where(Location.id.in_(places)))
    if not all(may_see(sites, site) for site in found):
        raise Refusal(403, "other_site", t("book.other_site"))


def refuse_unseen_place(connection: Connection, place: int) -> None:
    """Refuse to speak of a place of a site that is not open. Raises Refusal 404."""
    site = connection.scalar(select(Location.site_id).where(Location.id == place))
    if not may_see(viewer_sites(), site):
        raise Refusal(404, "not_found", t("warehouse.unknown"))


def _touched(connection: Connection, targets: set[str]) -> set[int]:
    """The places of operations: where goods went, and where people counted, which may move nothing."""
    legs = select(Movement.from_id, Movement.to_id).where(Movement.operation_id.in_(targets))
    counted = select(CountPoint.location_id).where(CountPoint.operation_id.in_(targets))
    rows = [*connection.execute(legs), *connection.execute(counted)] if targets else []
    return {place for row in rows for place in row if place is not None}
