"""The rows of a table of items: cells into values; all that is wrong is told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.catalog.barcodes import BARCODE_LIMIT, limited, stored_barcode
from app.catalog.drafts import (
    CATEGORY_LIMIT,
    CODE_LIMIT,
    DESCRIPTION_LIMIT,
    MOST_DECIMALS,
    NAME_LIMIT,
    UNIT_LIMIT,
)
from app.catalog.import_fields import own_values
from app.catalog.import_packs import PACK_FIELDS, BadPack, read_packs
from app.catalog.packs import PackDraft
from app.imports.kinds import ReadRow, parsed_choice
from app.imports.problems import SHOWN, Problem
from app.imports.rows import exact, parsed_whole
from app.values.text import BadText, clean_line, clean_lines
from app.values.yes_no import said_yes
from app.words import t

SEVERAL = "|"
"""Between several barcodes in one cell."""

TRACKING_WORDS = {
    "none": ("none", "no", "not", "quantity", "keine", "aucun"),
    "lot": ("lot", "lots", "batch", "batches", "charge", "los", "lote", "partia"),
    "serial": ("serial", "serials", "serial number", "sn", "seriennummer", "serie", "numer seryjny"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says about an item; fields whose cell is blank are left out."""

    number: int
    values: Mapping[str, Any]
    barcodes: tuple[str, ...]
    first_barcode: str
    """The first barcode as it was written: the code of a new item that has none of its own."""
    packs: tuple[PackDraft, ...] = ()
    own: Mapping[int, str] = field(default_factory=dict)
    """What it says of the installation's own fields, by their ids."""

    @property
    def every_barcode(self) -> tuple[str, ...]:
        """On the item and on its packs."""
        return (*self.barcodes, *(code for pack in self.packs for code in pack.barcodes))


def item_row(read: ReadRow) -> tuple[Row, list[Problem]]:
    """A row as it is about an item, and what is wrong with its cells together, by field."""
    values, problems = dict(read.values), list[Problem]()
    printed = barcodes_read(read.number, values, problems)
    packs = packs_read(read.number, values, problems)
    own = own_values(values)
    first = next(iter(printed.values()), "")
    is_sound = not (read.is_broken or problems)
    if is_sound and "code" not in values and (problem := key_problem(read.number, first)):
        problems.append(problem)
    return Row(read.number, values, tuple(printed), first, packs, own), problems


def barcodes_read(number: int, values: dict[str, Any], problems: list[Problem]) -> dict[str, str]:
    """Take the barcode cells out of the values: as they are kept, each with how it is written."""
    printed: dict[str, str] = {}
    for cell in values.pop("barcode", ()):
        printed |= cell
    try:
        limited(tuple(printed))
    except BadText as bad:
        problems.append(Problem(number, "barcode", "", str(bad)))
    return printed


def packs_read(number: int, values: dict[str, Any], problems: list[Problem]) -> tuple[PackDraft, ...]:
    """Take the pack cells out of the values: the packs that they name, and beside them what is wrong."""
    packed = {name: values.pop(name) for name in PACK_FIELDS if name in values}
    try:
        return read_packs(packed)
    except BadPack as bad:
        problems.append(Problem(number, bad.field, packed.get(bad.field, "").strip()[:SHOWN], str(bad)))
        return ()


def key_problem(number: int, first_barcode: str) -> Problem | None:
    """What keeps a row without a code from naming an item by its first barcode."""
    if not first_barcode:
        return Problem(number, "", "", t("catalog.row_without_key"))
    if len(first_barcode) > CODE_LIMIT:
        return Problem(number, "", first_barcode[:SHOWN], t("catalog.row_code_long", limit=CODE_LIMIT))
    return None


def checked_barcodes(text: str) -> dict[str, str]:
    """The barcodes of one cell as they are kept, each with how it is written. Raises BadText."""
    if SEVERAL not in text:
        return {stored_barcode(exact(text)): clean_line(text, BARCODE_LIMIT)}
    parts = [clean_line(part, BARCODE_LIMIT) for part in text.split(SEVERAL)]
    return {stored_barcode(part): part for part in parts if part}


def parsed_tracking(text: str) -> str:
    """How an item is tracked, in any of the words people use. Raises BadText."""
    return parsed_choice(text, TRACKING_WORDS)


PARSERS: Mapping[str, Callable[[str], Any]] = {
    "code": lambda text: clean_line(exact(text), CODE_LIMIT),
    "name": lambda text: clean_line(text, NAME_LIMIT),
    "description": lambda text: clean_lines(text, DESCRIPTION_LIMIT),
    "category": lambda text: clean_line(text, CATEGORY_LIMIT),
    "unit": lambda text: clean_line(text, UNIT_LIMIT),
    "decimals": lambda text: parsed_whole(text, 0, MOST_DECIMALS),
    "tracking": parsed_tracking,
    "expiring": said_yes,
    **dict.fromkeys(PACK_FIELDS, str),
}
