"""The register of devices: what each is called and last said; shut out, let in again, retired."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, select, update

from app.clock import now_ms
from app.database import database, publish
from app.people.audit.trail import record
from app.people.devices.models import Device
from app.web.errors import Refusal
from app.words import t

OFFICE = "office"
"""The device under which the office posts; nobody carries it, no credential opens it."""
LET_IN_AGAIN = 0
"""When the credential of a device ends that the office let in again: somebody must sign in on it anew."""
_NAME = select(Device.name).where(Device.id == bindparam("device"))


def devices(seen: ColumnElement[bool], limit: int, offset: int) -> list[Device]:
    """The devices that may be seen, the one in touch last first."""
    order = (Device.contact_at.desc().nulls_last(), Device.enrolled_at.desc(), Device.id)
    query = select(Device).where(Device.id != OFFICE, seen).order_by(*order)
    return list(database.session.scalars(query.limit(limit).offset(offset)))


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


def rename(connection: Connection, device: str, name: str) -> None:
    """Call a device by another name. Raises Refusal 404."""
    known = _known(connection, device)
    connection.execute(update(Device).where(Device.id == device).values(name=name))
    record(connection, "renamed", ("device", device, name), {"name": known.name}, {"name": name})
    publish(connection, [("device", device)])


def missing_since(told: int | None, moment: int) -> int:
    """Since when a stolen device is not trusted, in milliseconds: as it was told, at the latest now."""
    return moment if told is None else min(told, moment)


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


def retire(connection: Connection, device: str, moment: int) -> None:
    """Take a device out of use for good, shut out; the caller publishes. Raises Refusal 404."""
    known = _known(connection, device)
    values = {"retired_at": known.retired_at or moment, "revoked_at": known.revoked_at or moment}
    connection.execute(update(Device).where(Device.id == device).values(values))
    record(connection, "retired", ("device", device, known.name))


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


def _known(connection: Connection, device: str) -> Any:
    columns = (Device.name, Device.revoked_at, Device.stolen_at, Device.retired_at)
    found = connection.execute(select(*columns).where(Device.id == device)).first()
    if found is None:
        raise Refusal(404, "not_found", t("devices.unknown"))
    return found
