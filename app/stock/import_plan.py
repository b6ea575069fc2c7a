"""What a table of opening stock would do: which rows book goods, which stand already, which fail, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select, tuple_

from app.catalog.barcodes import stored_barcode
from app.catalog.items import ItemRecord, items_by_id
from app.catalog.look_up import ids_by_code, owners_by_barcode
from app.catalog.models import Lot
from app.database.keys import chunks
from app.imports.kinds import ReadRow
from app.imports.plan import Plan
from app.people.sites import Sites, may_see, sites_of
from app.stock.book.models import SerialPosition, StockLevel
from app.stock.import_cells import SERIALS_MOST
from app.values.text import BadText
from app.warehouse.places import Place, places_by_barcode, places_by_code, places_by_id
from app.words import t
from sync.movement import UNIDENTIFIED, Cell
from sync.quantity import SCALE, format_quantity


@dataclass
class Seen:
    """What the rows above name, with their row; and who imports."""

    user_id: int = 0
    cells: dict[Cell, int] = field(default_factory=dict)
    serials: dict[tuple[int, str], int] = field(default_factory=dict)
    expiries: dict[tuple[int, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """Goods that shall stand somewhere. ``quantity`` in millionths."""

    row: int
    item: ItemRecord
    place: Place
    lot: str
    quantity: int
    serials: tuple[str, ...] = ()
    expires_on: str | None = None

    @property
    def cell(self) -> Cell:
        """Where it is counted."""
        return Cell(self.item.id, self.lot, self.place.id)


@dataclass(frozen=True)
class Present:
    """What catalogue, warehouse and book hold of what a table names."""

    items: Mapping[str, ItemRecord]
    """By the text that names them."""
    places: Mapping[str, Place]
    sites: Sites
    """Those that are open to the one who imports."""


@dataclass(frozen=True)
class Held:
    """What the book holds of the cells that the rows name."""

    levels: Mapping[Cell, int]
    homes: Mapping[tuple[int, str], int]
    """The location of each serial."""
    expiries: Mapping[tuple[int, str], str]
    """What is known of lots."""
    codes: Mapping[int, str]
    """Codes of the locations in ``homes`` that the one who imports may see."""


def plan_rows(connection: Connection, rows: Sequence[ReadRow], seen: Seen, mode: str) -> Plan:
    """Decide for each row; ``mode`` create fills empty places only, both adds to what stands there."""
    plan, present = Plan(), present_for(connection, rows, seen.user_id)
    wanted = [each for row in rows if (each := standing_of(row, present, plan))]
    held = held_of(connection, wanted, present.sites)
    for each in wanted:
        if fits_item(each, plan) and is_new_here(each, seen, plan):
            compare(each, held, mode, plan)
            mind_expiry(each, held, seen, plan)
    return plan


def present_for(connection: Connection, rows: Sequence[ReadRow], user_id: int) -> Present:
    """Read what the rows name: goods by code first, then by barcode; places likewise.

    The code of a case names no goods here: nobody could tell whether cases or pieces were counted.
    """
    goods = sorted({row.values["item"] for row in rows if "item" in row.values})
    spots = sorted({row.values["location"] for row in rows if "location" in row.values})
    stored = {text: barcode for text in goods if (barcode := as_barcode(text))}
    owners = owners_by_barcode(connection, sorted(set(stored.values())))
    singles = {barcode: item for barcode, (item, pack) in owners.items() if pack is None}
    ids = {text: singles[barcode] for text, barcode in stored.items() if barcode in singles}
    ids |= ids_by_code(connection, goods)
    records = items_by_id(connection, sorted(set(ids.values())))
    places = {**places_by_barcode(connection, spots), **places_by_code(connection, spots)}
    items = {text: records[number] for text, number in ids.items() if number in records}
    return Present(items, places, sites_of(connection, user_id))


def as_barcode(text: str) -> str:
    """The form in which a barcode is kept; empty for what is none."""
    try:
        return stored_barcode(text)
    except BadText:
        return ""


def standing_of(row: ReadRow, present: Present, plan: Plan) -> Standing | None:
    """What a row is about, with everything that cannot be found told."""
    values: Mapping[str, Any] = row.values
    item, place = present.items.get(values.get("item", "")), present.places.get(values.get("location", ""))
    problems = {"item": item_problem(values, item), "location": place_problem(values, place, present.sites)}
    for name, problem in problems.items():
        if problem:
            plan.refuse(row.number, name, str(values.get(name, "")), problem)
    serials = tuple(serial for part in values.get("serials", ()) for serial in part)
    quantity = values.get("quantity", len(serials) * SCALE if serials else None)
    if quantity is None:
        plan.refuse(row.number, "quantity", "", t("stock.row_no_quantity"))
    if item is None or place is None or row.number in plan.faulty:
        return None
    lot, expiry = values.get("lot", ""), values.get("expires_on")
    return Standing(row.number, item, place, lot, quantity or 0, serials, expiry)


def item_problem(values: Mapping[str, Any], item: ItemRecord | None) -> str | None:
    """What is wrong with the goods that a row names."""
    if "item" not in values:
        return t("stock.row_no_item")
    if item is None:
        return t("stock.row_item_unknown")
    if item.id == UNIDENTIFIED:
        return t("catalog.reserved")
    return t(f"stock.row_item_{item.state}") if item.state != "active" else None


def place_problem(values: Mapping[str, Any], place: Place | None, sites: Sites) -> str | None:
    """What is wrong with the place that a row names."""
    if "location" not in values:
        return t("stock.row_no_location")
    if place is None or place.kind == "virtual":
        return t("stock.row_location_unknown")
    if not may_see(sites, place.site_id):
        return t("stock.row_site_closed")
    return t("warehouse.above_archived", code=place.code) if place.archived_at is not None else None


def fits_item(each: Standing, plan: Plan) -> bool:
    """Whether lot, serials and quantity are such as the item has them."""
    item = each.item
    if item.tracking == "lot" and not each.lot:
        plan.refuse(each.row, "lot", "", t("stock.row_lot_needed", code=item.code))
    if item.tracking == "none" and each.lot:
        plan.refuse(each.row, "lot", each.lot, t("stock.row_lot_surplus", code=item.code))
    if item.tracking == "serial":
        refuse_serials(each, plan)
    elif each.serials:
        plan.refuse(each.row, "serials", each.serials[0], t("stock.row_serials_surplus", code=item.code))
    if each.quantity % (SCALE // 10**item.decimals):
        shown, places = format_quantity(each.quantity), item.decimals
        message = t("stock.row_decimals", code=item.code, count=places)
        plan.refuse(each.row, "quantity", shown, message)
    return each.row not in plan.faulty


def refuse_serials(each: Standing, plan: Plan) -> None:
    """Keep out a row whose serials are missing, too many, or not as many as its quantity."""
    count = len(each.serials)
    if each.quantity and not count:
        plan.refuse(each.row, "serials", "", t("stock.row_serials_needed", code=each.item.code))
    elif count > SERIALS_MOST:
        plan.refuse(each.row, "serials", "", t("stock.row_serials_many", most=SERIALS_MOST))
    elif count * SCALE != each.quantity:
        shown = format_quantity(each.quantity)
        plan.refuse(each.row, "quantity", shown, t("stock.row_serials_differ", count=count, quantity=shown))


def is_new_here(each: Standing, seen: Seen, plan: Plan) -> bool:
    """Whether no row above is about the same goods in the same place, or the same serial."""
    if not each.serials:
        first = seen.cells.setdefault(each.cell, each.row)
        if first != each.row:
            plan.refuse(each.row, "item", each.item.code, t("stock.row_again", row=first))
    for number, serial in enumerate(each.serials):
        first = seen.serials.setdefault((each.item.id, serial), each.row)
        if first != each.row or serial in each.serials[:number]:
            plan.refuse(each.row, "serials", serial, t("stock.row_serial_again", serial=serial, row=first))
    return each.row not in plan.faulty


def held_of(connection: Connection, wanted: Sequence[Standing], sites: Sites) -> Held:
    """Read from the book what the rows may collide with."""
    cells = sorted({each.cell for each in wanted})
    lots = sorted({(each.item.id, each.lot) for each in wanted if each.lot})
    named = sorted({(each.item.id, serial) for each in wanted for serial in each.serials})
    level, home = StockLevel, SerialPosition
    levels = keyed(connection, (level.item_id, level.lot, level.location_id), level.quantity, cells)
    homes = keyed(connection, (home.item_id, home.serial), home.location_id, named)
    expiries = keyed(connection, (Lot.item_id, Lot.code), Lot.expires_on, lots)
    places = places_by_id(connection, sorted(set(homes.values())))
    return Held(
        {Cell(*cell): quantity for cell, quantity in levels.items()},
        homes,
        {lot: expiry for lot, expiry in expiries.items() if expiry},
        {number: place.code for number, place in places.items() if may_see(sites, place.site_id)},
    )


def keyed(connection: Connection, key: tuple[Any, ...], value: Any, wanted: Sequence[Any]) -> dict[Any, Any]:
    """A column by the key of its rows, for the keys that are wanted."""
    found: dict[Any, Any] = {}
    for part in chunks(wanted):
        asked = select(*key, value).where(tuple_(*key).in_([tuple(each) for each in part]))
        found.update((tuple(row[:-1]), row[-1]) for row in connection.execute(asked))
    return found


def compare(each: Standing, held: Held, mode: str, plan: Plan) -> None:
    """Hold a row against what stands there: the same is left alone, other goods are no opening stock."""
    if each.serials:
        compare_serials(each, held, plan)
        return
    standing = held.levels.get(each.cell, 0)
    if not each.quantity or (mode == "create" and standing == each.quantity):
        plan.unchanged += 1
        return
    amount = f"{format_quantity(standing)} {each.item.unit}"
    if standing and mode == "create":
        message = t("stock.row_occupied", place=each.place.code, amount=amount)
        plan.refuse(each.row, "quantity", format_quantity(each.quantity), message)
        return
    if standing:
        message = t("stock.row_adds", place=each.place.code, amount=amount)
        plan.doubt(each.row, "quantity", format_quantity(each.quantity), message)
    plan.new.append(each)


def compare_serials(each: Standing, held: Held, plan: Plan) -> None:
    """Serials that are at home here already are left alone; at home elsewhere they are no opening stock."""
    homes = {serial: held.homes.get((each.item.id, serial)) for serial in each.serials}
    for serial, home in homes.items():
        if home is not None and home != each.place.id:
            plan.refuse(each.row, "serials", serial, elsewhere(serial, held.codes.get(home)))
    standing = [serial for serial, home in homes.items() if home == each.place.id]
    if each.row in plan.faulty:
        return
    if len(standing) == len(each.serials):
        plan.unchanged += 1
    elif standing:
        message = t("stock.row_serial_here", serial=standing[0])
        plan.refuse(each.row, "serials", standing[0], message)
    else:
        plan.new.append(each)


def elsewhere(serial: str, place: str | None) -> str:
    """Where a serial stands already; of a place at a closed site (None) no more than that it is another."""
    if place is None:
        return t("stock.row_serial_closed", serial=serial)
    return t("stock.row_serial_elsewhere", serial=serial, place=place)


def mind_expiry(each: Standing, held: Held, seen: Seen, plan: Plan) -> None:
    """Say where a lot that expires has no date, or another one than before."""
    if each.row in plan.faulty or not each.lot:
        return
    key = (each.item.id, each.lot)
    known = held.expiries.get(key) or seen.expiries.get(key)
    if each.expires_on is None:
        if each.item.expiring and known is None:
            plan.doubt(each.row, "expires_on", "", t("stock.row_expiry_missing", lot=each.lot))
        return
    seen.expiries.setdefault(key, each.expires_on)
    if known is not None and known != each.expires_on:
        message = t("stock.row_expiry_differs", lot=each.lot, known=known)
        plan.doubt(each.row, "expires_on", each.expires_on, message)
