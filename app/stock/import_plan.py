"""What a table of opening stock would do: which rows book goods, which stand already, which fail, and why."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from app.catalog.items import ItemRecord
from app.imports.kinds import ReadRow
from app.imports.plan import Plan
from app.people.sites import Sites, may_see
from app.stock.import_cells import SERIALS_MOST
from app.stock.import_present import Held, Present, Seen, Standing, held_of, present_for
from app.warehouse.places import Place
from app.words import t
from sync.movement import UNIDENTIFIED
from sync.quantity import SCALE, format_quantity


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
