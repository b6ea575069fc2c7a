"""Staff: who may switch on a device, what proves their PINs while it is offline, and what the house wants."""

from typing import Any

from app.config import Settings
from app.database import reading
from app.exchange.pull import standing
from app.people.devices.pins import people_on
from app.settings import as_stored
from app.values.zones import zone_named
from app.words import NUMBER_FORMATS


def staff(device: str) -> dict[str, Any]:
    """The people of a device."""
    with reading() as connection:
        people = [vars(colleague) for colleague in people_on(connection, device)]
        return {"sid": standing(connection).sid, "people": people, "house": habits(as_stored(connection))}


def habits(held: Settings) -> dict[str, Any]:
    """What the office decided for devices; empty texts and 0 where it leaves that to them."""
    zone = zone_named(held.time_zone)
    return {
        "time_zone": zone.key if zone else "",
        "numbers": NUMBER_FORMATS.get(held.number_format, ""),
        "idle_minutes": held.idle_minutes,
    }
