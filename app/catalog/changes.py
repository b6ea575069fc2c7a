"""What people do with one item: make, change, put away. Rules first, then the register, then the feed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Connection

from app.catalog.barcodes import shown_barcode
from app.catalog.drafts import ItemDraft, draft_of, problems_of, problems_of_change
from app.catalog.item_values import Values, values_of, write_values
from app.catalog.items import ItemRecord, item_body, item_by_id
from app.catalog.look_up import ids_by_code, owners_by_barcode
from app.catalog.packs import written_packs
from app.catalog.register import mark, write_changed, write_new
from app.catalog.shelf import shelf
from app.clock import now_ms
from app.database import publish
from app.people.audit.trail import record as write_down
from app.web.errors import Refusal, refused_field
from app.words import t
from sync.movement import UNIDENTIFIED


def add_item(connection: Connection, draft: ItemDraft, added: Values | None = None) -> int:
    """Make a new item; its id. ``added`` is what it holds in added fields, checked already.

    Raises Refusal 422, and 409 ``code_taken`` or ``barcode_taken``.
    """
    refuse(problems_of(draft))
    refuse_taken(connection, draft, None)
    [item_id] = write_new(connection, [draft], now_ms())
    write_values(connection, {item_id: added or {}})
    write_down(connection, "added", ("item", item_id, draft.name), None, written(draft))
    tell(connection, [item_id])
    return item_id


def change_item(
    connection: Connection,
    item_id: int,
    changes: Mapping[str, Any],
    seen: int,
    added: Values | None = None,
) -> None:
    """Change fields of an item that was last seen as of ``seen`` (its ``updated_at``).

    ``added`` is what it shall hold in added fields, checked already; those left out stay.
    Raises Refusal 404; 409 ``edited_meanwhile``, which shows both versions; 422; 409 for taken codes.
    """
    record = changeable(connection, item_id)
    if record.updated_at != seen:
        shown = {"current": item_body(record), "yours": shown_changes(changes)}
        raise Refusal(409, "edited_meanwhile", t("catalog.edited_meanwhile"), **shown)
    draft = replace(draft_of(record), **changes)
    held = values_of(connection, [item_id]).get(item_id, {})
    fresh = {field: value for field, value in (added or {}).items() if value != held.get(field, "")}
    if draft == draft_of(record) and not fresh:
        return
    has_moved = bool(shelf().moved_among(connection, [item_id]))
    refuse(problems_of_change(record, draft, has_moved))
    refuse_taken(connection, draft, item_id)
    write_changed(connection, [(record, draft)], now_ms())
    write_values(connection, {item_id: fresh})
    before = written(draft_of(record)) | {f"field {field}": held.get(field, "") for field in fresh}
    after = written(draft) | {f"field {field}": value for field, value in fresh.items()}
    write_down(connection, "changed", ("item", item_id, draft.name), before, after)
    tell(connection, [item_id])


def archive_item(connection: Connection, item_id: int) -> None:
    """Put an item away: it is offered no more, and its history stays. Twice is once."""
    record = changeable(connection, item_id)
    if record.archived_at is None:
        now = now_ms()
        mark(connection, record, now, archived_at=now)
        write_down(connection, "archived", ("item", item_id, record.name))
        tell_and_look(connection, [item_id])


def unarchive_item(connection: Connection, item_id: int) -> None:
    """Bring an item back. Twice is once."""
    record = changeable(connection, item_id)
    if record.archived_at is not None:
        mark(connection, record, now_ms(), archived_at=None)
        write_down(connection, "unarchived", ("item", item_id, record.name))
        tell_and_look(connection, [item_id])


def known(connection: Connection, item_id: int) -> ItemRecord:
    """The item. Raises Refusal 404."""
    record = item_by_id(connection, item_id)
    if record is None:
        raise Refusal(404, "not_found", t("catalog.unknown_item"))
    return record


def changeable(connection: Connection, item_id: int) -> ItemRecord:
    """An item that people may change. Raises Refusal 404, and 409 ``reserved``."""
    if item_id == UNIDENTIFIED:
        raise Refusal(409, "reserved", t("catalog.reserved"))
    return known(connection, item_id)


def tell(connection: Connection, item_ids: Sequence[int]) -> None:
    """Say in the feed that these items changed; the last statement of the transaction."""
    publish(connection, [("item", str(item_id)) for item_id in item_ids])


def tell_and_look(connection: Connection, item_ids: Sequence[int]) -> None:
    """Tell of items that were merged, parted or put away, with the discrepancies that this changed."""
    rows = [("item", str(item_id)) for item_id in item_ids]
    publish(connection, [*rows, *shelf().look_again(connection, item_ids)])


def refuse(problems: Mapping[str, str]) -> None:
    """Raises Refusal 422 where there are problems, with each beside its field."""
    if problems:
        errors = {"json": {name: [problem] for name, problem in problems.items()}}
        raise Refusal(422, "invalid", t("error.invalid"), errors=errors)


def refuse_taken(connection: Connection, draft: ItemDraft, item_id: int | None) -> None:
    """Raises Refusal 409 where the code or a barcode belongs to an item other than this one."""
    owner = ids_by_code(connection, [draft.code]).get(draft.code)
    if owner not in (None, item_id):
        other = known(connection, int(owner or 0))
        message = t("catalog.code_taken", code=draft.code, name=other.name)
        raise taken("code", message, other)
    kept = {None, *(pack.id for pack in draft.packs)}
    for code, (owner, pack) in owners_by_barcode(connection, draft.every_barcode).items():
        if owner != item_id or pack not in kept:
            other = known(connection, owner)
            named = {"code": other.code, "name": other.name}
            words = "catalog.barcode_taken" if owner != item_id else "catalog.barcode_put_away"
            raise taken("barcodes", t(words, barcode=shown_barcode(code), **named), other)


def written(draft: ItemDraft) -> dict[str, Any]:
    """A draft as the audit trail keeps it."""
    values = asdict(replace(draft, packs=())) | {"packs": written_packs(draft.packs)}
    if corrected := [pack.name for pack in draft.packs if pack.is_correction]:
        values["factor_corrected"] = corrected
    return values


def taken(name: str, message: str, other: ItemRecord) -> Refusal:
    """The refusal of a code or barcode that names another item."""
    reason = "code_taken" if name == "code" else "barcode_taken"
    shown = {"id": other.id, "code": other.code, "name": other.name}
    return refused_field(name, message, 409, reason, item=shown)


def shown_changes(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes as they came in, for an answer."""
    shown = dict(changes)
    if "barcodes" in shown:
        shown["barcodes"] = [shown_barcode(code) for code in shown["barcodes"]]
    return shown
