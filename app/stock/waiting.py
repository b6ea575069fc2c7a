"""What is open about goods: discrepancies that nobody closed, operations that are held, counts asked for."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from app.catalog.shelf import Waiting
from app.stock.count_tasks.models import CountTask
from app.stock.count_tasks.tasks import open_ids
from app.stock.discrepancies.models import Discrepancy
from app.stock.quarantine.held_operations import quarantined
from app.stock.quarantine.held_reading import body_of
from app.stock.reach import discrepancy_seen, place_seen
from app.warehouse.models import Location

HELD_MOST = 1_000
"""Held operations that are read for the goods that they name: what they say stands in no column."""


def waiting_on(connection: Connection, item_ids: Sequence[int]) -> Waiting:
    """What is open about these items, as far as the one who asks may see it."""
    seen = CountTask.location_id.in_(select(Location.id).where(place_seen()))
    tasks = (CountTask.item_id.in_(item_ids), CountTask.id.in_(open_ids()), seen)
    open_ones = (Discrepancy.item_id.in_(item_ids), Discrepancy.closed_at.is_(None), discrepancy_seen())
    held = quarantined(connection, {"state": "waiting"}, HELD_MOST)
    return Waiting(
        connection.scalar(select(func.count()).select_from(Discrepancy).where(*open_ones)) or 0,
        sum(body_of(entry.raw).get("item") in item_ids for entry in held),
        connection.scalar(select(func.count()).select_from(CountTask).where(*tasks)) or 0,
    )
