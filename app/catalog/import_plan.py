"""What an imported table would do to the catalogue: which rows make an item, which change one, which fail."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection

from app.catalog.barcodes import shown_barcode
from app.catalog.drafts import ItemDraft, draft_of, problems_of, problems_of_change
from app.catalog.import_fields import lacking
from app.catalog.import_packs import with_row
from app.catalog.import_rows import Row
from app.catalog.item_fields import AddedField, added_fields
from app.catalog.item_values import Values, values_of
from app.catalog.items import ItemRecord, items_by_id
from app.catalog.look_up import ids_by_barcode, ids_by_code
from app.catalog.shelf import shelf
from app.imports.journal import taken_back
from app.imports.plan import Plan
from app.words import t
from sync.movement import UNIDENTIFIED


@dataclass
class Seen:
    """The codes and barcodes of the rows above, with their row, so that no two rows mean the same item."""

    codes: dict[str, int] = field(default_factory=dict)
    barcodes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item that a row makes, with what it holds in own fields."""

    draft: ItemDraft
    own: Values


@dataclass(frozen=True, slots=True)
class Change:
    """What a row changes about an item; of own fields those alone that change."""

    record: ItemRecord
    draft: ItemDraft
    own: Values
    own_before: Values
    comes_back: bool
    """Whether the item is taken out of the archive first."""


@dataclass(frozen=True)
class Present:
    """What the catalogue holds of a part of the table."""

    by_code: Mapping[str, int]
    by_barcode: Mapping[str, int]
    records: Mapping[int, ItemRecord]
    moved: frozenset[int] = frozenset()
    """Items of which stock was booked, among those whose unit or tracking a row would change."""
    returning: frozenset[int] = frozenset()
    """Items that are archived because the import that made them was taken back: a row brings them back."""
    held: Mapping[int, Values] = field(default_factory=dict)
    """What the items hold in own fields, where a row says anything of one."""
    required: Sequence[AddedField] = ()
    """The own fields that a new item needs."""


def present_for(connection: Connection, rows: Sequence[Row]) -> Present:
    """Read from the catalogue what these rows may mean."""
    codes = [code for row in rows if (code := code_of(row))]
    by_code = ids_by_code(connection, codes)
    by_barcode = ids_by_barcode(connection, [code for row in rows for code in row.every_barcode])
    records = items_by_id(connection, list({*by_code.values(), *by_barcode.values()}))
    present = Present(by_code, by_barcode, records)
    measured = {
        record.id
        for row in rows
        if (record := meant(row, present)) and {"unit", "tracking"} & row.values.keys()
    }
    archived = [record.id for record in records.values() if record.state == "archived"]
    return replace(
        present,
        moved=frozenset(shelf().moved_among(connection, sorted(measured))),
        returning=frozenset(taken_back(connection, "items", archived)),
        held=values_of(connection, list(records)) if any(row.own for row in rows) else {},
        required=[each for each in added_fields(connection) if each.is_required],
    )


def code_of(row: Row) -> str:
    """The code that the row names, or that a new item of it gets: its first barcode as written."""
    return str(row.values.get("code") or row.first_barcode)


def meant(row: Row, present: Present) -> ItemRecord | None:
    """The item that the row is about: by its code, else by its barcodes; None for a new one."""
    if "code" in row.values:
        found = present.by_code.get(row.values["code"])
    else:
        found = next((present.by_barcode[code] for code in row.barcodes if code in present.by_barcode), None)
    return present.records.get(found) if found is not None else None


def plan_rows(rows: Iterable[Row], present: Present, seen: Seen, mode: str) -> Plan:
    """Decide for each row; rows that contradict the catalogue or a row above are refused."""
    plan = Plan()
    for row in rows:
        record = meant(row, present)
        if repeats(row, record, seen, plan) or contradicts(row, record, present, plan):
            continue
        if record is None:
            plan_new(row, present, mode, plan)
        else:
            plan_change(row, record, present, mode, plan)
    return plan


def repeats(row: Row, record: ItemRecord | None, seen: Seen, plan: Plan) -> bool:
    """Whether a row above means the same item or names a barcode of this one; remembers both."""
    code = record.code if record else code_of(row)
    first = seen.codes.get(code)
    again = [barcode for barcode in row.every_barcode if barcode in seen.barcodes]
    if first is not None and ("code" in row.values or not again):
        plan.refuse(row.number, "code", code, t("catalog.row_code_again", code=code, row=first))
    for barcode in again:
        shown = shown_barcode(barcode)
        message = t("catalog.row_barcode_again", barcode=shown, row=seen.barcodes[barcode])
        plan.refuse(row.number, "barcode", shown, message)
    if first is not None or again:
        return True
    seen.codes[code] = row.number
    seen.barcodes.update((barcode, row.number) for barcode in row.every_barcode)
    return False


def contradicts(row: Row, record: ItemRecord | None, present: Present, plan: Plan) -> bool:
    """Whether the row means the reserved item, or a barcode of another item than its own."""
    if record is not None and record.id == UNIDENTIFIED:
        plan.refuse(row.number, "code", record.code, t("catalog.reserved"))
        return True
    for barcode in row.every_barcode:
        other = present.records.get(present.by_barcode.get(barcode, 0))
        if other is None or other == record:
            continue
        shown = shown_barcode(barcode)
        message = t("catalog.barcode_taken", barcode=shown, code=other.code, name=other.name)
        plan.refuse(row.number, "barcode", shown, message)
    return row.number in plan.faulty


def plan_new(row: Row, present: Present, mode: str, plan: Plan) -> None:
    """A row that no item fits."""
    code = code_of(row)
    if mode == "update":
        plan.refuse(row.number, "code", code, t("catalog.row_unknown"))
    elif "name" not in row.values:
        plan.refuse(row.number, "name", "", t("catalog.row_nameless"))
    elif code in present.by_code:
        other = present.records[present.by_code[code]]
        plan.refuse(row.number, "code", code, t("catalog.code_taken", code=code, name=other.name))
    else:
        draft = ItemDraft(**{"code": code, **row.values}, barcodes=row.barcodes, packs=row.packs)
        if not kept_out(row, problems_of(draft) | lacking(present.required, row.own), plan):
            plan.new.append(NewItem(draft, row.own))


def plan_change(row: Row, record: ItemRecord, present: Present, mode: str, plan: Plan) -> None:
    """A row about an item that exists; barcodes are added, never taken off."""
    if mode == "create":
        plan.refuse(row.number, "code", record.code, t("catalog.row_exists", name=record.name))
        return
    barcodes = tuple(dict.fromkeys((*record.barcodes, *row.barcodes)))
    values: dict[str, Any] = {**row.values, "barcodes": barcodes, "packs": with_row(record, row.packs)}
    draft = replace(draft_of(record), **values)
    before = {name: present.held.get(record.id, {}).get(name, "") for name in row.own}
    own = {name: value for name, value in row.own.items() if value != before[name]}
    comes_back = record.id in present.returning
    if draft == draft_of(record) and not own and not comes_back:
        plan.unchanged += 1
    elif not kept_out(row, problems_of_change(record, draft, record.id in present.moved), plan):
        was = {name: before[name] for name in own}
        plan.changes.append(Change(record, draft, own, was, comes_back))


def kept_out(row: Row, problems: Mapping[str, str], plan: Plan) -> bool:
    """Whether problems of the whole item keep the row out."""
    for name, message in problems.items():
        column = {"packs": "pack", "barcodes": "barcode"}.get(name, name)
        plan.refuse(row.number, column, str(row.values.get(name, "")), message)
    return bool(problems)
