"""Tables of items: what the machine of imports must know of them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from app.catalog.barcodes import doubt_of
from app.catalog.import_fields import own_fields
from app.catalog.import_packs import PACK_FIELDS
from app.catalog.import_plan import Change, Seen, plan_rows, present_for
from app.catalog.import_rows import PARSERS, Row, checked_barcodes, item_row
from app.catalog.import_undo import former, former_own, reason_to_keep, restored_draft
from app.catalog.item_values import write_values
from app.catalog.items import items_by_id
from app.catalog.register import later, mark_all, write_changed, write_new
from app.catalog.shelf import shelf
from app.database import publish
from app.imports.journal import CREATED, Entry, Journal
from app.imports.kinds import Field, Kind
from app.imports.plan import Plan
from app.words import t

SYNONYMS = {
    "code": "sku|item|item code|item no|item number|item id|article|article code|article number|article no|"
    "product code|product id|product number|part|part no|part number|material|reference|ref|number|no|"
    "artikelnummer|artikelnr|artikel nr|referencia|codigo|codice|kod|id",
    "name": "title|item name|product|product name|article name|label|short description|designation|"
    "bezeichnung|artikelbezeichnung|nom|libelle|nombre|nome|nazwa",
    "barcode": "barcodes|bar code|ean|ean8|ean13|ean 8|ean 13|ean code|gtin|gtin8|gtin12|gtin13|gtin14|"
    "gtin 14|upc|upc a|upca|isbn|strichcode|code barre|code barres|code ean",
    "description": "long description|details|notes|note|comment|remarks|beschreibung|descripcion|descrizione|"
    "opis",
    "category": "group|item group|product group|family|class|type|department|kategorie|warengruppe|categorie|"
    "categoria|kategoria",
    "unit": "uom|unit of measure|base unit|stock unit|measure|einheit|unite|unidad|unita|jednostka",
    "decimals": "decimal places|precision|places|nachkommastellen|decimales",
    "tracking": "tracked by|tracking type|lot or serial|verfolgung|suivi",
    "expiring": "expires|expiry|has expiry|expiry date|perishable|best before|mhd|verfall",
    "pack": "packs|pack name|pack unit|packaging|packaging unit|case name|gebinde|gebindename|"
    "verpackungseinheit|conditionnement|embalaje",
    "pack_factor": "pack size|case size|units per case|units per pack|pieces per case|per case|per pack|"
    "quantity per case|pack quantity|case quantity|gebindegrosse|stuck je karton|inhalt je karton|"
    "unites par carton|unidades por caja",
    "pack_barcode": "pack barcodes|case barcode|case gtin|case ean|case upc|carton barcode|carton gtin|itf14|"
    "itf 14|pack gtin|pack ean|gebinde barcode|gebinde gtin|karton gtin|karton ean",
}

EXAMPLE = (
    (
        *("code", "name", "barcode", "description", "category", "unit", "decimals", "tracking", "expiring"),
        *PACK_FIELDS,
    ),
    (
        *("TEA-100", "Darjeeling tea, 100 g", "4006381333931", "", "Tea", "piece", "0", "lot", "yes"),
        *("case | pallet", "12 | 960", "14006381333938"),
    ),
    (
        *("RICE", "Basmati rice, loose", "", "Weighed at the bench.", "Rice", "kg", "3", "none", "no"),
        *("sack", "12.5", ""),
    ),
    (
        *("SCALE-5", "Kitchen scale", "96385074 | 036000291452", "", "Kitchen", "piece", "0", "serial", "no"),
        *("", "", ""),
    ),
)


class ItemRules:
    """What a table of items does."""

    def mapping_problems(self, columns: Sequence[str], mode: str) -> list[str]:
        """Something must tell which item a row means, and new ones need a name."""
        problems = []
        if not {"code", "barcode"} & set(columns):
            problems.append(t("catalog.mapping_needs_key"))
        if "name" not in columns and mode != "update":
            problems.append(t("catalog.mapping_needs_name"))
        return problems

    def memory(self, _user_id: int) -> Seen:
        """The codes and barcodes of the rows above."""
        return Seen()

    def plan(self, connection: Connection, rows: Sequence[Row], memory: Seen, mode: str) -> Plan:
        """Which rows make an item, which change one, which fail."""
        return plan_rows(rows, present_for(connection, rows), memory, mode)

    def write(self, connection: Connection, plan: Plan, journal: Journal) -> None:
        """Write items new and changed; those that come back are taken out of the archive first."""
        made = write_new(connection, [each.draft for each in plan.new], journal.now)
        journal.created(connection, made)
        planned: Sequence[Change] = plan.changes
        back = [each.record for each in planned if each.comes_back]
        returned = {each.id: each for each in mark_all(connection, back, journal.now, None)}
        changes = [(returned.get(each.record.id, each.record), each.draft) for each in planned]
        write_changed(connection, changes, journal.now)
        own = dict(zip(made, (each.own for each in plan.new), strict=True))
        write_values(connection, own | {each.record.id: each.own for each in planned})
        versions = {record.id: later(record, journal.now) for record, _ in changes}
        before = [(each.record.id, versions[each.record.id], former(each)) for each in planned]
        journal.changed(connection, before)
        if touched := [*made, *versions]:
            publish(connection, [("item", str(item)) for item in touched])

    def kept(self, connection: Connection, entries: Sequence[Entry]) -> Mapping[int, str]:
        """Items of which some is on hand, or that somebody changed since, stay as they are."""
        records = items_by_id(connection, [int(entry.subject) for entry in entries])
        standing = shelf().on_hand(connection, list(records))
        moved = shelf().moved_among(connection, sorted(records))
        pairs = [(records[int(entry.subject)], entry) for entry in entries if int(entry.subject) in records]
        reasons = {
            entry.id: reason_to_keep(record, entry, standing, record.id in moved) for record, entry in pairs
        }
        return {number: reason for number, reason in reasons.items() if reason}

    def undo(self, connection: Connection, entries: Sequence[Entry], journal: Journal) -> None:
        """Archive what was made, give what was changed its former values back."""
        records = items_by_id(connection, [int(entry.subject) for entry in entries])
        pairs = [(record, entry) for entry in entries if (record := records.get(int(entry.subject)))]
        made = [record for record, entry in pairs if entry.act == CREATED and record.state == "active"]
        mark_all(connection, made, journal.now, journal.now)
        restored = [(record, entry) for record, entry in pairs if entry.act != CREATED]
        write_changed(
            connection, [(each, restored_draft(each, entry)) for each, entry in restored], journal.now
        )
        write_values(connection, {each.id: former_own(entry) for each, entry in restored})
        leaving = [each for each, entry in restored if entry.former.get("archived_at")]
        mark_all(connection, leaving, journal.now, journal.now)
        journal.restored(connection, [(entry, later(record, journal.now)) for record, entry in restored])
        ids = [record.id for record, _ in pairs]
        if ids:
            look = shelf().look_again(connection, [record.id for record in (*made, *leaving)])
            publish(connection, [*(("item", str(item)) for item in ids), *look])


ITEMS = Kind(
    name="items",
    role="manager",
    fields=[
        Field(name, synonyms, PARSERS[name])
        if name != "barcode"
        else Field(name, synonyms, checked_barcodes, several=True, doubt=doubt_of)
        for name, synonyms in SYNONYMS.items()
    ],
    rules=ItemRules(),
    read=item_row,
    added=own_fields,
    example=EXAMPLE,
    icon="package",
    list_page="item_pages.items",
)
