"""By what right a socket is open, and whether it still holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select

from app.clock import now_ms
from app.people.devices import Enrolled, device_of
from app.people.guard import person
from app.people.models import Device, SignIn, User
from app.people.tokens import digest
from app.stock.rows import chunks

OFFICE, FLOOR = "office", "floor"


@dataclass(frozen=True)
class Holder:
    """A session of the office, or a device; ``key`` is the digest of its token or credential."""

    room: str
    key: str


def holder_of(credential: object) -> Holder | None:
    """Who asks for a socket: the device of a credential, else the session of the cookie; None for nobody."""
    if credential is not None:
        device = device_of(credential) if isinstance(credential, str) else None
        return Holder(FLOOR, digest(str(credential))) if is_welcome(device) else None
    signed_in = person()
    return Holder(OFFICE, signed_in.session) if signed_in else None


def is_welcome(device: Enrolled | None) -> bool:
    """Whether a device may listen."""
    return device is not None and not device.expired and not device.revoked


def strangers(connection: Connection, holders: Mapping[str, Holder]) -> list[str]:
    """The sockets whose right has ended: signed out, expired, disabled, shut out, or enrolled anew."""
    valid: set[Holder] = set()
    for room, query, column in (
        (OFFICE, sessions(), SignIn.token_hash),
        (FLOOR, devices(), Device.credential_hash),
    ):
        keys = sorted({holder.key for holder in holders.values() if holder.room == room})
        valid.update(Holder(room, key) for key in living(connection, query, column, keys))
    return [socket for socket, holder in holders.items() if holder not in valid]


def living(connection: Connection, query: Select[Any], column: Any, keys: list[str]) -> Iterable[str]:
    """Those of the keys that the query still finds."""
    for part in chunks(keys):
        yield from connection.scalars(query.where(column.in_(part)))


def sessions() -> Select[Any]:
    """Sessions that are open, of people who may come in."""
    query = select(SignIn.token_hash).join(User, User.id == SignIn.user_id)
    return query.where(SignIn.revoked_at.is_(None), SignIn.expires_at > now_ms(), User.disabled_at.is_(None))


def devices() -> Select[Any]:
    """Devices in good standing."""
    query = select(Device.credential_hash).where(Device.credential_expires_at > now_ms())
    return query.where(Device.revoked_at.is_(None), Device.stolen_at.is_(None))
