"""One operation, whole: as it was captured, the verdict, what it moved, what came of it."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from app.people.audit.models import AuditEntry
from app.people.guard import viewer_sites
from app.people.models import User
from app.stock.book.models import Movement, Operation
from app.stock.book.packing import captured_packs
from app.stock.discrepancies.models import Discrepancy
from app.stock.movements.listing import movements, named_operations
from app.stock.quarantine.models import Quarantine
from app.stock.reach import discrepancy_seen, entry_seen
from app.web.errors import Refusal
from app.words import t

LEGS_MOST = 1000
FINDINGS_MOST = 100


def operation_story(connection: Connection, operation_id: str) -> dict[str, Any]:
    """Everything that is known of an operation. Raises Refusal 404 for one that never came."""
    if "\0" in operation_id:
        raise Refusal(404, "not_found", t("exchange.unknown_operation"))
    asked = named_operations().where(Operation.id == operation_id)
    found = connection.execute(asked).mappings().first()
    held = quarantined(connection, operation_id)
    legs = movements(connection, {"operation": operation_id}, LEGS_MOST)
    if viewer_sites() is not None and not legs:
        found = None
    if not held and found is None:
        raise Refusal(404, "not_found", t("exchange.unknown_operation"))
    return {
        "id": operation_id,
        "operation": {**found, "body": json.loads(found["body"])} if found else None,
        "packed": captured_packs(json.loads(found["body"])) if found else None,
        "quarantined": held,
        "movements": legs,
        "discrepancies": findings(connection, operation_id),
    }


def quarantined(connection: Connection, operation_id: str) -> list[Any]:
    """Its entries in quarantine, the oldest first."""
    query = (
        select(Quarantine.__table__)
        .where(Quarantine.operation_id == operation_id, entry_seen())
        .order_by(Quarantine.id)
    )
    return list(connection.execute(query.limit(FINDINGS_MOST)))


def findings(connection: Connection, operation_id: str) -> list[Any]:
    """The discrepancies that name it, or that its arrival brought to light."""
    columns = (Discrepancy.operation_id, Discrepancy.other_operation_id, Discrepancy.cause_id)
    query = select(Discrepancy.__table__).where(discrepancy_seen())
    query = query.where(or_(*(column == operation_id for column in columns)))
    return list(connection.execute(query.order_by(Discrepancy.id).limit(FINDINGS_MOST)))


def caused(connection: Connection, operation_id: str, legs: Sequence[Any]) -> list[Any]:
    """Legs at other operations that the arrival of this one made necessary: corrections of later counts."""
    items = {leg.item_id for leg in legs}
    if not items:
        return []
    elsewhere = and_(Movement.item_id.in_(items), Movement.cause_id == operation_id)
    wanted = {"among": [and_(elsewhere, Movement.operation_id != operation_id)]}
    return movements(connection, wanted, FINDINGS_MOST)


def taken_back_by(connection: Connection, operation_id: str | None) -> Any:
    """Who took an operation back, when and why; None where it stands."""
    columns = (Operation.id, Operation.recorded_at, Operation.body, User.name.label("actor_name"))
    query = select(*columns).outerjoin(User, User.id == Operation.actor_id)
    return connection.execute(query.where(Operation.id == operation_id)).first() if operation_id else None


def office_note(connection: Connection, operation_id: str) -> str:
    """What the person who posted it in the office noted beside it; empty for none."""
    posted = (AuditEntry.subject_kind == "operation", AuditEntry.subject_id == operation_id)
    written = connection.scalar(select(AuditEntry.after).where(*posted).order_by(AuditEntry.id).limit(1))
    return str(json.loads(written).get("note", "")) if written else ""
