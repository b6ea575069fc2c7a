"""Retiring a device: it never comes back, so the places that it was working in are to be counted.

What it had not sent nobody knows. Each place where it worked last gets a standing discrepancy of kind
``lost_ops``, on the floor and in the office, and a count task; a count there closes both.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, func, insert, select, text, union

from app.clock import now_ms
from app.database import publish, transaction
from app.jobs import Task
from app.people.audit.trail import record
from app.people.devices.register import device_summary, retire
from app.stock.book.models import CountPoint, Movement, Operation
from app.stock.book.open_findings import BY_FACTS
from app.stock.count_tasks.tasks import Wanted, ask_for_count
from app.stock.discrepancies.models import Discrepancy
from app.warehouse.models import Location
from sync.sentence import Sentence

LOST_OPS = "lost_ops"
LOOK_BACK_MS = 24 * 60 * 60 * 1000
"""Before the oldest thing that it may hold: where it worked then it may have gone on working."""

MOST_PLACES = 50
CLOSE_COUNTED = "stock.close_counted"
"""The recurring job's name."""


def retire_device(connection: Connection, device: str, recount: bool, user_id: int) -> int:
    """Take a device out of use for good; returns how many places are to be counted anew.

    The last thing to do in a transaction. Raises Refusal 404.
    """
    last = device_summary(connection, device)
    moment = now_ms()
    retire(connection, device, moment)
    since = (last.oldest_unsent_at or last.contact_at or moment) - LOOK_BACK_MS
    places = places_worked_in(connection, device, since) if recount else []
    why = Sentence("recount_retired", {"name": last.name})
    opened = open_lost(connection, device, places, moment)
    tasks = [
        ask_for_count(connection, Wanted(place, why=why, discrepancy_id=row), user_id, moment)
        for place, row in opened.items()
    ]
    if opened:
        record(connection, "recount_started", ("device", device, last.name), None, {"places": len(opened)})
    changes = [("device", device), *(("discrepancy", str(row)) for row in opened.values())]
    publish(connection, [*changes, *(("count_task", str(task)) for task in tasks)])
    return len(opened)


def places_worked_in(connection: Connection, device: str, since: int) -> list[int]:
    """The real places that a device's operations name from a moment on (milliseconds), the latest first."""
    own = (Operation.device_id == device, Operation.effective_at >= since)
    at = Operation.effective_at
    moved = [
        select(column.label("place"), at).join(Operation, Operation.id == Movement.operation_id).where(*own)
        for column in (Movement.from_id, Movement.to_id)
    ]
    counted = select(CountPoint.location_id.label("place"), at)
    counted = counted.join(Operation, Operation.id == CountPoint.operation_id).where(*own)
    named = union(*moved, counted).subquery()
    latest = func.max(named.c.effective_at)
    query = select(named.c.place).join(Location, Location.id == named.c.place)
    query = query.where(Location.kind != "virtual").group_by(named.c.place)
    return list(connection.scalars(query.order_by(latest.desc(), named.c.place).limit(MOST_PLACES)))


def open_lost(connection: Connection, device: str, places: Iterable[int], moment: int) -> dict[int, int]:
    """Say of each place that it is to be counted, firm at once: nothing can explain it. The rows by place."""
    rows = [
        {
            "kind": LOST_OPS,
            "subject": f"{device}|{place}",
            "location_id": place,
            "effective_at": moment,
            "opened_at": moment,
            "firm_at": moment,
        }
        for place in places
    ]
    if not rows:
        return {}
    added = insert(Discrepancy).returning(Discrepancy.location_id, Discrepancy.id)
    return {row.location_id: row.id for row in connection.execute(added, rows)}


def close_counted(connection: Connection, moment: int) -> list[int]:
    """Close what was counted since; returns the ids. The last thing to do in a transaction."""
    rows = sorted(connection.scalars(CLOSE, {"now": moment}))
    if rows:
        publish(connection, [("discrepancy", str(row)) for row in rows])
    return rows


def close_counted_job(_task: Task) -> None:
    """The job that recurs."""
    with transaction() as connection:
        close_counted(connection, now_ms())


CLOSE = text(
    f"UPDATE discrepancy SET closed_at = :now, closed_by = '{BY_FACTS}'"
    f" WHERE kind = '{LOST_OPS}' AND closed_at IS NULL AND EXISTS (SELECT 1 FROM count_point c"
    " WHERE c.location_id = discrepancy.location_id AND c.effective_at >= discrepancy.effective_at"
    " AND c.reversed = false) RETURNING id"
)
