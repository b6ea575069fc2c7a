"""Count tasks: a place is to be counted again. That it was is seen in the counts, nobody ticks it off."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, String, and_, cast, exists, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from app.catalog.models import Item
from app.clock import DAY_MS, now_ms
from app.database import publish, transaction
from app.database.listed import listed
from app.jobs import Task
from app.lists.list_rows import Found, page_of_rows, sorted_by
from app.lists.listing import Listing, Page, Shape, listing_from, matches
from app.people.audit.trail import Subject, record
from app.people.models import User
from app.stock.book.models import CountPoint, Operation
from app.stock.count_tasks.models import CountTask
from app.stock.feed.models import FeedChange
from app.stock.reach import place_seen
from app.values.sentences import kept_values, spoken, worded
from app.warehouse.models import Location
from app.web.errors import Refusal
from app.words import t
from sync.sentence import NOTHING, Sentence

COUNTER = aliased(User, name="counter")
STATES = ("done",)
MOST_TOLD = 500
TELL = "stock.tell_tasks"
"""The recurring job's name."""
SEARCHED = (Location.code, Item.name, Item.code, CountTask.reason)
SHAPE = Shape(
    columns={"asked": CountTask.asked_at, "location": Location.walk_order, "item": Item.sort_name},
    searched=SEARCHED,
    sort="location",
    tie=CountTask.id,
    filters={"state": STATES},
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be counted, and why; without an item everything that stands there."""

    location_id: int
    item_id: int | None = None
    lot: str = ""
    reason: str = ""
    """As whoever asks says it; ``why`` says the same to readers of other languages."""
    why: Sentence = NOTHING
    discrepancy_id: int | None = None


def ask_for_count(connection: Connection, wanted: Wanted, user_id: int | None, now: int) -> int:
    """Ask for a place to be counted; returns the task. Where that is asked already, the same task."""
    same = (
        CountTask.location_id == wanted.location_id,
        CountTask.item_id.is_not_distinct_from(wanted.item_id),
        CountTask.lot == wanted.lot,
        CountTask.id.in_(open_ids()),
    )
    standing = connection.scalar(select(CountTask.id).where(*same).limit(1))
    if standing is not None:
        return int(standing)
    reason = wanted.reason or recount_reason(wanted.why)
    values = {
        "location_id": wanted.location_id,
        "item_id": wanted.item_id,
        "lot": wanted.lot,
        "reason": reason[:255],
        "reason_key": wanted.why.key,
        "reason_values": kept_values(wanted.why.values),
        "discrepancy_id": wanted.discrepancy_id,
        "asked_by": user_id,
        "asked_at": now,
    }
    task = int(connection.execute(insert(CountTask).values(**values).returning(CountTask.id)).scalar_one())
    record(connection, "added", Subject("count_task", task), after={"reason": reason})
    return task


def recount_reason(why: Sentence) -> str:
    """Why a place is to be counted, in the language spoken now; empty where nothing is said."""
    return spoken("live.", why.key, kept_values(why.values), "")


def task_reason(row: Any) -> str:
    """Why a place is to be counted, in the reader's language."""
    return spoken("live.", row.reason_key, row.reason_values, row.reason)


def task_state(row: Any) -> str:
    """``cancelled``, ``counted`` or ``waiting``, by a row of ``task_query``."""
    if row.cancelled_at is not None:
        return "cancelled"
    return "counted" if row.counted_by_id else "waiting"


def cancel_count(connection: Connection, task: int, now: int) -> None:
    """Take the request back. Raises Refusal 404 for one that is not open."""
    seen = CountTask.location_id.in_(select(Location.id).where(place_seen()))
    still = update(CountTask).where(CountTask.id == task, seen, CountTask.id.in_(open_ids()))
    if not connection.execute(still.values(cancelled_at=now)).rowcount:
        raise Refusal(404, "not_found", t("stock.no_count_task"))
    record(connection, "cancelled", Subject("count_task", task))


def tasks_of(connection: Connection, counts: Collection[str]) -> list[tuple[str, str]]:
    """The tasks that counts, written or taken back just now, do or leave open again: for the feed."""
    rows = listed(connection, ("operation",), [(count,) for count in sorted(counts)], TOUCHED)
    return [("count_task", str(row.id)) for row in rows]


def untold(connection: Connection, now: int) -> list[tuple[str, str]]:
    """Waiting tasks not told of within a day: a device may have run a release that passed them over."""
    lately = exists().where(
        FeedChange.entity == "count_task",
        FeedChange.key == cast(CountTask.id, String),
        FeedChange.changed_at > now - DAY_MS,
    )
    asked = open_ids().where(~lately).order_by(CountTask.id).limit(MOST_TOLD)
    return [("count_task", str(task)) for task in connection.scalars(asked)]


def tell_tasks_job(_task: Task) -> None:
    """The job that recurs: what waits is told again once a day."""
    with transaction() as connection:
        if changes := untold(connection, now_ms()):
            publish(connection, changes)


def counted_after() -> Any:
    """The counts that do a task: of the same place and goods, since it was asked for."""
    return and_(
        CountPoint.location_id == CountTask.location_id,
        or_(
            CountTask.item_id.is_(None),
            and_(CountPoint.item_id == CountTask.item_id, CountPoint.lot == CountTask.lot),
        ),
        CountPoint.effective_at >= CountTask.asked_at,
        CountPoint.reversed.is_(False),
    )


def open_ids() -> Select[Any]:
    """The tasks that wait: not cancelled, and nothing was counted since."""
    done = select(CountPoint.operation_id).where(counted_after()).correlate(CountTask).exists()
    return select(CountTask.id).where(CountTask.cancelled_at.is_(None), ~done)


def task_query() -> Select[Any]:
    """Tasks with the names of place, goods and people, and the first count that did them."""
    first = select(func.min(CountPoint.effective_at)).where(counted_after()).correlate(CountTask)
    counted = (
        select(CountPoint.operation_id)
        .where(counted_after())
        .order_by(CountPoint.effective_at, CountPoint.operation_id)
        .limit(1)
        .correlate(CountTask)
    )
    return (
        select(
            CountTask.__table__,
            Location.code.label("location_code"),
            Item.name.label("item_name"),
            Item.code.label("item_code"),
            User.name.label("asker_name"),
            COUNTER.name.label("counter_name"),
            first.scalar_subquery().label("counted_at"),
            counted.scalar_subquery().label("counted_by_id"),
        )
        .outerjoin(Location, Location.id == CountTask.location_id)
        .outerjoin(Item, Item.id == CountTask.item_id)
        .outerjoin(User, User.id == CountTask.asked_by)
        .outerjoin(Operation, Operation.id == counted.scalar_subquery())
        .outerjoin(COUNTER, COUNTER.id == Operation.actor_id)
        .where(place_seen())
    )


def tasks_asked(asked: Mapping[str, str]) -> Listing:
    """Read the address of the list."""
    return listing_from(asked, SHAPE)


def task_page(connection: Connection, listing: Listing) -> Page[Any]:
    """What waits, in walking order; or what was done or cancelled."""
    return page_of_rows(connection, found_tasks(listing), listing)


def found_tasks(listing: Listing) -> Found:
    """What the list shows on all its pages."""
    waiting = CountTask.id.in_(open_ids())
    searched = (*SEARCHED, worded("live.", CountTask.reason_key), CountTask.reason_values)
    state = ~waiting if listing.filters.get("state") else waiting
    query = task_query().where(state, *matches(listing.search, searched))
    return Found(query, sorted_by(listing, SHAPE.columns, CountTask.id), (CountTask.id,))


def task_of(connection: Connection, discrepancy_id: int) -> Any:
    """The latest task that a discrepancy led to; None where nobody asked."""
    asked = task_query().where(CountTask.discrepancy_id == discrepancy_id, CountTask.cancelled_at.is_(None))
    return connection.execute(asked.order_by(CountTask.id.desc()).limit(1)).first()


TOUCHED = """
SELECT DISTINCT t.id FROM {wanted} JOIN count_point p ON p.operation_id = wanted.operation
JOIN count_task t ON t.location_id = p.location_id AND t.cancelled_at IS NULL AND t.asked_at <= p.effective_at
ORDER BY t.id"""
