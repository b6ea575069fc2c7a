"""The discrepancies as the office lists them, and what a person needs to decide about one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from app.catalog.models import Item
from app.lists.asked_filters import own_number
from app.lists.list_rows import Found, page_of_rows, sorted_by
from app.lists.listing import Listing, Page, Shape, listing_from, matches
from app.people.models import User
from app.stock.book.models import Movement, Operation
from app.stock.discrepancies.listing import conditions_of, named_query
from app.stock.discrepancies.models import Discrepancy
from app.stock.discrepancies.states import state_conditions
from app.stock.levels.level_list import family
from app.stock.movements.listing import movements, named_operations
from app.values.numbers import whole_number
from app.warehouse.models import Location
from sync.discrepancy import KINDS

STATES = ("open", "closed")
"""Beside the first view, which shows what is firm: what may still settle, and what is closed."""
ACCEPTED_TOGETHER = frozenset(
    (
        "variance",
        "count_ambiguous",
        "serial_teleport",
        "archived_moved",
        "factor_changed",
        "unauthorised",
        "lost_operations",
        "lost_ops",
    )
)
"""Kinds that a person may accept by the dozen; the others ask for something to be posted or entered."""
WITNESSES = ("operation_id", "other_operation_id", "cause_id")
PROVISIONAL_SHOWN = 10
NEARBY_SHOWN = 10
NUMBERED = ("item", "location")
SORTS = {
    "happened": Discrepancy.effective_at,
    "kind": Discrepancy.kind,
    "item": Item.sort_name,
    "location": Location.code,
}
SEARCHED = (Item.name, Item.code, Discrepancy.lot, Discrepancy.serial, Location.code)


@dataclass(frozen=True)
class Witness:
    """An operation that a discrepancy names; ``part`` is counted, moved or cause."""

    part: str
    operation: Any
    legs: Sequence[Any]


def listing_asked(asked: Mapping[str, str]) -> Listing:
    """Read the page's address; what makes no sense is left out."""
    numbered = {name: own_number(asked.get(name, "")) for name in NUMBERED}
    filters = {"state": STATES, "kind": KINDS, **numbered}
    return listing_from(asked, Shape(SORTS, SEARCHED, "-happened", Discrepancy.id, filters))


def discrepancy_page(connection: Connection, listing: Listing) -> Page[Any]:
    """The page that is asked for: firm ones, those that may settle, or closed ones."""
    state = listing.filters.get("state") or "firm"
    return listed_page(connection, listing, state)


def provisional(connection: Connection, listing: Listing) -> Page[Any]:
    """The first few that may still settle by themselves, under the same search."""
    first = Listing(listing.search, listing.sort, 1, PROVISIONAL_SHOWN, listing.filters)
    return listed_page(connection, first, "open")


def listed_page(connection: Connection, listing: Listing, state: str) -> Page[Any]:
    """One page of the discrepancies in a state."""
    return page_of_rows(connection, found_discrepancies(listing, state), listing)


def found_discrepancies(listing: Listing, state: str) -> Found:
    """What the list shows of a state on all its pages."""
    conditions = [*conditions_of(wanted_of(listing, state)), *matches(listing.search, SEARCHED)]
    order = sorted_by(listing, SORTS, Discrepancy.id.desc())
    return Found(named_query().where(*conditions), order, (Discrepancy.id,))


def wanted_of(listing: Listing, state: str) -> dict[str, Any]:
    """The filters as the list of discrepancies takes them."""
    given = {name: value for name, value in listing.filters.items() if value}
    numbers = {name: int(given[name]) for name in NUMBERED if name in given}
    return {"state": state, "kind": given.get("kind"), **numbers}


def counts(connection: Connection) -> dict[str, int]:
    """How many stand firm, how many may settle."""
    firm = select(func.count()).where(*state_conditions("firm"))
    settling = select(func.count()).where(*state_conditions("open"))
    return {"firm": connection.scalar(firm) or 0, "open": connection.scalar(settling) or 0}


def witnesses(connection: Connection, found: Any) -> list[Witness]:
    """The operations that it names, each once: what was done, by whom, on what, when."""
    named = {part: getattr(found, part) for part in WITNESSES if getattr(found, part)}
    parts = {name: part for part, name in reversed(named.items())}
    asked = named_operations().where(Operation.id.in_(parts))
    rows = connection.execute(asked.order_by(Operation.effective_at, Operation.id))
    found = ((row, movements(connection, {"operation": row.id}, NEARBY_SHOWN)) for row in rows.all())
    return [Witness(parts[row.id], row, legs) for row, legs in found]


def nearby(connection: Connection, found: Any) -> list[Any]:
    """The latest movements of the same goods at the same place."""
    if found.item_id is None or found.location_id is None:
        return []
    same = and_(Movement.item_id.in_(family(found.item_id)), Movement.lot == found.lot)
    here = or_(Movement.from_id == found.location_id, Movement.to_id == found.location_id)
    return movements(connection, {"among": [and_(same, here)]}, NEARBY_SHOWN)


def closer_name(connection: Connection, closed_by: str) -> str:
    """Who closed it; empty where later facts did."""
    number = whole_number(closed_by)
    return connection.scalar(select(User.name).where(User.id == number)) or "" if number else ""
