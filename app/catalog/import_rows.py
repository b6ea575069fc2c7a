"""The rows of a table of items: cells into values; all that is wrong is told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.catalog.barcodes import BARCODE_LIMIT, doubt_of, limited, stored_barcode
from app.catalog.drafts import (
    CATEGORY_LIMIT,
    CODE_LIMIT,
    DESCRIPTION_LIMIT,
    MOST_DECIMALS,
    NAME_LIMIT,
    UNIT_LIMIT,
)
from app.catalog.import_packs import PACK_FIELDS, BadPack, read_packs
from app.catalog.packs import PackDraft
from app.imports.kinds import parsed_choice
from app.imports.problems import SHOWN, Problem, RawRow
from app.imports.rows import exact, refuse_spoilt, whole_row_problem
from app.lists.cells import unguarded
from app.values.text import BadText, clean_line, clean_lines, fold
from app.words import t

SEVERAL = "|"
"""Between several barcodes in one cell."""

YES = frozenset(("yes", "y", "true", "1", "x", "ja", "oui", "si", "tak"))
NO = frozenset(("no", "n", "false", "0", "nein", "non", "nie", "none"))
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

    @property
    def every_barcode(self) -> tuple[str, ...]:
        """On the item and on its packs."""
        return (*self.barcodes, *(code for pack in self.packs for code in pack.barcodes))


def read_row(raw: RawRow, header: Sequence[str], columns: Sequence[str]) -> tuple[Row | None, list[Problem]]:
    """The values of a row and everything that is wrong with it; no row where an error keeps it out."""
    if problem := whole_row_problem(raw, len(header)):
        return None, [problem]
    values: dict[str, Any] = {}
    printed: dict[str, str] = {}
    problems: list[Problem] = []
    for column, (heading, name, cell) in enumerate(zip(header, columns, raw.cells, strict=False)):
        text = unguarded(cell)
        if not name or not text.strip():
            continue
        shown = text.strip()[:SHOWN]
        try:
            refuse_spoilt(raw, column)
            if name != "barcode":
                values[name] = PARSERS[name](text)
                continue
            printed |= checked_barcodes(text)
            limited(tuple(printed))
        except BadText as bad:
            problems.append(Problem(raw.number, heading, shown, str(bad)))
            continue
        if text.strip() in printed and (doubt := doubt_of(text)):
            problems.append(Problem(raw.number, heading, shown, doubt, is_warning=True))
    packs = packs_read(raw.number, values, dict(zip(columns, header, strict=False)), problems)
    first = next(iter(printed.values()), "")
    if not problems and "code" not in values and (problem := key_problem(raw.number, first)):
        problems.append(problem)
    faulty = any(not found.is_warning for found in problems)
    return (None if faulty else Row(raw.number, values, tuple(printed), first, packs)), problems


def packs_read(
    number: int, values: dict[str, Any], headings: Mapping[str, str], problems: list[Problem]
) -> tuple[PackDraft, ...]:
    """Take the pack cells out of the values: the packs that they name, and beside them what is wrong."""
    packed = {name: values.pop(name) for name in PACK_FIELDS if name in values}
    try:
        return read_packs(packed)
    except BadPack as bad:
        shown = packed.get(bad.field, "").strip()[:SHOWN]
        problems.append(Problem(number, headings.get(bad.field, bad.field), shown, str(bad)))
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


def parsed_decimals(text: str) -> int:
    """Decimal places. Raises BadText."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 1 or int(digits) > MOST_DECIMALS:
        raise BadText(t("catalog.whole_number", least=0, most=MOST_DECIMALS))
    return int(digits)


def parsed_tracking(text: str) -> str:
    """How an item is tracked, in any of the words people use. Raises BadText."""
    return parsed_choice(text, TRACKING_WORDS)


def parsed_yes(text: str) -> bool:
    """Yes or no, in any of the words people use. Raises BadText."""
    said = fold(text)
    if said in YES or said in NO:
        return said in YES
    raise BadText(t("catalog.yes_or_no"))


PARSERS: Mapping[str, Callable[[str], Any]] = {
    "code": lambda text: clean_line(exact(text), CODE_LIMIT),
    "name": lambda text: clean_line(text, NAME_LIMIT),
    "description": lambda text: clean_lines(text, DESCRIPTION_LIMIT),
    "category": lambda text: clean_line(text, CATEGORY_LIMIT),
    "unit": lambda text: clean_line(text, UNIT_LIMIT),
    "decimals": parsed_decimals,
    "tracking": parsed_tracking,
    "expiring": parsed_yes,
    **dict.fromkeys(PACK_FIELDS, str),
}
