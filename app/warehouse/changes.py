"""What people do with places: make, change, put away. Rules first, then the rows, then the feed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, case, select, update

from app.catalog.look_up import ids_by_barcode
from app.catalog.shelf import shelf
from app.clock import now_ms
from app.database import publish
from app.people.audit import trail as audit
from app.people.guard import viewer_sites
from app.people.sites import may_see
from app.warehouse.models import Location
from app.warehouse.places import (
    Place,
    below_ids,
    place_body,
    place_by_id,
    places_by_barcode,
    places_by_code,
)
from app.warehouse.register import later, write_columns, write_places
from app.warehouse.site_change import bring_to_site
from app.warehouse.tree import default_barcode, misplaced
from app.web.errors import Refusal, refused_field
from app.words import t
from sync.movement import VIRTUAL

NAMED_LIMIT = 5
"""Occupied places that a refusal names."""


@dataclass(frozen=True, slots=True)
class PlaceDraft:
    """A place as it shall stand; every text is clean already."""

    kind: str
    code: str
    name: str = ""
    barcode: str = ""
    """Empty for the one made from the code."""
    parent_id: int | None = None
    walk_order: int | None = None
    """None for behind the last place of the site."""


def add_place(connection: Connection, draft: PlaceDraft) -> int:
    """Make a place; its id. Raises Refusal 422, and 409 ``code_taken`` or ``barcode_taken``."""
    [place_id] = add_places(connection, [draft])
    return place_id


def add_places(connection: Connection, drafts: Sequence[PlaceDraft]) -> list[int]:
    """Make several places under one; their ids. All or none. Raises Refusal as ``add_place``."""
    parent = parent_of(connection, drafts[0].kind, drafts[0].parent_id)
    full = [replace(draft, barcode=draft.barcode or default_barcode(draft.code)) for draft in drafts]
    refuse_taken(connection, full, None)
    ids = write_new(connection, full, parent)
    tell(connection, ids)
    return ids


def write_new(connection: Connection, drafts: Sequence[PlaceDraft], parent: Place | None) -> list[int]:
    """Write new places under one, and that somebody made them; their ids."""
    ids = write_places(connection, [(draft, parent) for draft in drafts], now_ms())
    told: dict[str, Any] = {"kind": drafts[0].kind, "name": drafts[0].name}
    if len(drafts) > 1:
        told |= {"count": len(drafts), "last": drafts[-1].code}
    audit.record(connection, "added", ("location", ids[0], drafts[0].code), None, told)
    return ids


def change_place(connection: Connection, place_id: int, changes: Mapping[str, Any], seen: int) -> None:
    """Change fields of a place last seen as of ``seen``; under another one it takes all in it along.

    Raises Refusal 404; 409 ``edited_meanwhile``, which shows both versions; 422; 409 for taken codes.
    """
    place = changeable(connection, place_id)
    if place.updated_at != seen:
        yours = {"parent" if name == "parent_id" else name: value for name, value in changes.items()}
        shown = {"current": place_body(place), "yours": yours}
        raise Refusal(409, "edited_meanwhile", t("warehouse.edited_meanwhile"), **shown)
    wanted = replace(place, **following_barcode(place, changes))
    if wanted == place:
        return
    parent = parent_of(connection, place.kind, wanted.parent_id)
    refuse_taken(connection, [draft_of(wanted)], place_id)
    values = {name: getattr(wanted, name) for name in ("code", "name", "barcode", "walk_order", "parent_id")}
    write_columns(connection, [{"the_id": place_id, **values, "updated_at": later(place, now_ms())}])
    if parent is not None and parent.site_id != place.site_id:
        bring_to_site(connection, place_id, parent.site_id)
    before = {name: getattr(place, name) for name in values}
    audit.record(connection, "changed", ("location", place_id, wanted.code), before, values)
    tell(connection, [place_id])


def following_barcode(place: Place, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes; a barcode that was made from the code follows it, an emptied one is made anew."""
    wanted = dict(changes)
    code = wanted.get("code", place.code)
    kept = wanted.get("barcode", place.barcode)
    if not kept or ("barcode" not in wanted and kept == default_barcode(place.code)):
        wanted["barcode"] = default_barcode(code)
    return wanted


def archive_place(connection: Connection, place_id: int) -> int:
    """Put a place away with all in it; how many. Refused while anything stands there. Twice is once.

    Raises Refusal 404, and 409 ``occupied``, which names what stands where.
    """
    place = changeable(connection, place_id)
    refuse_occupied(connection, place_id)
    now = now_ms()
    going = select(Location.id).where(Location.id.in_(below_ids(place_id)), Location.archived_at.is_(None))
    ids = list(connection.scalars(going.order_by(Location.id)))
    if ids:
        after = case((Location.updated_at >= now, Location.updated_at + 1), else_=now)
        connection.execute(
            update(Location)
            .where(Location.id.in_(below_ids(place_id)), Location.archived_at.is_(None))
            .values(archived_at=now, updated_at=after)
        )
        audit.record(connection, "archived", ("location", place_id, place.code), None, {"count": len(ids)})
        tell(connection, ids)
    return len(ids)


