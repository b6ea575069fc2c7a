"""The devices as the office lists them: with who uses them, and in what state each is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select

from app.clock import now_ms
from app.database import database
from app.lists.listing import Listing, Page, Shape
from app.lists.table_rows import every_part, page_of
from app.people.devices.lateness import LATE_MS, ONLINE_MS, is_late
from app.people.devices.models import Device
from app.people.devices.reach import reachable
from app.people.devices.register import OFFICE
from app.people.models import User
from app.web.errors import Refusal
from app.words import t

SILENT_AFTER_MS = 24 * 60 * 60 * 1000
"""A device that has not been heard for a day may hold facts that nobody knows."""

STATES = ("connected", "late", "unsent", "silent", "expired", "revoked", "retired")


@dataclass(frozen=True)
class DeviceLine:
    """One device, the person who signed in on it last, and its state."""

    device: Device
    person: str
    state: str


def devices_shape() -> Shape:
    """What the list of devices allows."""
    return Shape(
        columns={
            "name": func.lower(Device.name),
            "contact_at": Device.contact_at,
            "pending": Device.pending,
            "enrolled_at": Device.enrolled_at,
        },
        searched=(Device.name, Device.app_version),
        sort="-contact_at",
        tie=Device.id,
        filters={"state": STATES},
    )


def list_devices(listing: Listing, moment: int) -> Page[DeviceLine]:
    """One page of devices, as they stand at ``moment`` (milliseconds)."""
    page = page_of(devices_of(listing, moment), listing, devices_shape())
    return Page(_lines(page.rows, moment), page.total, listing)


def every_device(listing: Listing, moment: int) -> Iterator[list[DeviceLine]]:
    """All devices that the list would show, in its order, in parts."""
    for part in every_part(devices_of(listing, moment), listing, devices_shape()):
        yield _lines(part, moment)


def devices_of(listing: Listing, moment: int) -> Select[Device]:
    """The devices that pass the filters at ``moment``."""
    statement: Select[Device] = select(Device).where(Device.id != OFFICE, reachable())
    if state := listing.filters.get("state"):
        statement = statement.where(in_state(state, moment))
    return statement


def device_line(device_id: str) -> DeviceLine:
    """One device. Raises Refusal 404."""
    found = database.session.get(Device, device_id)
    if found is None:
        raise Refusal(404, "not_found", t("devices.unknown"))
    return _lines([found], now_ms())[0]


def state_of(device: Device, moment: int) -> str:
    """The state that matters most, at ``moment``."""
    if device.retired_at is not None:
        return "retired"
    if device.revoked_at is not None:
        return "revoked"
    if device.pending > 0:
        return "late" if is_late(device, moment) else "unsent"
    if device.credential_expires_at <= moment:
        return "expired"
    return "silent" if (device.contact_at or 0) < moment - SILENT_AFTER_MS else "connected"


def in_state(state: str, moment: int) -> ColumnElement[bool]:
    """The same in the database: whether a device is in this state."""
    revoked, unsent = Device.revoked_at.is_not(None), Device.pending > 0
    expired = Device.credential_expires_at <= moment
    silent = or_(Device.contact_at.is_(None), Device.contact_at < moment - SILENT_AFTER_MS)
    retired = Device.retired_at.is_not(None)
    heard, waited = Device.contact_at >= moment - ONLINE_MS, Device.oldest_unsent_at < moment - LATE_MS
    order = [
        ("retired", retired),
        ("revoked", revoked),
        ("late", and_(unsent, func.coalesce(and_(heard, waited), false()))),
        ("unsent", unsent),
        ("expired", expired),
        ("silent", silent),
    ]
    earlier: list[ColumnElement[bool]] = []
    for name, condition in order:
        if name == state:
            return and_(condition, *(not_(other) for other in earlier))
        earlier.append(condition)
    return and_(*(not_(other) for other in earlier))


def _lines(found: Sequence[Device], moment: int) -> list[DeviceLine]:
    wanted = select(User.id, User.name).where(User.id.in_({device.user_id for device in found}))
    names = {row.id: row.name for row in database.session.execute(wanted)}
    return [DeviceLine(one, names.get(one.user_id, ""), state_of(one, moment)) for one in found]
