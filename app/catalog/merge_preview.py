"""What merging two items, or taking one apart again, will do: shown before anybody does it.

Nothing moves either way (``merging.py``). What changes is under which item people see balances, which item
a scanned code leads to, and where open work on the goods is found.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from app.catalog.changes import changeable
from app.catalog.items import ItemRecord, items_by_id, merged_into, survivor_of
from app.catalog.merging import obstacle
from app.catalog.shelf import Standing, Waiting, shelf

LINES_MOST = 200


@dataclass(frozen=True)
class Line:
    """One place and lot: what stands there of the one that is merged, and of the one that stays."""

    location_id: int
    location_code: str
    lot: str
    own: int = 0
    other: int = 0
    """Both in millionths of the unit."""

    @property
    def both(self) -> int:
        """What people read while the two are one."""
        return self.own + self.other


@dataclass(frozen=True)
class MergePreview:
    """The two items, what each brings, and why it cannot be done where it cannot."""

    item: ItemRecord
    survivor: ItemRecord
    lines: Sequence[Line]
    own_total: int
    other_total: int
    codes: Sequence[str]
    """What leads to the one that stays while they are merged: codes and barcodes of all that go along."""
    along: Sequence[ItemRecord]
    """Items that were merged into the one that goes, and go with it."""
    waiting: Waiting
    reason: str = ""

    @property
    def is_cut(self) -> bool:
        """Whether there are more places than are shown."""
        return len(self.lines) >= LINES_MOST


def preview_merge(connection: Connection, item_id: int, survivor_id: int) -> MergePreview:
    """What merging the first item into the second would do. Raises Refusal 404, 409 ``reserved``."""
    record, survivor = changeable(connection, item_id), changeable(connection, survivor_id)
    found = preview(connection, record, survivor)
    return replace(found, reason=obstacle(connection, record, survivor) or "")


def preview_parting(connection: Connection, item_id: int) -> MergePreview | None:
    """What taking an item out of its survivor would do; None for one that stands by itself."""
    record = changeable(connection, item_id)
    return preview(connection, record, survivor_of(connection, record)) if record.survivor_id else None


def preview(connection: Connection, record: ItemRecord, survivor: ItemRecord) -> MergePreview:
    """Both with all that was merged into each, as they stand now."""
    going = [record.id, *merged_into(connection, record.id)]
    staying = [each for each in (survivor.id, *merged_into(connection, survivor.id)) if each not in going]
    members = items_by_id(connection, going)
    standing = shelf().of_items(connection, [*going, *staying], LINES_MOST)
    on_hand = shelf().on_hand(connection, [*going, *staying])
    return MergePreview(
        record,
        survivor,
        lines_of(standing, set(going)),
        sum(on_hand.get(each, 0) for each in going),
        sum(on_hand.get(each, 0) for each in staying),
        [code for each in members.values() for code in (each.code, *each.shown_barcodes)],
        [each for each in members.values() if each.id != record.id],
        shelf().waiting_on(connection, going),
    )


def lines_of(standing: Iterable[Standing], going: set[int]) -> list[Line]:
    """The places and lots in their order, with what each of the two sides has there."""
    lines: dict[tuple[int, str], Line] = {}
    for row in standing:
        place = (row.location_id, row.lot)
        line = lines.get(place) or Line(row.location_id, row.location_code, row.lot)
        side = "own" if row.item_id in going else "other"
        lines[place] = replace(line, **{side: getattr(line, side) + row.quantity})
    return list(lines.values())
