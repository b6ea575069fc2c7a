"""What stands on the first page: what needs a person, what moved last, what is still to be set up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from app.catalog.models import Item
from app.clock import now_ms
from app.database import database
from app.people.device_list import SILENT_AFTER_MS
from app.people.device_reach import reachable
from app.people.devices import OFFICE
from app.people.models import Device, User
from app.stock.models import Discrepancy, Movement, Operation, Quarantine
from app.stock.reach import discrepancy_seen, entry_seen, movement_seen
from app.warehouse.models import Location


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


def latest_movements(limit: int = 12) -> Sequence[Any]:
    """The movements recorded last, with the names of what, where from, where to, who and on what."""
    origin, goal = aliased(Location), aliased(Location)
    return database.session.execute(
        select(
            Movement,
            Item.code.label("item_code"),
            Item.name.label("item_name"),
            Item.unit.label("unit"),
            origin.code.label("from_code"),
            goal.code.label("to_code"),
            User.name.label("person"),
            Device.name.label("device"),
        )
        .join(Operation, Operation.id == Movement.operation_id)
        .outerjoin(Item, Item.id == Movement.item_id)
        .outerjoin(origin, origin.id == Movement.from_id)
        .outerjoin(goal, goal.id == Movement.to_id)
        .outerjoin(User, User.id == Operation.actor_id)
        .outerjoin(Device, Device.id == Operation.device_id)
        .where(movement_seen())
        .order_by(Movement.id.desc())
        .limit(limit)
    ).all()


def _count(statement: object) -> int:
    return int(database.session.scalar(statement) or 0)  # type: ignore[call-overload]
