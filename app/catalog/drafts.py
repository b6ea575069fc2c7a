"""What a person, a program or a file wants an item to be, and whether it makes sense."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.catalog.barcodes import shown_barcode
from app.catalog.items import TRACKINGS, ItemRecord
from app.catalog.packs import PackDraft, doubled_barcode, problem_of_packs
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
    packs: tuple[PackDraft, ...] = ()
    """Those in use; one that is left out is put away."""

    @property
    def every_barcode(self) -> tuple[str, ...]:
        """On the item and on its packs."""
        return (*self.barcodes, *(code for pack in self.packs for code in pack.barcodes))


def draft_of(record: ItemRecord) -> ItemDraft:
    """The draft that would leave the item as it is."""
    return ItemDraft(**{name: getattr(record, name) for name in ItemDraft.__slots__})


def problems_of(draft: ItemDraft) -> dict[str, str]:
    """What does not fit together, by field; empty when all is well."""
    problems = {}
    if draft.tracking not in TRACKINGS:
        problems["tracking"] = t("values.one_of", choices=", ".join(TRACKINGS))
    if not 0 <= draft.decimals <= MOST_DECIMALS:
        problems["decimals"] = t("values.whole_number", least=0, most=MOST_DECIMALS)
    elif draft.tracking == "serial" and draft.decimals:
        problems["decimals"] = t("catalog.serial_whole")
    if draft.expiring and draft.tracking != "lot":
        problems["expiring"] = t("catalog.expiring_needs_lots")
    return problems_of_packs(draft) | problems


def problems_of_packs(draft: ItemDraft) -> dict[str, str]:
    """What does not fit together between an item and its packs, by field of the item."""
    if draft.packs and draft.tracking == "serial":
        return {"tracking": t("catalog.serial_no_packs")}
    if code := doubled_barcode(draft.barcodes, draft.packs):
        return {"barcodes": t("catalog.barcode_doubled", barcode=shown_barcode(code))}
    decimals = min(max(draft.decimals, 0), MOST_DECIMALS)
    problem = problem_of_packs(draft.packs, draft.unit, decimals)
    return {"packs": problem} if problem else {}


def problems_of_change(record: ItemRecord, draft: ItemDraft, has_moved: bool) -> dict[str, str]:
    """What the change to the draft would break, by field."""
    problems = problems_of(draft)
    kept = {pack.id for pack in draft.packs}
    away = {code for pack in record.all_packs for code in pack.barcodes if pack.id not in kept}
    if taken := next((code for code in draft.every_barcode if code in away), None):
        problems["barcodes"] = t("catalog.barcode_put_away", barcode=shown_barcode(taken))
    if "packs" in problems and draft.packs == record.packs:
        field = "unit" if draft.decimals == record.decimals else "decimals"
        problems[field] = problems.pop("packs")
    if has_moved:
        for name in MEASURE:
            if getattr(draft, name) != getattr(record, name):
                problems[name] = t(f"catalog.fixed_{name}")
    return problems


def changed_fields(record: ItemRecord, draft: ItemDraft) -> Mapping[str, object]:
    """The fields in which the draft differs from the item."""
    pairs = {name: getattr(draft, name) for name in ItemDraft.__slots__}
    return {name: value for name, value in pairs.items() if getattr(record, name) != value}
