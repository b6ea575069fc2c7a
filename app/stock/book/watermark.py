"""How far the book is complete: no device can still bring a fact from before the watermark."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, case, func, select, text

from app.clock import now_ms
from app.database import publish, transaction
from app.jobs import Task
from app.people.devices.models import Device
from app.people.devices.reach import within_reach
from app.people.devices.register import OFFICE
from app.people.guard import viewer_sites
from app.people.sites import Sites
from app.words import t

FRESH_MS = 60_000
"""A device is heard often enough when its last contact is younger than this."""

FIRM_UP = "stock.firm_up"
"""The recurring job's name."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a device last said of itself, in the server's time; ``contact_at`` is None before it ever did."""

    name: str
    contact_at: int | None
    pending: int = 0
    oldest_unsent_at: int | None = None

    @property
    def complete_to(self) -> int | None:
        """Since when it may hold facts that have not come in."""
        return self.oldest_unsent_at or self.contact_at if self.pending else self.contact_at


@dataclass(frozen=True, slots=True)
class Watermark:
    """Up to when the book is complete (None while no device was ever heard), and who holds it back."""

    at: int | None
    waiting: tuple[str, ...] = ()


def watermark(devices: Iterable[Heard], now: int) -> Watermark:
    """The oldest time any of these devices may still hold facts of, the one furthest behind named first."""
    heard = [device for device in devices if device.complete_to is not None]
    if not heard:
        return Watermark(None)
    heard.sort(key=lambda device: device.complete_to or 0)
    waiting = [device for device in heard if device.pending or now - (device.contact_at or 0) > FRESH_MS]
    return Watermark(heard[0].complete_to, tuple(device.name for device in waiting))


def heard_devices(connection: Connection) -> list[Heard]:
    """All devices that may still bring facts: neither shut out nor the office itself."""
    return [Heard(*row) for row in connection.execute(HEARD)]


def current_watermark(connection: Connection, now: int) -> Watermark:
    """The watermark of the whole house: it holds for every location, whichever device works there."""
    return watermark(heard_devices(connection), now)


def shown_watermark(connection: Connection, now: int) -> Watermark:
    """The same for the one who asks: devices that only work at closed sites go without a name."""
    sites = viewer_sites()
    if sites is None:
        return current_watermark(connection, now)
    strange = t("stock.strange_device")
    mark = watermark([Heard(*row) for row in connection.execute(_heard_within(sites, strange))], now)
    return Watermark(mark.at, tuple(dict.fromkeys(mark.waiting)))


def firm_up(connection: Connection, now: int) -> list[int]:
    """Make discrepancies firm that no fact can explain any more, and publish them; returns their ids.

    Call it last in the transaction. Where no device was ever heard, everything up to now is complete.
    """
    at = connection.scalar(COMPLETE_TO)
    names = {"now": now, "at": now if at is None else at}
    rows = [row.id for row in connection.execute(MAKE_FIRM, names)]
    if rows:
        publish(connection, [("discrepancy", str(row)) for row in sorted(rows)])
    return rows


def firm_up_job(_task: Task) -> None:
    """The job that recurs: time passes even when nobody pushes."""
    with transaction() as connection:
        firm_up(connection, now_ms())


def _heard_within(sites: Sites, strange: str) -> Select[*tuple[Any, ...]]:
    """What every active device said; one that works in none of these sites goes by a common name."""
    name = case((within_reach(sites), Device.name), else_=strange)
    return HEARD.with_only_columns(name, Device.contact_at, Device.pending, Device.oldest_unsent_at)


HEARD = select(Device.name, Device.contact_at, Device.pending, Device.oldest_unsent_at).where(
    Device.revoked_at.is_(None), Device.stolen_at.is_(None), Device.id != OFFICE
)
SAID_SINCE = case((Device.pending > 0, func.nullif(Device.oldest_unsent_at, 0)))
COMPLETE_TO = HEARD.with_only_columns(func.min(func.coalesce(SAID_SINCE, Device.contact_at)))
"""The watermark alone, as ``Heard.complete_to`` has it: each contact of a device asks for it."""
MAKE_FIRM = text(
    "UPDATE discrepancy SET firm_at = :now"
    " WHERE closed_at IS NULL AND firm_at IS NULL AND effective_at < :at RETURNING id"
)
