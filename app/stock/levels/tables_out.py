"""The table of stock that leaves: what lies where, such as an import of opening stock reads again."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from app.catalog.models import Item, Lot
from app.database import reading
from app.lists.exports import PART_ROWS, Column, Table, number
from app.lists.list_rows import Found, every_row
from app.people.sites import Sites, within
from app.stock.book.models import SerialPosition, StockLevel
from app.stock.import_cells import SERIALS_MOST
from app.warehouse.models import Location
from sync.movement import UNIDENTIFIED, Cell
from sync.quantity import SCALE

SEVERAL = " | "
"""Between several serials in one cell."""

CELL = (StockLevel.item_id, StockLevel.lot, StockLevel.location_id)


@dataclass(frozen=True, slots=True)
class StockLine:
    """One cell as it leaves, or the part of it whose serials fit into a row. ``quantity`` in millionths."""

    item: str
    name: str
    unit: str
    location: str
    lot: str
    expires_on: str
    quantity: int
    serials: Sequence[str] = ()


STOCK_COLUMNS: tuple[Column[StockLine], ...] = (
    Column("item", lambda line: line.item),
    Column("location", lambda line: line.location, "location"),
    Column("lot", lambda line: line.lot, "lot"),
    Column("expires on", lambda line: line.expires_on, "expires"),
    Column("serials", lambda line: SEVERAL.join(line.serials)),
    Column("quantity", lambda line: number(line.quantity)),
    Column("unit", lambda line: line.unit),
    Column("name", lambda line: line.name),
)


def stock_table(sites: Sites) -> Table[StockLine]:
    """Everything on hand at the sites that are open, by item, lot and location."""
    return Table("stock", STOCK_COLUMNS, stock_parts(sites))


def stock_parts(sites: Sites) -> Iterator[list[StockLine]]:
    """The cells in parts; each part is one snapshot."""
    last: Cell | None = None
    while True:
        with reading() as connection:
            rows = connection.execute(cells_behind(last, sites)).all()
            if not rows:
                return
            serials = serials_of(connection, rows)
        last = Cell(rows[-1].item_id, rows[-1].lot, rows[-1].location_id)
        yield [line for row in rows for line in lines_of(row, serials)]


def cells_table(found: Found) -> Table[StockLine]:
    """Every cell that the list would show, in its order; an import of opening stock reads the file again."""
    return Table("stock", STOCK_COLUMNS, cell_parts(found))


def cell_parts(found: Found) -> Iterator[list[StockLine]]:
    """The cells of a list in parts, those below zero as well."""
    for part in every_row(found):
        with reading() as connection:
            serials = serials_of(connection, part)
        yield [line for row in part for line in lines_of(row, serials)]


def cells_behind(last: Cell | None, sites: Sites) -> Any:
    """The next cells that hold anything."""
    shown = (
        Item.code.label("item_code"),
        Item.name.label("item_name"),
        Item.unit,
        Location.code.label("location_code"),
        Lot.expires_on,
    )
    query = (
        select(*CELL, StockLevel.quantity, *shown)
        .join(Item, Item.id == StockLevel.item_id)
        .join(Location, Location.id == StockLevel.location_id)
        .outerjoin(Lot, and_(Lot.item_id == StockLevel.item_id, Lot.code == StockLevel.lot))
        .where(StockLevel.quantity > 0, Location.kind != "virtual", StockLevel.item_id != UNIDENTIFIED)
        .where(within(sites, Location.site_id))
        .order_by(*CELL)
        .limit(PART_ROWS)
    )
    return query if last is None else query.where(behind(last))


def behind(last: Cell) -> Any:
    """Whether a cell comes behind another in the order of the table."""
    item, lot, location = CELL
    same_item = item == last.item
    return or_(
        item > last.item,
        and_(same_item, lot > last.lot),
        and_(same_item, lot == last.lot, location > last.location),
    )


def serials_of(connection: Connection, rows: Sequence[Any]) -> dict[Cell, list[str]]:
    """The serials that are at home in these cells, sorted."""
    home = SerialPosition
    items = sorted({row.item_id for row in rows})
    asked = select(home.item_id, home.lot, home.location_id, home.serial)
    found: dict[Cell, list[str]] = defaultdict(list)
    span = asked.where(home.item_id.in_(items), home.location_id.in_({row.location_id for row in rows}))
    for item, lot, location, serial in connection.execute(span.order_by(home.serial)):
        found[Cell(item, lot, location)].append(serial)
    return found


def lines_of(row: Any, serials: dict[Cell, list[str]]) -> Iterator[StockLine]:
    """A cell as lines: its serials first, then what has none."""
    shown = (row.item_code, row.item_name, row.unit, row.location_code, row.lot, row.expires_on or "")
    named = serials.get(Cell(row.item_id, row.lot, row.location_id), [])
    for start in range(0, len(named), SERIALS_MOST):
        part = named[start : start + SERIALS_MOST]
        yield StockLine(*shown, len(part) * SCALE, part)
    loose = row.quantity - len(named) * SCALE
    if loose or not named:
        yield StockLine(*shown, loose)


def lots_table(found: Found) -> Table[Any]:
    """Every lot that the list would show, in its order."""
    return Table("lots", LOT_COLUMNS, every_row(found))


def serials_table(found: Found) -> Table[Any]:
    """Every serial that the list would show, in its order."""
    return Table("serials", SERIAL_COLUMNS, every_row(found))


LOT_COLUMNS: tuple[Column[Any], ...] = (
    Column("lot", lambda row: row.code),
    Column("item", lambda row: row.item_code, "item"),
    Column("name", lambda row: row.name, "item"),
    Column("expires on", lambda row: row.expires_on, "expires"),
    Column("places", lambda row: row.places, "places"),
    Column("on hand", lambda row: number(row.quantity), "quantity"),
    Column("unit", lambda row: row.unit, "quantity"),
)

SERIAL_COLUMNS: tuple[Column[Any], ...] = (
    Column("serial", lambda row: row.serial),
    Column("item", lambda row: row.item_code, "item"),
    Column("name", lambda row: row.name, "item"),
    Column("lot", lambda row: row.lot, "lot"),
    Column("location", lambda row: row.location_code, "location"),
)
