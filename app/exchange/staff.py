"""Staff: who may switch on a device, and what proves their PINs while it is offline."""

from typing import Any

from app.database import reading
from app.exchange.pull import standing
from app.people.device_pins import people_on


def staff(device: str) -> dict[str, Any]:
    """The people of a device."""
    with reading() as connection:
        rows = people_on(connection, device)
        return {"sid": standing(connection).sid, "people": [dict(row._mapping) for row in rows]}
