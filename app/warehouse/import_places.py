"""Tables of locations: what the machine of imports must know of them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, String, and_, cast, exists, select

from app.catalog.shelf import shelf
from app.imports.journal import CHANGED, CREATED, Entry, Journal
from app.imports.kinds import Field, Kind, ReadRow, parsed_choice
from app.imports.models import ImportEntry
from app.imports.plan import Plan
from app.imports.rows import exact, parsed_whole
from app.values.text import clean_line
from app.warehouse.changes import tell
from app.warehouse.import_plan import Seen, plan_rows
from app.warehouse.import_write import former, restore, write_changed, write_new
from app.warehouse.models import Location
from app.warehouse.places import (
    BARCODE_LIMIT,
    HIGHEST_WALK_ORDER,
    NAME_LIMIT,
    Place,
    places_by_barcode,
    places_by_id,
)
from app.warehouse.register import later, write_columns
from app.warehouse.series import CODE_LIMIT
from app.words import t

ROWS_AT_ONCE = 50_000
"""Rows among which a place may stand above another in any order: they are settled together."""

KIND_WORDS = {
    "site": ("sites", "warehouse", "building", "standort", "lager", "entrepot", "almacen", "magazzino"),
    "zone": ("zones", "area", "bereich", "zona"),
    "aisle": ("aisles", "row", "gang", "allee", "pasillo", "corsia"),
    "bin": ("bins", "shelf", "slot", "location", "place", "fach", "platz", "lagerplatz", "emplacement"),
}

FIELDS = (
    Field(
        "code",
        "location|location code|bin|bin code|place|lagerplatz|platz|fach|emplacement|ubicacion|id|number|no",
        lambda text: clean_line(exact(text), CODE_LIMIT),
    ),
    Field(
        "name",
        "title|location name|description|label|bezeichnung|nom|nombre|nome|nazwa",
        lambda text: clean_line(text, NAME_LIMIT),
    ),
    Field(
        "kind", "type|level|location type|art|typ|genre|tipo", lambda text: parsed_choice(text, KIND_WORDS)
    ),
    Field(
        "parent",
        "parent code|above|in|within|parent location|zone code|area|uebergeordnet|parent id",
        lambda text: clean_line(exact(text), CODE_LIMIT),
    ),
    Field(
        "barcode",
        "bar code|label code|scan code|strichcode|code barre|codigo de barras",
        lambda text: clean_line(exact(text), BARCODE_LIMIT),
    ),
    Field(
        "walk_order",
        "walk|order|sequence|walking order|pick sequence|pick order|reihenfolge|sort|sortierung",
        lambda text: parsed_whole(text, 0, HIGHEST_WALK_ORDER),
    ),
)

EXAMPLE = (
    ("kind", "code", "name", "parent", "barcode", "walk order"),
    ("site", "MAIN", "Main warehouse", "", "", ""),
    ("zone", "TEA", "Tea and coffee", "MAIN", "", ""),
    ("aisle", "A-01", "", "TEA", "", ""),
    ("bin", "A-01-01", "", "A-01", "", "10"),
    ("bin", "A-01-02", "", "A-01", "LOC-A-01-02", "20"),
)


class PlaceRules:
    """What a table of locations does."""

    def mapping_problems(self, columns: Sequence[str], _mode: str) -> list[str]:
        """The code tells which location a row means."""
        return [] if "code" in columns else [t("warehouse.mapping_needs_code")]

    def memory(self, user_id: int) -> Seen:
        """Who imports, and the codes and barcodes of the rows above."""
        return Seen(user_id)

    def plan(self, connection: Connection, rows: Sequence[ReadRow], memory: Seen, mode: str) -> Plan:
        """Which rows make a location, which change one, which fail."""
        return plan_rows(connection, rows, memory, mode)

    def write(self, connection: Connection, plan: Plan, journal: Journal) -> None:
        """Write locations new and changed, those above before those below."""
        made = write_new(connection, plan.new, journal.now)
        journal.created(connection, made)
        versions = write_changed(connection, plan.changes, journal.now)
        before = [(place.found.id, versions[place.found.id], former(place.found)) for place in plan.changes]
        journal.changed(connection, before)
        tell(connection, [*made, *versions])

    def kept(self, connection: Connection, entries: Sequence[Entry]) -> Mapping[int, str]:
        """Locations in which anything stands, or that somebody changed since, stay as they are."""
        places = places_of(connection, entries)
        occupied = shelf().occupied(connection, list(places))
        inhabited = with_others_below(connection, entries)
        taken = places_by_barcode(connection, [str(entry.former.get("barcode", "")) for entry in entries])
        reasons = {}
        for entry in entries:
            place = places.get(int(entry.subject))
            if place is None:
                continue
            other = taken.get(str(entry.former.get("barcode", "")))
            if place.updated_at != entry.version:
                reasons[entry.id] = t("imports.changed_since", code=place.code)
            elif entry.act == CREATED and place.id in occupied:
                reasons[entry.id] = t("warehouse.undo_occupied", code=place.code)
            elif entry.act == CREATED and place.id in inhabited:
                reasons[entry.id] = t("warehouse.undo_inhabited", code=place.code)
            elif other is not None and other.id != place.id:
                reasons[entry.id] = t("warehouse.barcode_taken", barcode=other.barcode, code=other.code)
        return reasons

    def undo(self, connection: Connection, entries: Sequence[Entry], journal: Journal) -> None:
        """Archive what was made, give what was changed its former values back."""
        places = places_of(connection, entries)
        pairs = [(places[int(each.subject)], each) for each in entries if int(each.subject) in places]
        made = [place for place, entry in pairs if entry.act == CREATED and place.archived_at is None]
        away = [
            {"the_id": each.id, "archived_at": journal.now, "updated_at": later(each, journal.now)}
            for each in made
        ]
        write_columns(connection, away)
        changed = [(place, entry) for place, entry in pairs if entry.act != CREATED]
        versions = restore(connection, changed, journal.now)
        journal.restored(connection, [(entry, versions[place.id]) for place, entry in changed])
        tell(connection, [place.id for place, _ in pairs])


def places_of(connection: Connection, entries: Sequence[Entry]) -> Mapping[int, Place]:
    """The locations that entries are about, by id."""
    return places_by_id(connection, [int(entry.subject) for entry in entries])


def with_others_below(connection: Connection, entries: Sequence[Entry]) -> set[int]:
    """Those of the locations in which some stand, at any depth, that do not go with the same import.

    What the import had moved there goes back, with all in it.
    """
    ids = [int(entry.subject) for entry in entries if entry.act == CREATED]
    if not ids:
        return set()
    root = Location.id.label("root")
    tree = select(root, Location.id).where(Location.id.in_(ids)).cte("tree", recursive=True)
    below = and_(Location.parent_id == tree.c.id, ~untouched(entries[0].import_id, CHANGED))
    tree = tree.union_all(select(tree.c.root, Location.id).join(tree, below))
    others = (
        select(tree.c.root)
        .join(Location, Location.id == tree.c.id)
        .where(tree.c.root != tree.c.id, Location.archived_at.is_(None))
        .where(~untouched(entries[0].import_id, CREATED))
        .distinct()
    )
    return set(connection.scalars(others))


def untouched(import_id: str, act: str) -> ColumnElement[bool]:
    """Whether a location stands as an import left it that made or changed it."""
    return exists().where(
        ImportEntry.subject == cast(Location.id, String),
        ImportEntry.import_id == import_id,
        ImportEntry.act == act,
        ImportEntry.outcome == "",
        ImportEntry.version == Location.updated_at,
    )


LOCATIONS = Kind(
    name="locations",
    role="manager",
    fields=FIELDS,
    rules=PlaceRules(),
    example=EXAMPLE,
    icon="map-pin",
    list_page="location_pages.locations",
    part_rows=ROWS_AT_ONCE,
)
