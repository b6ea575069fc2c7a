"""Enrolment: how an installation becomes a device, and the credential that opens the sync doors to it."""

import hmac
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from app.clock import DAY_MS, now_ms
from app.database import publish, reading
from app.people.access.random_tokens import digest, new_token
from app.people.audit.trail import record
from app.people.devices.models import Device
from app.people.devices.register import LET_IN_AGAIN
from app.web.errors import Refusal
from app.words import t


@dataclass(frozen=True)
class Fresh:
    """A credential that was just given, in the only moment in which it can be read."""

    credential: str
    expires_at: int


@dataclass(frozen=True)
class Enrolled:
    """The device behind a request, as it stood when the request came in."""

    id: str
    user_id: int
    expired: bool
    revoked: bool


def device_id(text: object) -> str:
    """A device's id in the one spelling that is stored. Raises ValueError for anything but a UUID."""
    if not isinstance(text, str) or len(text) != 36:
        raise ValueError("a device id is a UUID")
    return str(uuid.UUID(text))


def enrol(connection: Connection, device: str, name: str, owner: tuple[int, str], days: int) -> Fresh:
    """Enrol a device, or renew it, for the user (id and agent); the new credential, shown this once.

    A credential that the device held before opens nothing any more. One who signs in on a device that
    another person enrolled takes it over. Raises Refusal 403 ``device_revoked``.
    """
    columns = (Device.revoked_at, Device.stolen_at)
    known = connection.execute(select(*columns).where(Device.id == device)).first()
    if known and any(moment is not None for moment in known):
        raise Refusal(403, "device_revoked", t("devices.revoked"), directives=["drain_then_wipe"])
    fresh = Fresh(f"{device}.{new_token()}", now_ms() + days * DAY_MS)
    values = _enrolment(name, owner, fresh)
    if known:
        connection.execute(update(Device).where(Device.id == device).values(values))
    else:
        connection.execute(insert(Device).values(id=device, enrolled_at=now_ms(), **values))
    record(connection, "renewed" if known else "enrolled", ("device", device, name))
    publish(connection, [("device", device)])
    return fresh


def refuse_foreign(connection: Connection, device: str, user_id: int, former: str) -> None:
    """Nobody takes over the device of another by its id alone, which all who read the feed know.

    Whoever signed in on it last may renew it; another shows by its ``former`` credential, over or not, that
    they hold it; and to one that was let in again anybody may come. Raises Refusal 403 ``device_of_another``.
    """
    columns = (Device.user_id, Device.credential_hash, Device.credential_expires_at)
    known = connection.execute(select(*columns).where(Device.id == device)).first()
    if known is None or user_id == known.user_id or known.credential_expires_at == LET_IN_AGAIN:
        return
    if not hmac.compare_digest(known.credential_hash, digest(former)):
        raise Refusal(403, "device_of_another", t("devices.of_another"))


def device_of(credential: str) -> Enrolled | None:
    """The device that holds this credential, whatever its state; None when nobody does."""
    device, _, _secret = credential.partition(".")
    with reading() as connection:
        found = connection.execute(_CREDENTIAL, {"device": device}).first()
    stored = found.credential_hash if found else digest("")
    if not hmac.compare_digest(stored, digest(credential)) or found is None:
        return None
    gone = found.revoked_at is not None or found.stolen_at is not None
    return Enrolled(found.id, found.user_id, found.credential_expires_at <= now_ms(), gone)


_CREDENTIAL = select(
    Device.id,
    Device.user_id,
    Device.credential_hash,
    Device.credential_expires_at,
    Device.revoked_at,
    Device.stolen_at,
).where(Device.id == bindparam("device"))


def _enrolment(name: str, owner: tuple[int, str], fresh: Fresh) -> dict[str, Any]:
    """The columns that an enrolment writes."""
    user_id, agent = owner
    return {
        "name": name,
        "user_id": user_id,
        "agent": agent[:255],
        "credential_hash": digest(fresh.credential),
        "credential_expires_at": fresh.expires_at,
    }
