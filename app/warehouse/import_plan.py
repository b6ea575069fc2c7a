"""What a table of locations would do: which rows make a place, which change one, which fail, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection

from app.catalog.look_up import ids_by_barcode
from app.imports.journal import taken_back
from app.imports.kinds import ReadRow
from app.imports.plan import Plan
from app.people.sites import Sites, may_see, sites_of
from app.warehouse.changes import following_barcode
from app.warehouse.places import Place, places_by_barcode, places_by_code, places_by_id
from app.warehouse.tree import ABOVE, default_barcode, misplaced
from app.words import t


@dataclass
class Seen:
    """Who imports, and the codes and barcodes of the rows above, with their row."""

    user_id: int = 0
    codes: dict[str, int] = field(default_factory=dict)
    barcodes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One place as a row wants it; ``found`` is the one that exists. Its parent goes by code."""

    row: int
    code: str
    kind: str
    parent: str
    name: str
    barcode: str
    walk_order: int | None
    found: Place | None
    returns: bool = False
    """Whether it comes out of the archive, where undoing an import had put it."""


@dataclass(frozen=True)
class Present:
    """What the warehouse holds of what a table names."""

    by_code: Mapping[str, Place]
    by_barcode: Mapping[str, Place]
    by_id: Mapping[int, Place]
    items: Mapping[str, int]
    """Barcodes that belong to items."""
    returning: frozenset[int]
    sites: Sites
    """Those that are open to the one who imports."""

    def is_closed(self, place: Place | None) -> bool:
        """Whether a place stands at a site that is closed to the one who imports."""
        return place is not None and not may_see(self.sites, place.site_id)


def plan_rows(connection: Connection, rows: Sequence[ReadRow], seen: Seen, mode: str) -> Plan:
    """Decide for each row; those whose place above fails fail with it."""
    plan, present = Plan(), present_for(connection, rows, seen.user_id)
    wanted: dict[str, Wanted] = {}
    for row in rows:
        place = wanted_place(row, present, plan)
        if place is not None and may_stand(place, seen, mode, plan):
            wanted[place.code] = place
    for place in wanted.values():
        refuse_barcode(place, present, seen, plan)
    for place in sorted(wanted.values(), key=depth):
        refuse_parent(place, wanted, present, plan)
    for place in wanted.values():
        if place.row not in plan.faulty:
            file_away(place, present, plan)
    return plan


def present_for(connection: Connection, rows: Sequence[ReadRow], user_id: int) -> Present:
    """Read what these rows may name."""
    codes = {row.values[name] for row in rows for name in ("code", "parent") if name in row.values}
    by_code = places_by_code(connection, sorted(codes))
    barcodes = {row.values.get("barcode") or default_barcode(row.values.get("code", "")) for row in rows}
    by_id = places_by_id(
        connection, sorted({place.parent_id for place in by_code.values() if place.parent_id})
    )
    archived = [place.id for place in by_code.values() if place.archived_at is not None]
    by_code = {**by_code, **{place.code: place for place in by_id.values()}}
    return Present(
        by_code,
        places_by_barcode(connection, sorted(barcodes)),
        by_id,
        ids_by_barcode(connection, sorted(barcodes)),
        frozenset(taken_back(connection, "locations", archived)),
        sites_of(connection, user_id),
    )


def wanted_place(row: ReadRow, present: Present, plan: Plan) -> Wanted | None:
    """The place that a row is about as it shall stand; what is blank stays as it is."""
    values: Mapping[str, Any] = row.values
    code = values.get("code", "")
    if not code:
        plan.refuse(row.number, "code", "", t("warehouse.row_without_code"))
        return None
    found = present.by_code.get(code)
    if present.is_closed(found):
        plan.refuse(row.number, "code", code, t("warehouse.row_site_closed"))
        return None
    if found is None:
        return new_place(row.number, code, values)
    if found.kind == "virtual":
        plan.refuse(row.number, "code", code, t("warehouse.reserved"))
        return None
    if values.get("kind", found.kind) != found.kind:
        plan.refuse(row.number, "kind", values["kind"], t("warehouse.row_kind_stays", code=code))
    return changed_place(row.number, values, found, present)


