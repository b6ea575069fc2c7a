"""By what right a socket is open, and whether it still holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select

from app.clock import now_ms
from app.database import reading
from app.database.keys import chunks
from app.exchange.scopes import scope_key
from app.people.access.models import SignIn
from app.people.access.random_tokens import digest
from app.people.devices.enrolment import Enrolled, device_of
from app.people.devices.models import Device
from app.people.devices.sites import device_scope
from app.people.guard import must_set_up, person
from app.people.models import User
from app.people.sites import Sites, open_sites, sites_of

OFFICE, FLOOR = "office", "floor"


@dataclass(frozen=True)
class Holder:
    """A session of the office, or a device; ``key`` is the digest of its token or credential."""

    room: str
    key: str
    sites: Sites = None

    @property
    def hall(self) -> str:
        """The room it listens in: who may see the same sites hears the same."""
        return self.room if self.sites is None else f"{self.room}:{scope_key(self.sites)}"


def holder_of(credential: object) -> Holder | None:
    """Who asks for a socket: the device of a credential, else the session of the cookie; None for nobody."""
    if credential is not None:
        device = device_of(credential) if isinstance(credential, str) else None
        if device is None or not is_welcome(device):
            return None
        with reading() as connection:
            return Holder(FLOOR, digest(str(credential)), device_scope(connection, device.id))
    signed_in = person()
    if signed_in is None or must_set_up(signed_in):
        return None
    with reading() as connection:
        return Holder(OFFICE, signed_in.session, sites_of(connection, signed_in.id))


def is_welcome(device: Enrolled | None) -> bool:
    """Whether a device may listen."""
    return device is not None and not device.expired and not device.revoked


def strangers(connection: Connection, holders: Mapping[str, Holder]) -> list[str]:
    """The sockets whose right has ended: signed out, expired, disabled, shut out, enrolled anew, or
    free to see other sites than when they came in."""
    valid: set[Holder] = set()
    for room, query, column in (
        (OFFICE, sessions(), SignIn.token_hash),
        (FLOOR, devices(), Device.credential_hash),
    ):
        keys = sorted({holder.key for holder in holders.values() if holder.room == room})
        for found in living(connection, query, column, keys):
            valid.add(Holder(room, found.key, scope_of(connection, room, found)))
    return [socket for socket, holder in holders.items() if holder not in valid]


def living(connection: Connection, query: Select[Any], column: Any, keys: list[str]) -> Iterable[Any]:
    """What the query still finds of the keys."""
    for part in chunks(keys):
        yield from connection.execute(query.where(column.in_(part)))


def scope_of(connection: Connection, room: str, found: Any) -> Sites:
    """The sites that are open to a session's person, or to a device; most see all of them."""
    if (room == OFFICE or found.all_sites) and open_sites(found.role, found.everywhere, ()) is None:
        return None
    return sites_of(connection, found.id) if room == OFFICE else device_scope(connection, found.id)


_OPENNESS: list[Any] = [User.role, User.all_sites.label("everywhere")]


def sessions() -> Select[Any]:
    """Sessions that are open, of people who may come in."""
    columns: list[Any] = [SignIn.token_hash.label("key"), User.id, *_OPENNESS]
    query = select(*columns).join(User, User.id == SignIn.user_id)
    return query.where(SignIn.revoked_at.is_(None), SignIn.expires_at > now_ms(), User.disabled_at.is_(None))


def devices() -> Select[Any]:
    """Devices in good standing."""
    columns: list[Any] = [Device.credential_hash.label("key"), Device.id, Device.all_sites, *_OPENNESS]
    query = select(*columns).join(User, User.id == Device.user_id)
    query = query.where(Device.credential_expires_at > now_ms())
    return query.where(Device.revoked_at.is_(None), Device.stolen_at.is_(None))
