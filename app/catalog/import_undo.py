"""Taking an import of items back: what stood there before, and what must stay as it is now."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.catalog.drafts import ItemDraft, changed_fields, draft_of, problems_of_change
from app.catalog.import_plan import Change
from app.catalog.items import ItemRecord
from app.catalog.packs import PackDraft
from app.imports.journal import CREATED, Entry
from app.words import t

OWN = "own_fields"
"""Where the journal keeps what stood in own fields."""


def former(change: Change) -> dict[str, Any]:
    """What a row changes about an item, as it stood before; with the version that stood there."""
    record = change.record
    fields = {name: getattr(record, name) for name in changed_fields(record, change.draft)}
    archived = {} if record.archived_at is None else {"archived_at": record.archived_at}
    own = {OWN: dict(change.own_before)} if change.own else {}
    return {**fields, **own, **archived, "updated_at": record.updated_at}


def former_own(entry: Entry) -> dict[int, str]:
    """What stood in the own fields that a row changed, by the field's id; JSON has made texts of those."""
    return {int(name): str(value) for name, value in entry.former.get(OWN, {}).items()}


def restored_draft(record: ItemRecord, entry: Entry) -> ItemDraft:
    """The item with its former values."""
    values = {name: value for name, value in entry.former.items() if name in ItemDraft.__slots__}
    if "barcodes" in values:
        values["barcodes"] = tuple(values["barcodes"])
    if "packs" in values:
        values["packs"] = tuple(former_pack(*written) for written in values["packs"])
    return replace(draft_of(record), **values)


def former_pack(name: str, factor: int, barcodes: Sequence[str], *rest: Any) -> PackDraft:
    """A pack as it stood before, out of the journal."""
    return PackDraft(name, factor, tuple(barcodes), *rest)


def reason_to_keep(
    record: ItemRecord, entry: Entry, standing: Mapping[int, int], has_moved: bool
) -> str | None:
    """Why an item stays as the import left it; None where it can be taken back.

    ``standing`` is what is on hand, in millionths.
    """
    if record.updated_at != entry.version:
        return t("imports.changed_since", code=record.code)
    if entry.act == CREATED:
        return t("catalog.undo_on_hand", code=record.code) if standing.get(record.id) else None
    problems = problems_of_change(record, restored_draft(record, entry), has_moved)
    return next(iter(problems.values()), None)
