"""Merging: two entries of one thing become one for people, and nothing moves (the law, 5).

The merged item keeps its own stock, codes and history; lists and sums show it under its survivor. So it
can be taken apart again at any time.
"""

from sqlalchemy import Connection

from app.catalog.changes import changeable, known, tell_and_look
from app.catalog.items import ItemRecord, survivor_of
from app.catalog.register import mark
from app.clock import now_ms
from app.people.audit.trail import record as write_down
from app.web.errors import Refusal, refused_field
from app.words import t

ALIKE = ("unit", "tracking")
"""What must be the same, or a sum of both would mean nothing."""


def merge_item(connection: Connection, item_id: int, survivor_id: int) -> None:
    """Merge an item into another. Raises Refusal 404, and 409 ``cannot_merge`` with the reason."""
    record, survivor = changeable(connection, item_id), changeable(connection, survivor_id)
    if reason := obstacle(connection, record, survivor):
        raise refused_field("survivor", reason, 409, "cannot_merge")
    mark(connection, record, now_ms(), survivor_id=survivor_id)
    write_down(connection, "merged", ("item", item_id, record.name), None, {"survivor": survivor.code})
    tell_and_look(connection, [item_id])


def unmerge_item(connection: Connection, item_id: int) -> None:
    """Take an item out of the one it was merged into. Raises Refusal 404, and 409 ``not_merged``."""
    record = changeable(connection, item_id)
    if record.survivor_id is None:
        raise Refusal(409, "not_merged", t("catalog.not_merged", code=record.code))
    mark(connection, record, now_ms(), survivor_id=None)
    write_down(connection, "unmerged", ("item", item_id, record.name))
    tell_and_look(connection, [item_id, record.survivor_id])


def obstacle(connection: Connection, record: ItemRecord, survivor: ItemRecord) -> str | None:
    """Why the item cannot be merged into this survivor, as the catalogue stands; None when it can."""
    present = known(connection, record.survivor_id or record.id)
    return why_not(record, survivor, present, survivor_of(connection, survivor))


def why_not(record: ItemRecord, survivor: ItemRecord, present: ItemRecord, end: ItemRecord) -> str | None:
    """Why the item cannot be merged into this survivor; None when it can.

    ``present`` is the item's present survivor or itself, ``end`` where the survivor's own chain ends.
    """
    names = {"code": record.code, "survivor": survivor.code}
    if record.id == survivor.id:
        return t("catalog.merge_self")
    if record.survivor_id is not None:
        return t("catalog.merge_already", code=record.code, survivor=present.code)
    if end.id == record.id:
        return t("catalog.merge_cycle", **names)
    if survivor.survivor_id is not None:
        return t("catalog.merge_into_merged", code=survivor.code, survivor=end.code)
    if survivor.archived_at is not None:
        return t("catalog.merge_archived", code=survivor.code)
    differing = [t(f"catalog.{name}") for name in ALIKE if getattr(record, name) != getattr(survivor, name)]
    if differing:
        return t("catalog.merge_differs", **names, fields=" / ".join(differing))
    return None
