"""What the catalogue and the warehouse may ask of the book, which stands above them.

The areas below the book must not import it, yet their pages show what stands where and some of their
rules depend on it. ``create_app`` puts the book's answer in; tests put in a shelf of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from flask import Flask, current_app
from sqlalchemy import Connection

EXTENSION = "tallyman.shelf"


@dataclass(frozen=True)
class Standing:
    """A quantity of an item, in millionths of its base unit, that stands somewhere."""

    item_id: int
    item_code: str
    item_name: str
    unit: str
    location_id: int
    location_code: str
    lot: str
    expires_on: str | None
    quantity: int
    serials: int = 0
    """How many serials are at home there."""


@dataclass(frozen=True)
class Waiting:
    """Open work on goods: how many discrepancies, held operations and count tasks name them."""

    discrepancies: int = 0
    held: int = 0
    tasks: int = 0


@dataclass(frozen=True)
class MovementLine:
    """One leg of a movement, for reading. ``quantity`` in millionths of the base unit."""

    operation_id: str
    effective_at: int
    role: str
    item_id: int
    item_code: str
    item_name: str
    unit: str
    lot: str
    serial: str
    from_id: int
    from_code: str
    to_id: int
    to_code: str
    quantity: int
    actor: str
    reason: str


class Shelf(Protocol):
    """The book as the areas below it see it."""

    def on_hand(self, connection: Connection, item_ids: Sequence[int]) -> dict[int, int]:
        """Millionths at real locations for each item that stands anywhere."""

    def of_items(self, connection: Connection, item_ids: Sequence[int], limit: int) -> list[Standing]:
        """Where these items stand, real locations only, by walking order."""

    def within(self, connection: Connection, location_id: int, limit: int) -> list[Standing]:
        """What stands at a location or anywhere in it, by place and item."""

    def occupied(self, connection: Connection, location_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
        """For each location in which anything stands: at how many places, how many kinds of goods."""

    def latest_of(self, connection: Connection, item_ids: Sequence[int], limit: int) -> list[MovementLine]:
        """The latest movements of any of these items, newest first."""

    def latest_within(self, connection: Connection, location_id: int, limit: int) -> list[MovementLine]:
        """The latest movements at a location or anywhere in it, newest first."""

    def moved_among(self, connection: Connection, item_ids: Sequence[int]) -> set[int]:
        """Those of these items of which the book holds any movement."""

    def waiting_on(self, connection: Connection, item_ids: Sequence[int]) -> Waiting:
        """What is open about these items, as far as the one who asks may see it."""

    def look_again(self, connection: Connection, item_ids: Sequence[int]) -> list[tuple[str, str]]:
        """Open and close what merging or archiving these items changed; the changes for the feed."""

    def resettle(self, connection: Connection, place_ids: Sequence[int], site_id: int | None) -> None:
        """Take what stands at places over to another site, before they name it."""


def keep_shelf(app: Flask, shelf: Shelf) -> None:
    """Say who answers; called once, by ``create_app``."""
    app.extensions[EXTENSION] = shelf


def shelf() -> Shelf:
    """The one who answers in this application."""
    kept: Shelf = current_app.extensions[EXTENSION]
    return kept
