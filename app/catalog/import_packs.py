"""The pack columns of a table of items: side by side, several packs with ``|`` between them."""

from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from typing import TypeVar

from app.catalog.barcodes import limited, shown_barcode, stored_barcode
from app.catalog.items import ItemRecord
from app.catalog.packs import NAME_LIMIT, PackDraft
from app.imports.rows import exact
from app.values.quantities import parsed_quantity
from app.values.text import BadText, clean_line, fold
from app.words import t
from sync.quantity import format_quantity

Value = TypeVar("Value")

PACK_FIELDS = ("pack", "pack_factor", "pack_barcode")
BETWEEN_PACKS = "|"
BETWEEN_BARCODES = ";"
"""Between several barcodes of one pack."""


class BadPack(BadText):
    """What is wrong, and in which of the pack columns."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def read_packs(cells: Mapping[str, str]) -> tuple[PackDraft, ...]:
    """The packs that the pack cells of one row name. Raises BadPack.

    A factor without a name is that of a case.
    """
    names, factors, barcodes = (parts_of(cells.get(field, "")) for field in PACK_FIELDS)
    if not names and len(factors) == 1:
        names = [t("catalog.pack_default")]
    if len(factors) != len(names):
        raise BadPack("pack_factor", t("catalog.row_pack_factors", names=len(names), factors=len(factors)))
    if len(barcodes) > len(names):
        raise BadPack("pack_barcode", t("catalog.row_pack_barcodes"))
    lines = zip_longest(names, factors, barcodes, fillvalue="")
    return tuple(read_pack(*line) for line in lines)


def parts_of(cell: str) -> list[str]:
    """The parts of a cell, none for a blank one."""
    return [part.strip() for part in cell.split(BETWEEN_PACKS)] if cell.strip() else []


def read_pack(name: str, factor: str, barcodes: str) -> PackDraft:
    """One pack. Raises BadPack."""
    written = barcodes.split(BETWEEN_BARCODES)
    return PackDraft(
        in_field("pack", lambda: clean_line(name, NAME_LIMIT, required=True)),
        in_field("pack_factor", lambda: parsed_quantity(factor)),
        in_field("pack_barcode", lambda: codes_of([text for text in written if text.strip()])),
    )


def in_field(field: str, read: Callable[[], Value]) -> Value:
    """What is read of one cell. Raises BadPack, which names its column."""
    try:
        return read()
    except BadText as bad:
        raise BadPack(field, str(bad)) from bad


def codes_of(written: Sequence[str]) -> tuple[str, ...]:
    """Barcodes as they are kept, each once. Raises BadText."""
    return limited(tuple(dict.fromkeys(stored_barcode(exact(text)) for text in written)))


def with_row(record: ItemRecord, packs: Sequence[PackDraft]) -> tuple[PackDraft, ...]:
    """The packs of an item with those that a row names: barcodes are added, never taken off."""
    known = {fold(pack.name): pack for pack in record.all_packs}
    changed: dict[int, PackDraft] = {}
    new: list[PackDraft] = []
    for draft in packs:
        if found := known.get(fold(draft.name)):
            barcodes = tuple(dict.fromkeys((*found.barcodes, *draft.barcodes)))
            changed[found.id] = PackDraft(found.name, draft.factor, barcodes, found.id)
        else:
            new.append(draft)
    kept = {pack.id: pack for pack in record.packs} | changed
    return (*(kept[pack.id] for pack in record.all_packs if pack.id in kept), *new)


def pack_cell(field: str, packs: Sequence[PackDraft]) -> str:
    """One pack column of an item, as ``read_packs`` reads it again."""
    written = {
        "pack": [pack.name for pack in packs],
        "pack_factor": [format_quantity(pack.factor) for pack in packs],
        "pack_barcode": [f" {BETWEEN_BARCODES} ".join(map(shown_barcode, pack.barcodes)) for pack in packs],
    }[field]
    return f" {BETWEEN_PACKS} ".join(written) if any(written) else ""
