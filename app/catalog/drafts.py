"""What a person, a program or a file wants an item to be, and whether it makes sense."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.catalog.items import TRACKINGS, ItemRecord
from app.words import t

CODE_LIMIT = 64
NAME_LIMIT = 200
DESCRIPTION_LIMIT = 4000
CATEGORY_LIMIT = 80
UNIT_LIMIT = 16
MOST_DECIMALS = 6

MEASURE = ("unit", "tracking")
"""What the book's numbers mean: fixed once the item has moved."""


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """An item as it shall stand; every text is clean already."""

    code: str
    name: str
    description: str = ""
    category: str = ""
    unit: str = "piece"
    decimals: int = 0
    tracking: str = "none"
    expiring: bool = False
    barcodes: tuple[str, ...] = ()


def draft_of(record: ItemRecord) -> ItemDraft:
    """The draft that would leave the item as it is."""
    return ItemDraft(**{name: getattr(record, name) for name in ItemDraft.__slots__})


def problems_of(draft: ItemDraft) -> dict[str, str]:
    """What does not fit together, by field; empty when all is well."""
    problems = {}
    if draft.tracking not in TRACKINGS:
        problems["tracking"] = t("catalog.one_of", choices=", ".join(TRACKINGS))
    if not 0 <= draft.decimals <= MOST_DECIMALS:
        problems["decimals"] = t("catalog.whole_number", least=0, most=MOST_DECIMALS)
    elif draft.tracking == "serial" and draft.decimals:
        problems["decimals"] = t("catalog.serial_whole")
    if draft.expiring and draft.tracking != "lot":
        problems["expiring"] = t("catalog.expiring_needs_lots")
    return problems


def problems_of_change(record: ItemRecord, draft: ItemDraft, has_moved: bool) -> dict[str, str]:
    """What the change to the draft would break, by field."""
    problems = problems_of(draft)
    if has_moved:
        for name in MEASURE:
            if getattr(draft, name) != getattr(record, name):
                problems[name] = t(f"catalog.fixed_{name}")
    return problems


def changed_fields(record: ItemRecord, draft: ItemDraft) -> Mapping[str, object]:
    """The fields in which the draft differs from the item."""
    pairs = {name: getattr(draft, name) for name in ItemDraft.__slots__}
    return {name: value for name, value in pairs.items() if getattr(record, name) != value}
