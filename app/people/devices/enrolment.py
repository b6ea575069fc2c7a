"""Devices: enrolment, the credential that opens the sync doors, and taking it away."""

import hmac
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, select, update

from app.clock import DAY_MS, now_ms
from app.database import database, publish, reading
from app.people.access.random_tokens import digest, new_token
from app.people.audit.trail import record
from app.people.devices.models import Device
from app.web.errors import Refusal
from app.words import t

LET_IN_AGAIN = 0
"""When the credential of a device ends that the office let in again: somebody must sign in on it anew."""
OFFICE = "office"
"""The device under which the office posts; nobody carries it, no credential opens it."""


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


def revoke(connection: Connection, device: str, stolen_at: int | None = None) -> None:
    """Shut a device out from now on; for a stolen one, from the moment it went missing.

    Raises Refusal 404. What it still pushes lands in quarantine.
    """
    known = _known(connection, device)
    values = {"revoked_at": known.revoked_at or now_ms()}
    if stolen_at is not None:
        values["stolen_at"] = stolen_at
    connection.execute(update(Device).where(Device.id == device).values(values))
    subject = ("device", device, known.name)
    record(connection, "reported" if stolen_at is not None else "revoked", subject, None, values)
    publish(connection, [("device", device)])


def reinstate(connection: Connection, device: str) -> None:
    """Let a device in again; it must be signed in on anew. Raises Refusal 404."""
    known = _known(connection, device)
    values = {
        "revoked_at": None,
        "stolen_at": None,
        "retired_at": None,
        "credential_expires_at": LET_IN_AGAIN,
    }
    connection.execute(update(Device).where(Device.id == device).values(values))
    record(connection, "reinstated", ("device", device, known.name))
    publish(connection, [("device", device)])


def devices(seen: ColumnElement[bool], limit: int, offset: int) -> list[Device]:
    """The devices that may be seen, the one in touch last first."""
    order = (Device.contact_at.desc().nulls_last(), Device.enrolled_at.desc(), Device.id)
    query = select(Device).where(Device.id != OFFICE, seen).order_by(*order)
    return list(database.session.scalars(query.limit(limit).offset(offset)))


_NAME = select(Device.name).where(Device.id == bindparam("device"))
_CREDENTIAL = select(
    Device.id,
    Device.user_id,
    Device.credential_hash,
    Device.credential_expires_at,
    Device.revoked_at,
    Device.stolen_at,
).where(Device.id == bindparam("device"))


def count_devices(user_id: int) -> int:
    """How many devices, on which a user signed in last, open the doors now."""
    return int(database.session.scalar(select(func.count()).select_from(Device).where(*_open(user_id))) or 0)


def end_devices_of(connection: Connection, user_id: int) -> None:
    """Ask for a new sign-in on the devices of a user; what they have not sent stays on them."""
    ending = update(Device).where(*_open(user_id)).values(credential_expires_at=now_ms())
    for device, name in connection.execute(ending.returning(Device.id, Device.name)).all():
        record(connection, "signed_out", ("device", device, name))
        publish(connection, [("device", device)])


def _open(user_id: int) -> tuple[ColumnElement[bool], ...]:
    alive = (Device.revoked_at.is_(None), Device.credential_expires_at > now_ms())
    return Device.user_id == user_id, Device.id != OFFICE, *alive


def device_name(device: str) -> str:
    """What people call a device; empty for one that is unknown."""
    return database.session.scalar(_NAME, {"device": device}) or ""


def device_summary(connection: Connection, device: str) -> Any:
    """What was last heard of a device: name, contact_at, pending, oldest_unsent_at. Raises Refusal 404."""
    columns = (Device.name, Device.contact_at, Device.pending, Device.oldest_unsent_at)
    found = connection.execute(select(*columns).where(Device.id == device)).first()
    if found is None:
        raise Refusal(404, "not_found", t("devices.unknown"))
    return found


def retire(connection: Connection, device: str, moment: int) -> None:
    """Take a device out of use for good, shut out; the caller publishes. Raises Refusal 404."""
    known = _known(connection, device)
    values = {"retired_at": known.retired_at or moment, "revoked_at": known.revoked_at or moment}
    connection.execute(update(Device).where(Device.id == device).values(values))
    record(connection, "retired", ("device", device, known.name))


def rename(connection: Connection, device: str, name: str) -> None:
    """Call a device by another name. Raises Refusal 404."""
    known = _known(connection, device)
    connection.execute(update(Device).where(Device.id == device).values(name=name))
    record(connection, "renamed", ("device", device, name), {"name": known.name}, {"name": name})
    publish(connection, [("device", device)])


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


def _known(connection: Connection, device: str) -> Any:
    columns = (Device.name, Device.revoked_at, Device.stolen_at, Device.retired_at)
    found = connection.execute(select(*columns).where(Device.id == device)).first()
    if found is None:
        raise Refusal(404, "not_found", t("devices.unknown"))
    return found
