"""Items as they leave in a table, which an import reads again."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.catalog.import_items import ITEMS
from app.catalog.import_rows import SEVERAL
from app.catalog.item_list import every_id, rows_by_id
from app.catalog.items import ItemRecord, with_barcodes
from app.catalog.shelf import shelf
from app.database import reading
from app.exports import PART_ROWS, Column, Table, moment, number
from app.listing import Listing


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item as it leaves, with what is on hand of it in millionths of its unit."""

    item: ItemRecord
    on_hand: int


def items_table(listing: Listing) -> Table[ItemLine]:
    """Every item that the list would show, in its order; an import reads the file again."""
    return Table("items", ITEM_COLUMNS, item_parts(listing))


def item_parts(listing: Listing) -> Iterator[list[ItemLine]]:
    """The items in parts; which they are is settled at the start."""
    with reading() as connection:
        ids = every_id(connection, listing)
    for part in (ids[at : at + PART_ROWS] for at in range(0, len(ids), PART_ROWS)):
        with reading() as connection:
            records = with_barcodes(connection, rows_by_id(connection, part))
            on_hand = shelf().on_hand(connection, part)
        yield [ItemLine(record, on_hand.get(record.id, 0)) for record in records]


def field_cell(name: str, record: ItemRecord) -> str | int:
    """One field of an item as an import reads it."""
    if name == "barcode":
        return f" {SEVERAL} ".join(record.shown_barcodes)
    if name == "expiring":
        return "yes" if record.expiring else "no"
    found: str | int = getattr(record, name)
    return found


def field_column(name: str) -> Column[ItemLine]:
    """The column of one field."""
    return Column(name, lambda line: field_cell(name, line.item))


ITEM_COLUMNS: tuple[Column[ItemLine], ...] = (
    *(field_column(name) for name in ITEMS.names),
    Column("state", lambda line: line.item.state),
    Column("on hand", lambda line: number(line.on_hand)),
    Column("changed (UTC)", lambda line: moment(line.item.updated_at)),
)
