"""Items as they leave in a table, which an import reads again."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

from app.catalog.import_items import ITEMS
from app.catalog.import_packs import PACK_FIELDS, pack_cell
from app.catalog.import_rows import SEVERAL
from app.catalog.item_fields import AddedField, added_fields
from app.catalog.item_list import every_id, rows_by_id
from app.catalog.item_values import values_by_name
from app.catalog.items import ItemRecord, with_barcodes
from app.catalog.shelf import shelf
from app.database import reading
from app.database.keys import chunks
from app.lists.exports import Column, Table, moment, number
from app.lists.listing import Listing


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item as it leaves, with what is on hand of it in millionths of its unit."""

    item: ItemRecord
    on_hand: int
    added: Mapping[str, str]
    """What it holds in added fields, by their names."""


def items_table(listing: Listing) -> Table[ItemLine]:
    """Every item that the list would show, in its order; an import reads the file again."""
    with reading() as connection:
        added = [added_column(field) for field in added_fields(connection)]
    return Table("items", (*ITEM_COLUMNS, *added), item_parts(listing))


def added_column(field: AddedField) -> Column[ItemLine]:
    """The column of one added field; a number is one in the sheet too."""

    def cell(line: ItemLine) -> str | Decimal:
        value = line.added.get(field.name, "")
        return Decimal(value) if value and field.kind == "number" else value

    return Column(field.name, cell)


def item_parts(listing: Listing) -> Iterator[list[ItemLine]]:
    """The items in parts; which they are is settled at the start."""
    with reading() as connection:
        ids = every_id(connection, listing)
    for part in chunks(ids):
        with reading() as connection:
            records = with_barcodes(connection, rows_by_id(connection, part))
            on_hand = shelf().on_hand(connection, part)
            added = values_by_name(connection, part)
        yield [ItemLine(each, on_hand.get(each.id, 0), added.get(each.id, {})) for each in records]


LISTED = ("code", "barcode", "category")
"""The fields that the list shows in columns of their own."""


def field_cell(name: str) -> Callable[[ItemLine], str | int]:
    """What gives one field of an item as an import reads it."""
    if name == "barcode":
        return lambda line: f" {SEVERAL} ".join(line.item.shown_barcodes)
    if name in PACK_FIELDS:
        return lambda line: pack_cell(name, line.item.packs) if line.item.all_packs else ""
    if name == "expiring":
        return lambda line: "yes" if line.item.expiring else "no"
    return attrgetter(f"item.{name}")


def field_column(name: str) -> Column[ItemLine]:
    """The column of one field, which goes with the list's column of the same name."""
    return Column(name, field_cell(name), name if name in LISTED else "")


ITEM_COLUMNS: tuple[Column[ItemLine], ...] = (
    *(field_column(name) for name in ITEMS.names),
    Column("state", attrgetter("item.state")),
    Column("on hand", lambda line: number(line.on_hand), "on_hand"),
    Column("changed (UTC)", lambda line: moment(line.item.updated_at), "changed"),
)
