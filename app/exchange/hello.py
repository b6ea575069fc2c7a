"""Hello: a device says how it stands and hears how the server stands."""

from typing import Any

from app.clock import now_ms
from app.database import reading
from app.exchange.contact import note_contact
from app.exchange.pull import applied_seq, standing
from app.exchange.scopes import scope_names
from app.people.devices.register import device_name
from app.people.devices.sites import device_scope
from sync.protocol import MINIMUM_PULL_VERSION


def greeted(device: str, envelope: dict[str, Any]) -> dict[str, Any]:
    """Note what the device tells; answer where the server stands, out of one read snapshot."""
    received_at = now_ms()
    note_contact(device, envelope, received_at)
    with reading() as connection:
        now = standing(connection)
        seq = applied_seq(connection, device, envelope["epoch"])
        scopes = scope_names(device_scope(connection, device))
        name = device_name(device)
    return {
        "sid": now.sid,
        "server_time": received_at,
        "device_seq": seq,
        "feed": {"head": now.head, "floor": now.floor},
        "minimum_pull_version": MINIMUM_PULL_VERSION,
        "scopes": scopes,
        "name": name,
        "directives": ["reload_app"] if envelope["schema"] < MINIMUM_PULL_VERSION else [],
    }
