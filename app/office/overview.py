"""What needs a person, counted for the first page."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select

from app.clock import now_ms
from app.database import database
from app.people.devices.desk import SILENT_AFTER_MS
from app.people.devices.models import Device
from app.people.devices.reach import reachable
from app.people.devices.register import OFFICE
from app.stock.discrepancies.models import Discrepancy
from app.stock.quarantine.models import Quarantine
from app.stock.reach import discrepancy_seen, entry_seen


@dataclass(frozen=True)
class Attention:
    """How many of each thing wait for a person."""

    firm: int
    provisional: int
    quarantined: int
    devices: Sequence[Device]


def attention(limit: int = 5) -> Attention:
    """What waits for a person; of the devices the first ``limit``."""
    opened = select(func.count()).where(Discrepancy.closed_at.is_(None), discrepancy_seen())
    waiting = select(func.count()).select_from(Quarantine)
    waiting = waiting.where(Quarantine.decided_at.is_(None), entry_seen())
    return Attention(
        firm=_count(opened.where(Discrepancy.firm_at.is_not(None))),
        provisional=_count(opened.where(Discrepancy.firm_at.is_(None))),
        quarantined=_count(waiting),
        devices=waiting_devices(limit),
    )


def waiting_devices(limit: int) -> Sequence[Device]:
    """Devices that hold unsent facts or have been silent for a day; the oldest contact first."""
    silent = or_(Device.contact_at.is_(None), Device.contact_at < now_ms() - SILENT_AFTER_MS)
    wanted = and_(Device.id != OFFICE, Device.revoked_at.is_(None), or_(Device.pending > 0, silent))
    order = (Device.oldest_unsent_at.is_(None), Device.oldest_unsent_at, Device.contact_at)
    return database.session.scalars(
        select(Device).where(wanted, reachable()).order_by(*order).limit(limit)
    ).all()


def _count(statement: object) -> int:
    return int(database.session.scalar(statement) or 0)  # type: ignore[call-overload]
