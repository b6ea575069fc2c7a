"""Where one serial was seen, and where it is at home."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select, true
from sqlalchemy.orm import aliased

from app.people.devices.models import Device
from app.people.guard import viewer_sites
from app.people.models import User
from app.stock.book.models import Operation, SerialPosition, SerialSighting
from app.stock.reach import place_seen
from app.warehouse.models import Location
from app.web.errors import Refusal
from app.words import t

ORIGIN, DESTINATION = aliased(Location, name="origin"), aliased(Location, name="destination")


def serial_history(connection: Connection, item: int, serial: str, limit: int) -> dict[str, Any]:
    """Its home and its sightings, the latest in the order of facts first. Raises Refusal 404."""
    place = select(SerialPosition.lot, SerialPosition.location_id, Location.code.label("location_code"))
    place = place.where(place_seen())
    home = connection.execute(
        place.outerjoin(Location, Location.id == SerialPosition.location_id).where(
            SerialPosition.item_id == item, SerialPosition.serial == serial
        )
    ).first()
    seen = sightings(connection, item, serial, limit)
    if home is None and not seen:
        raise Refusal(404, "not_found", t("exchange.unknown_serial"))
    return {"item_id": item, "serial": serial, "home": home, "sightings": seen}


def sightings(connection: Connection, item: int, serial: str, limit: int) -> list[Any]:
    """The facts that name it, also those that were taken back."""
    columns = (
        SerialSighting.__table__,
        ORIGIN.code.label("from_code"),
        DESTINATION.code.label("to_code"),
        Operation.kind,
        Operation.effective_at,
        Operation.recorded_at,
        Operation.reversed_by_id,
        Operation.device_id,
        Device.name.label("device_name"),
        Operation.actor_id,
        User.name.label("actor_name"),
    )
    query = (
        select(*columns)
        .join(Operation, Operation.id == SerialSighting.operation_id)
        .outerjoin(ORIGIN, ORIGIN.id == SerialSighting.from_id)
        .outerjoin(DESTINATION, DESTINATION.id == SerialSighting.to_id)
        .outerjoin(Device, Device.id == Operation.device_id)
        .outerjoin(User, User.id == Operation.actor_id)
        .where(SerialSighting.item_id == item, SerialSighting.serial == serial)
        .where(_sighting_seen())
    )
    order = (Operation.effective_at, Operation.device_id, Operation.epoch, Operation.seq)
    return list(connection.execute(query.order_by(*(key.desc() for key in order)).limit(limit)))


def _sighting_seen() -> ColumnElement[bool]:
    """Sightings at open sites."""
    sites = viewer_sites()
    if sites is None:
        return true()
    return or_(*(place.site_id.in_(sorted(sites)) for place in (ORIGIN, DESTINATION)))
