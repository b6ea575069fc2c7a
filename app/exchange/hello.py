"""Hello: a device says how it stands and hears how the server stands."""

from typing import Any

from app.clock import now_ms
from app.database import reading, transaction
from app.exchange.contact import is_news, known_contact, report_of, settled_of, write_contact
from app.exchange.pull import applied_seq, standing
from sync.protocol import MINIMUM_PULL_VERSION


def greeted(device: str, envelope: dict[str, Any]) -> dict[str, Any]:
    """Note what the device tells; answer where the server stands, out of one read snapshot."""
    received_at = now_ms()
    note_contact(device, envelope, received_at)
    with reading() as connection:
        now = standing(connection)
        seq = applied_seq(connection, device, envelope["epoch"])
    return {
        "sid": now.sid,
        "server_time": received_at,
        "device_seq": seq,
        "feed": {"head": now.head, "floor": now.floor},
        "minimum_pull_version": MINIMUM_PULL_VERSION,
        "scopes": ["all"],
        "directives": ["reload_app"] if envelope["schema"] < MINIMUM_PULL_VERSION else [],
    }


def note_contact(device: str, envelope: dict[str, Any], received_at: int) -> None:
    """Write down what the device tells of itself, where it is news."""
    with reading() as connection:
        report = report_of(envelope, received_at, settled_of(connection, device, envelope["epoch"]))
        news = is_news(known_contact(connection, device), report)
    if news:
        with transaction() as connection:
            write_contact(connection, device, report)