def refuse_occupied(connection: Connection, place_id: int) -> None:
    """Raises Refusal 409 where anything stands at a place or in it, saying what and where."""
    found = shelf().within(connection, place_id, NAMED_LIMIT + 1)
    if not found:
        return
    named = [
        {"location": each.location_code, "item": each.item_code, "name": each.item_name, "lot": each.lot}
        for each in found[:NAMED_LIMIT]
    ]
    listed = ", ".join(dict.fromkeys(f"{each.item_name} ({each.location_code})" for each in found[:3]))
    more = "warehouse.occupied_more" if len(found) > len(named[:3]) else "warehouse.occupied"
    raise Refusal(409, "occupied", t(more, listed=listed), standing=named)


def unarchive_place(connection: Connection, place_id: int) -> None:
    """Bring a place back. Twice is once. Raises Refusal 404, and 409 ``above_archived``."""
    place = changeable(connection, place_id)
    parent = place_by_id(connection, place.parent_id) if place.parent_id else None
    if parent is not None and parent.archived_at is not None:
        raise Refusal(409, "above_archived", t("warehouse.above_archived", code=parent.code))
    if place.archived_at is not None:
        at = later(place, now_ms())
        write_columns(connection, [{"the_id": place_id, "archived_at": None, "updated_at": at}])
        audit.record(connection, "unarchived", ("location", place_id, place.code))
        tell(connection, [place_id])


def known(connection: Connection, place_id: int) -> Place:
    """The place. Raises Refusal 404."""
    place = place_by_id(connection, place_id)
    if place is None or not is_open(place):
        raise Refusal(404, "not_found", t("warehouse.unknown"))
    return place


def changeable(connection: Connection, place_id: int) -> Place:
    """A place that people may change. Raises Refusal 404, and 409 ``reserved``."""
    if place_id in VIRTUAL:
        raise Refusal(409, "reserved", t("warehouse.reserved"))
    return known(connection, place_id)


def parent_of(connection: Connection, kind: str, parent_id: int | None) -> Place | None:
    """The place above, if one of this kind may stand under it. Raises Refusal 422."""
    parent = place_by_id(connection, parent_id) if parent_id is not None else None
    if kind == "site" and viewer_sites() is not None:
        raise Refusal(403, "other_site", t("warehouse.no_new_site"))
    if parent is not None and not is_open(parent):
        parent = None
    if parent_id is not None and (parent is None or parent.kind == "virtual"):
        raise refused_field("parent", t("warehouse.unknown"))
    problem = misplaced(kind, parent.kind if parent else None)
    if problem:
        raise refused_field("parent", problem)
    if parent is not None and parent.archived_at is not None:
        raise refused_field("parent", t("warehouse.above_archived", code=parent.code))
    return parent


def refuse_taken(connection: Connection, drafts: Sequence[PlaceDraft], place_id: int | None) -> None:
    """Raises Refusal 409 where a code or barcode belongs to another place, or a barcode to an item."""
    by_code = places_by_code(connection, [draft.code for draft in drafts])
    by_barcode = places_by_barcode(connection, [draft.barcode for draft in drafts])
    items = ids_by_barcode(connection, [draft.barcode for draft in drafts])
    for draft in drafts:
        other = by_code.get(draft.code)
        if other is not None and other.id != place_id:
            raise taken("code", t("warehouse.code_taken", code=draft.code), other)
        other = by_barcode.get(draft.barcode)
        if other is not None and other.id != place_id:
            words = "barcode_taken" if is_open(other) else "barcode_taken_elsewhere"
            message = t(f"warehouse.{words}", barcode=draft.barcode, code=other.code)
            raise taken("barcode", message, other)
        if draft.barcode in items:
            message = t("warehouse.barcode_of_item", barcode=draft.barcode)
            raise refused_field("barcode", message, 409, "barcode_taken")


def taken(name: str, message: str, other: Place) -> Refusal:
    """The refusal of a code or barcode that names another place; of a closed site it tells no more."""
    shown = {"location": {"id": other.id, "code": other.code, "name": other.name}} if is_open(other) else {}
    return refused_field(name, message, 409, f"{name}_taken", **shown)


def is_open(place: Place) -> bool:
    """Whether the one who asks may see a place."""
    return may_see(viewer_sites(), place.site_id)


def draft_of(place: Place) -> PlaceDraft:
    """The draft that would leave the place as it is."""
    return PlaceDraft(place.kind, place.code, place.name, place.barcode, place.parent_id, place.walk_order)


def tell(connection: Connection, place_ids: Sequence[int]) -> None:
    """Say in the feed that these places changed, where any did; the last statement of the transaction."""
    if place_ids:
        publish(connection, [("location", str(place_id)) for place_id in place_ids])
