"""Packs as they are read and as people want them: name, factor, barcodes; and whether they make sense."""

import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select

from app.catalog.barcodes import shown_barcode
from app.catalog.models import Pack, PackFactor
from app.database.driver import quick_rows
from app.database.keys import among
from app.values.text import fold
from app.words import t
from sync.pack import Span
from sync.quantity import DECIMALS, format_quantity

NAME_LIMIT = 16
"""Characters: as many as a base unit has."""

PACKS_LIMIT = 20
"""Packs of one item."""

FACTOR_LIMIT = 1_000_000
"""Base units in one pack."""

CHANGE, CORRECTION = "change", "correction"
FACTOR_KINDS = (CHANGE, CORRECTION)
"""What another factor means: packs hold another quantity from now on, or the factor was wrong all along."""


class PackDraft(NamedTuple):
    """A pack as it shall stand. ``factor`` in millionths of the base unit."""

    name: str
    factor: int
    barcodes: tuple[str, ...] = ()
    id: int | None = None
    """None for a new one."""
    is_correction: bool = False
    """Whether another factor than before was meant all along."""


@dataclass(frozen=True, slots=True)
class PackRecord:
    """One pack with its barcodes; times are milliseconds, factors millionths of the base unit."""

    id: int
    item_id: int
    name: str
    archived_at: int | None
    created_at: int
    spans: tuple[Span, ...]
    """Every factor with the time from which it held, in their order."""
    barcodes: tuple[str, ...] = ()

    @property
    def factor(self) -> int:
        """What one holds today."""
        return self.spans[-1].factor

    @property
    def shown_barcodes(self) -> list[str]:
        """The barcodes as people know them."""
        return [shown_barcode(code) for code in self.barcodes]


def pack_draft_of(record: PackRecord) -> PackDraft:
    """The draft that would leave the pack as it is."""
    return PackDraft(record.name, record.factor, record.barcodes, record.id)


def pack_body(record: PackRecord) -> dict[str, Any]:
    """A pack over JSON."""
    return {
        "id": record.id,
        "name": record.name,
        "factor": format_quantity(record.factor),
        "factors": [
            {"since": span.since or None, "factor": format_quantity(span.factor)} for span in record.spans
        ],
        "barcodes": record.shown_barcodes,
        "archived_at": record.archived_at,
        "created_at": record.created_at,
    }


def packs_of(
    connection: Connection, item_ids: Sequence[int], printed: Mapping[int, Sequence[str]]
) -> dict[int, list[PackRecord]]:
    """The packs of each item that has any, the smallest first; ``printed`` has their barcodes by pack."""
    spans: dict[int, list[Span]] = defaultdict(list)
    rows = quick_rows(connection, packs_query(), {"ids": list(item_ids)})
    for row in rows:
        spans[row.id].append(Span(row.valid_from, row.factor))
    records = [
        PackRecord(
            row.id,
            row.item_id,
            row.name,
            row.archived_at,
            row.created_at,
            tuple(spans[row.id]),
            tuple(printed.get(row.id, ())),
        )
        for row in {row.id: row for row in rows}.values()
    ]
    by_item: dict[int, list[PackRecord]] = defaultdict(list)
    for record in sorted(records, key=lambda each: (each.factor, each.name)):
        by_item[record.item_id].append(record)
    return by_item


@functools.cache
def packs_query() -> Select[*tuple[Any, ...]]:
    """Packs of items by their ids, a row for each factor, the oldest first."""
    columns = (Pack.id, Pack.item_id, Pack.name, Pack.archived_at, Pack.created_at)
    asked = select(*columns, PackFactor.valid_from, PackFactor.factor)
    joined = asked.join(PackFactor, PackFactor.pack_id == Pack.id)
    return joined.where(among(Pack.item_id)).order_by(Pack.id, PackFactor.valid_from)


def written_packs(packs: Iterable[PackDraft]) -> list[str]:
    """Packs as the audit trail shows them."""
    return [
        " ".join((pack.name, "=", format_quantity(pack.factor), *map(shown_barcode, pack.barcodes)))
        for pack in packs
    ]


def problem_of_packs(packs: Sequence[PackDraft], unit: str, decimals: int) -> str | None:
    """The first thing that is wrong among the packs of one item; None when all is well."""
    if len(packs) > PACKS_LIMIT:
        return t("catalog.packs_many", limit=PACKS_LIMIT)
    names = [fold(pack.name) for pack in packs]
    for pack, name in zip(packs, names, strict=True):
        if name == fold(unit) or names.count(name) > 1:
            return t("catalog.pack_name_taken", name=pack.name)
        if problem := problem_of_factor(pack.factor, decimals):
            return problem
    return None


def problem_of_factor(factor: int, decimals: int) -> str | None:
    """What is wrong with a factor in millionths, for a base unit of so many decimal places."""
    if not 0 < factor <= FACTOR_LIMIT * 10**DECIMALS:
        return t("catalog.pack_factor_range", most=FACTOR_LIMIT)
    if factor % 10 ** (DECIMALS - decimals):
        return t("catalog.pack_factor_places", count=decimals)
    return None


def doubled_barcode(barcodes: Iterable[str], packs: Iterable[PackDraft]) -> str | None:
    """A barcode that stands both on the item and on a pack of it, or on two packs; None for none."""
    seen = set(barcodes)
    for code in (code for pack in packs for code in pack.barcodes):
        if code in seen:
            return code
        seen.add(code)
    return None
