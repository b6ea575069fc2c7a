"""The feed: what changed after a cursor, in pages; when a device must start afresh."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Change(Protocol):
    """One row that changed last at a position of the feed."""

    @property
    def position(self) -> int:
        """Its place in the feed; every position belongs to one row at most."""


Row = TypeVar("Row", bound=Change)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Changes in the order of the feed, the cursor behind them, and whether there are more."""

    changes: Sequence[Row]
    cursor: int
    more: bool


def must_start_afresh(cursor: int, sid: str | None, feed: tuple[str, int, int]) -> bool:
    """Whether a cursor means nothing here: another incarnation's, from the future, or below the floor.

    ``feed`` is the server's incarnation, floor and head. Without an incarnation only cursor 0 is sound:
    the device has heard of no server yet.
    """
    here, floor, head = feed
    foreign = sid != here if sid is not None else cursor > 0
    return foreign or not floor <= cursor <= head


def page_of(changes: Sequence[Row], limit: int, head: int) -> Page[Row]:
    """The next page of at most ``limit`` changes, of which one more than that was read if there is one.

    The last page ends at ``head``: positions whose row changed again since are passed over.
    """
    more = len(changes) > limit
    return Page(changes[:limit], changes[limit - 1].position if more else head, more)