def new_place(number: int, code: str, values: Mapping[str, Any]) -> Wanted:
    """The place that a row makes: a bin where it names a place above, else a site."""
    kind = values.get("kind") or ("bin" if values.get("parent") else "site")
    barcode = values.get("barcode") or default_barcode(code)
    texts = (values.get("parent", ""), values.get("name", ""), barcode)
    return Wanted(number, code, kind, *texts, values.get("walk_order"), None)


def changed_place(number: int, values: Mapping[str, Any], found: Place, present: Present) -> Wanted:
    """The place that exists with what its row says of it."""
    above = present.by_id.get(found.parent_id or 0)
    kept = following_barcode(found, {"barcode": values["barcode"]} if "barcode" in values else {})
    return Wanted(
        number,
        found.code,
        found.kind,
        values.get("parent", above.code if above else ""),
        values.get("name", found.name),
        kept.get("barcode", found.barcode),
        values.get("walk_order", found.walk_order),
        found,
        found.id in present.returning,
    )


def may_stand(place: Wanted, seen: Seen, mode: str, plan: Plan) -> bool:
    """Whether no row above is about the same place, and the mode allows what the row asks for."""
    first = seen.codes.setdefault(place.code, place.row)
    if first != place.row:
        plan.refuse(place.row, "code", place.code, t("catalog.row_code_again", code=place.code, row=first))
    elif mode == "create" and place.found is not None and not place.returns:
        plan.refuse(place.row, "code", place.code, t("warehouse.row_exists"))
    elif mode == "update" and place.found is None:
        plan.refuse(place.row, "code", place.code, t("warehouse.row_unknown"))
    return place.row not in plan.faulty


def refuse_barcode(place: Wanted, present: Present, seen: Seen, plan: Plan) -> None:
    """Keep out a place whose barcode names another place, an item, or a row above."""
    first = seen.barcodes.setdefault(place.barcode, place.row)
    other = present.by_barcode.get(place.barcode)
    if first != place.row:
        message = t("catalog.row_barcode_again", barcode=place.barcode, row=first)
        plan.refuse(place.row, "barcode", place.barcode, message)
    elif other is not None and other.code != place.code:
        closed = present.is_closed(other)
        words = "warehouse.barcode_taken_elsewhere" if closed else "warehouse.barcode_taken"
        message = t(words, barcode=place.barcode, code=other.code)
        plan.refuse(place.row, "barcode", place.barcode, message)
    elif place.barcode in present.items:
        message = t("warehouse.barcode_of_item", barcode=place.barcode)
        plan.refuse(place.row, "barcode", place.barcode, message)


def refuse_parent(place: Wanted, wanted: Mapping[str, Wanted], present: Present, plan: Plan) -> None:
    """Keep out a place that cannot stand where it shall; larger kinds are looked at before smaller ones."""
    if not place.parent:
        problem = misplaced(place.kind, None)
        if place.kind == "site" and place.found is None and present.sites is not None:
            problem = t("warehouse.no_new_site")
    else:
        above = present.by_code.get(place.parent)
        above = None if present.is_closed(above) else above
        problem = parent_problem(place, wanted.get(place.parent), above, plan)
    if problem:
        plan.refuse(place.row, "parent", place.parent, problem)


def parent_problem(place: Wanted, row: Wanted | None, above: Place | None, plan: Plan) -> str | None:
    """Why a place cannot stand under the one that a row of the table or the warehouse has for it."""
    if row is None and (above is None or above.kind == "virtual"):
        return t("warehouse.row_parent_unknown", code=place.parent)
    kind = row.kind if row else above.kind if above else ""
    if problem := misplaced(place.kind, kind):
        return problem
    if row is not None and row.row in plan.faulty and row.found is None:
        return t("warehouse.row_parent_faulty", code=place.parent, row=row.row)
    returns = row is not None and row.returns
    if above is not None and above.archived_at is not None and not returns:
        return t("warehouse.above_archived", code=above.code)
    return None


def depth(place: Wanted) -> int:
    """How far down in the tree a kind stands."""
    return list(ABOVE).index(place.kind)


def file_away(place: Wanted, present: Present, plan: Plan) -> None:
    """Put a place that is in order where it belongs in the plan."""
    if place.found is None:
        plan.new.append(place)
        return
    above = present.by_id.get(place.found.parent_id or 0)
    same = replace(place.found, name=place.name, barcode=place.barcode, walk_order=place.walk_order or 0)
    if same == place.found and place.parent == (above.code if above else "") and not place.returns:
        plan.unchanged += 1
    else:
        plan.changes.append(place)
