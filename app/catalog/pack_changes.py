"""What people do with one pack: add, change, put away. A pack is part of its item, which changes with it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from app.catalog.changes import change_item, changeable
from app.catalog.items import ItemRecord
from app.catalog.packs import CORRECTION, FACTOR_KINDS, PackDraft, PackRecord, pack_draft_of
from app.values.text import fold
from app.web.errors import Refusal, refused_field
from app.words import t


def add_pack(connection: Connection, item_id: int, draft: PackDraft) -> None:
    """Add a pack to an item. Raises Refusal 404, 422, and 409 ``barcode_taken`` or ``name_taken``."""
    record = changeable(connection, item_id)
    refuse_name(record, draft)
    change_item(connection, item_id, {"packs": (*record.packs, draft)}, record.updated_at)


def change_pack(
    connection: Connection, place: tuple[int, int], changes: Mapping[str, Any], seen: int
) -> None:
    """Change a pack of an item that was last seen as of ``seen``; ``place`` is item and pack.

    Another factor needs ``factor_kind``: ``change``, packs hold another quantity from now on, or
    ``correction``, the factor was wrong since it was entered. Raises Refusal as ``change_item`` does.
    """
    record = changeable(connection, place[0])
    pack = known_pack(record, place[1])
    if pack.archived_at is not None:
        raise Refusal(409, "archived", t("catalog.pack_is_archived", name=pack.name))
    given = dict(changes)
    kind = given.pop("factor_kind", None)
    draft = pack_draft_of(pack)._replace(**given)
    if draft.factor != pack.factor and kind not in FACTOR_KINDS:
        raise refused_field("factor_kind", t("catalog.factor_kind_needed"))
    draft = draft._replace(is_correction=draft.factor != pack.factor and kind == CORRECTION)
    refuse_name(record, draft)
    others = [each for each in record.packs if each.id != pack.id]
    change_item(connection, record.id, {"packs": in_order(record, [*others, draft])}, seen)


def archive_pack(connection: Connection, item_id: int, pack_id: int) -> None:
    """Put a pack away: it is offered no more; what was captured with it keeps its meaning. Twice is once."""
    record = changeable(connection, item_id)
    known_pack(record, pack_id)
    packs = tuple(each for each in record.packs if each.id != pack_id)
    change_item(connection, item_id, {"packs": packs}, record.updated_at)


def unarchive_pack(connection: Connection, item_id: int, pack_id: int) -> None:
    """Bring a pack back with its barcodes. Twice is once."""
    record = changeable(connection, item_id)
    pack = known_pack(record, pack_id)
    others = [each for each in record.packs if each.id != pack_id]
    packs = in_order(record, [*others, pack_draft_of(pack)])
    change_item(connection, item_id, {"packs": packs}, record.updated_at)


def known_pack(record: ItemRecord, pack_id: int) -> PackRecord:
    """A pack of the item. Raises Refusal 404."""
    found = next((pack for pack in record.all_packs if pack.id == pack_id), None)
    if found is None:
        raise Refusal(404, "not_found", t("catalog.unknown_pack"))
    return found


def in_order(record: ItemRecord, packs: list[PackDraft]) -> tuple[PackDraft, ...]:
    """The packs in the order in which the item has them, so that an unchanged one changes nothing."""
    places = {pack.id: place for place, pack in enumerate(record.all_packs)}
    return tuple(sorted(packs, key=lambda each: places.get(each.id or 0, len(places))))


def refuse_name(record: ItemRecord, draft: PackDraft) -> None:
    """Raises Refusal 409 ``name_taken``: packs of an item have different names, put away or not."""
    for other in record.all_packs:
        if other.id != draft.id and fold(other.name) == fold(draft.name):
            words = "catalog.pack_name_taken" if other.archived_at is None else "catalog.pack_name_put_away"
            raise refused_field("name", t(words, name=other.name), 409, "name_taken")
