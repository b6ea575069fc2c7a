"""The tree of places as it is opened: what stands directly in one, and how much is in each of those."""

from dataclasses import dataclass

from sqlalchemy import Connection

from app.catalog.shelf import shelf
from app.warehouse.places import Place, children, counts_below

NODES_LIMIT = 1_000
"""Places that are shown directly under one."""


@dataclass(frozen=True, slots=True)
class Node:
    """One place in the tree, with what is in it at any depth."""

    place: Place
    places: int
    """How many places."""
    filled: int
    """How many of these, itself included, hold goods."""
    goods: int
    """How many kinds of goods."""


def nodes_under(connection: Connection, parent_id: int | None) -> list[Node]:
    """The places directly under one, or the sites, in walking order; at most ``NODES_LIMIT``."""
    found = children(connection, parent_id, NODES_LIMIT)
    ids = [place.id for place in found]
    counts = counts_below(connection, ids)
    occupied = shelf().occupied(connection, ids)
    return [Node(place, counts[place.id], *occupied.get(place.id, (0, 0))) for place in found]
