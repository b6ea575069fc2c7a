"""Tables of opening stock: what the machine of imports must know of them.

Each row is a move out of ADJUSTMENT, posted by the office like any other: it introduces its lot, adds to
whatever the phones tell meanwhile, and a reverse takes it back. A count would open a variance for every
cell and silence what happened before it.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, select

from app.catalog.items import items_by_id
from app.imports.journal import Entry, Journal
from app.imports.kinds import Field, Kind, ReadRow
from app.imports.plan import Plan
from app.imports.rows import exact
from app.stock.book.models import Movement, Operation, SerialPosition, StockLevel
from app.stock.import_cells import parsed_date, parsed_serials, parsed_word
from app.stock.import_plan import plan_rows
from app.stock.import_present import Seen, Standing, keyed
from app.stock.office.posting import Draft
from app.stock.office.posting_once import post_drafts
from app.values.quantities import parsed_quantity
from app.values.text import clean_line
from app.warehouse.places import places_by_id
from app.words import t
from sync.movement import ADJUSTMENT, Cell
from sync.quantity import format_quantity

ROWS_AT_ONCE = 500
"""Operations of one transaction: as many as one push may bring."""

FIELDS = (
    Field(
        "item",
        "code|sku|item code|barcode|ean|gtin|upc|article|article number|product|product code|part|part no|"
        "artikel|artikelnummer|referencia|codigo|reference|material",
        lambda text: clean_line(exact(text), 128),
    ),
    Field(
        "location",
        "location code|bin|bin code|place|shelf|lagerplatz|platz|fach|emplacement|ubicacion|lokalizacja",
        lambda text: clean_line(exact(text), 128),
    ),
    Field(
        "lot",
        "batch|lot number|lot no|batch number|batch no|charge|charge number|lote|partia|los",
        parsed_word,
    ),
    Field(
        "expires_on",
        "expires on|expiry|expiry date|expires|best before|use by|mhd|verfall|verfallsdatum|ablaufdatum|dlc",
        parsed_date,
    ),
    Field(
        "serials",
        "serial|serial number|serial numbers|serial no|sn|seriennummer|seriennummern|numero de serie",
        parsed_serials,
        several=True,
    ),
    Field(
        "quantity",
        "qty|on hand|stock|count|amount|pieces|menge|bestand|anzahl|quantite|cantidad|quantita|ilosc",
        parsed_quantity,
    ),
)

EXAMPLE = (
    ("item", "location", "lot", "expires on", "serials", "quantity"),
    ("TEA-100", "A-01-01", "L2411", "2027-11-30", "", "24"),
    ("RICE", "A-01-02", "", "", "", "12.5"),
    ("SCALE-5", "A-01-02", "", "", "SN-1001 | SN-1002", "2"),
)


class StockRules:
    """What a table of opening stock does."""

    def mapping_problems(self, columns: Sequence[str], _mode: str) -> list[str]:
        """What stands where, and how much."""
        needed = [name for name in ("item", "location") if name not in columns]
        problems = [t(f"stock.mapping_needs_{name}") for name in needed]
        if not {"quantity", "serials"} & set(columns):
            problems.append(t("stock.mapping_needs_quantity"))
        return problems

    def memory(self, user_id: int) -> Seen:
        """What the rows above name."""
        return Seen(user_id)

    def plan(self, connection: Connection, rows: Sequence[ReadRow], memory: Seen, mode: str) -> Plan:
        """Which rows book goods, which stand already, which fail."""
        return plan_rows(connection, rows, memory, mode)

    def write(self, connection: Connection, plan: Plan, journal: Journal) -> None:
        """Post every row under an id made of the import's and the row's number: once, however often."""
        drafts = [draft_of(each, journal.import_id) for each in plan.new]
        journal.created(connection, [draft.id for draft in drafts])
        if drafts:
            post_drafts(connection, journal.user_id, drafts, journal.now)

    def kept(self, connection: Connection, entries: Sequence[Entry]) -> Mapping[int, str]:
        """Goods that do not stand there any more stay on the books."""
        legs = standing_legs(connection, [entry.subject for entry in entries])
        gone = goods_gone(connection, [leg for named in legs.values() for leg in named])
        return {
            entry.id: reason
            for entry in entries
            if (reason := next((gone[leg] for leg in legs.get(entry.subject, ()) if leg in gone), None))
        }

    def undo(self, connection: Connection, entries: Sequence[Entry], journal: Journal) -> None:
        """Reverse the operations that stand: they never happened."""
        standing = standing_legs(connection, [entry.subject for entry in entries])
        drafts = [
            Draft("reverse", {"target": entry.subject}, id=str(uuid5(UUID(entry.subject), "undo")))
            for entry in entries
            if entry.subject in standing
        ]
        if drafts:
            post_drafts(connection, journal.user_id, drafts, journal.now)


def draft_of(each: Standing, import_id: str) -> Draft:
    """A row as an operation of the office."""
    body: dict[str, Any] = {
        "item": each.item.id,
        "from": ADJUSTMENT,
        "to": each.place.id,
        "quantity": format_quantity(each.quantity),
    }
    if each.lot:
        body["lot"] = each.lot
    if each.serials:
        body["serials"] = list(each.serials)
    if each.expires_on:
        body["expires_on"] = each.expires_on
    stable = str(uuid5(UUID(import_id), str(each.row)))
    return Draft("move", body, line={"kind": "import", "id": import_id}, id=stable)


Leg = tuple[Cell, str, int]
"""Where goods went: the cell, the serial or nothing, and how much in millionths."""


def standing_legs(connection: Connection, operations: Sequence[str]) -> dict[str, list[Leg]]:
    """Where the goods of operations went that nobody took back."""
    columns = (Movement.operation_id, Movement.item_id, Movement.lot, Movement.to_id)
    asked = (
        select(*columns, Movement.serial, Movement.quantity)
        .join(Operation, Operation.id == Movement.operation_id)
        .where(Movement.operation_id.in_(operations), Movement.role == "fact")
        .where(Operation.reversed_by_id.is_(None))
    )
    legs: dict[str, list[Leg]] = {}
    for row in connection.execute(asked):
        leg = (Cell(row.item_id, row.lot, row.to_id), row.serial, row.quantity)
        legs.setdefault(row.operation_id, []).append(leg)
    return legs


def goods_gone(connection: Connection, legs: Sequence[Leg]) -> dict[Leg, str]:
    """Why goods cannot be taken out of the cells they were booked into: they are not all there."""
    level, home = StockLevel, SerialPosition
    cells = sorted({cell for cell, serial, _ in legs if not serial})
    named = sorted({(cell.item, serial) for cell, serial, _ in legs if serial})
    levels = keyed(connection, (level.item_id, level.lot, level.location_id), level.quantity, cells)
    homes = keyed(connection, (home.item_id, home.serial), home.location_id, named)
    items = items_by_id(connection, sorted({cell.item for cell, *_ in legs}))
    places = places_by_id(connection, sorted({cell.location for cell, *_ in legs}))
    gone = {}
    for leg in legs:
        cell, serial, quantity = leg
        names = {"code": items[cell.item].code, "place": places[cell.location].code}
        if serial and homes.get((cell.item, serial)) != cell.location:
            gone[leg] = t("stock.undo_serial", serial=serial, **names)
        elif not serial and levels.get(tuple(cell), 0) < quantity:
            left = format_quantity(max(0, levels.get(tuple(cell), 0)))
            gone[leg] = t("stock.undo_quantity", left=left, booked=format_quantity(quantity), **names)
    return gone


STOCK = Kind(
    name="stock",
    role="manager",
    fields=FIELDS,
    rules=StockRules(),
    example=EXAMPLE,
    modes=("create", "both"),
    icon="boxes",
    list_page="stock.live",
    part_rows=ROWS_AT_ONCE,
)
