"""Quarantine as the office lists it, and who may still decide."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from app.lists.list_rows import Found, page_of_rows, sorted_by
from app.lists.listing import Listing, Page, Shape, listing_from, matches
from app.people.devices.models import Device
from app.people.models import User
from app.people.roles import ROLES, allows
from app.stock.quarantine.held_operations import conditions_of, named_query
from app.stock.quarantine.held_reading import captor_of
from app.stock.quarantine.models import Quarantine
from app.values.sentences import worded

REASONS = (
    "bad_body",
    "bad_quantity",
    "same_location",
    "unsupported_version",
    "unknown_item",
    "unknown_location",
    "id_reuse",
    "device_revoked",
)
STATES = ("decided",)
"""Beside the first view, which shows what waits."""
DECIDERS = tuple(role for role in ROLES if allows(role, "manager"))
SEARCHED = (Device.name, Quarantine.operation_id, Quarantine.message, Quarantine.note)
SHAPE = Shape(
    columns={"recorded": Quarantine.id, "reason": Quarantine.reason, "decided": Quarantine.decided_at},
    searched=SEARCHED,
    sort="-recorded",
    tie=Quarantine.id,
    filters={"state": STATES, "reason": REASONS},
)


def listing_asked(asked: Mapping[str, str]) -> Listing:
    """Read the page's address."""
    return listing_from(asked, SHAPE)


def quarantine_page(connection: Connection, listing: Listing) -> Page[Any]:
    """The page that is asked for: what waits, or what was decided."""
    return page_of_rows(connection, found_held(listing), listing)


def found_held(listing: Listing) -> Found:
    """What the list shows on all its pages."""
    searched = (*SEARCHED, worded("stock.said_", Quarantine.message_key), Quarantine.message_values)
    wanted = {name: value for name, value in listing.filters.items() if value}
    conditions = [*conditions_of(wanted), *matches(listing.search, searched)]
    order = sorted_by(listing, SHAPE.columns, Quarantine.id.desc())
    return Found(named_query().where(*conditions), order, (Quarantine.id,))


def waiting_count(connection: Connection) -> int:
    """How many wait for a decision."""
    return connection.scalar(select(func.count()).where(*conditions_of({"state": "waiting"}))) or 0


def second_persons(connection: Connection, entry: Any, proposer_id: int) -> Sequence[str]:
    """Who could confirm a discard that this person proposes: neither they nor the captor; by name."""
    excluded = {proposer_id, captor_of(entry)} - {None}
    free = (User.role.in_(DECIDERS), User.disabled_at.is_(None), User.id.not_in(excluded))
    return list(connection.scalars(select(User.name).where(*free).order_by(User.name).limit(10)))
