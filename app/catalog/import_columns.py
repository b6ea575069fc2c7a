"""The header of an imported table: which column fills which field of an item."""

from collections import Counter
from collections.abc import Sequence

from app.catalog.import_text import DELIMITERS, guessed_delimiter
from app.catalog.text import fold
from app.words import t

FIELDS = ("code", "name", "barcode", "description", "category", "unit", "decimals", "tracking", "expiring")

COLUMNS_LIMIT = 200
"""Columns of one file."""

ALIASES = {
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
}

FIELD_OF = {alias: name for name, aliases in ALIASES.items() for alias in (name, *aliases.split("|"))}


def field_of(heading: str) -> str:
    """The field that a heading means; empty for one that is not known."""
    return FIELD_OF.get(fold(heading), "")


def suggested_columns(header: Sequence[str]) -> tuple[str, ...]:
    """For each column the field that its heading means; each field once, barcodes as often as they come."""
    taken: set[str] = set()
    columns = []
    for heading in header:
        name = field_of(heading)
        columns.append("" if name in taken and name != "barcode" else name)
        taken.add(name)
    return tuple(columns)


def header_problems(header: Sequence[str], columns: Sequence[str], delimiter: str, text: str) -> list[str]:
    """What is wrong with the header row itself, given which field each column is to fill."""
    if len(header) > COLUMNS_LIMIT:
        return [t("catalog.header_wide", count=len(header), limit=COLUMNS_LIMIT)]
    other = guessed_delimiter(text)
    if len(header) == 1 and other != delimiter and other in text.split("\n", 1)[0]:
        names = {"delimiter": delimiter_name(delimiter), "other": delimiter_name(other)}
        return [t("catalog.header_one_column", **names)]
    named = Counter(fold(heading) for heading in header if fold(heading))
    single = {fold(text) for text, name in zip(header, columns, strict=False) if name not in ("", "barcode")}
    twice = [heading for heading, count in named.items() if count > 1 and heading in single]
    problems = [t("catalog.header_twice", heading=heading) for heading in twice]
    if not any(columns):
        first = ", ".join(heading.strip()[:30] for heading in header[:3])
        problems.append(t("catalog.header_unknown", first=first))
    return problems


def mapping_problems(columns: Sequence[str], mode: str) -> list[str]:
    """What the mapping of columns to fields lacks, or names twice."""
    counted = Counter(name for name in columns if name and name != "barcode")
    problems = [t("catalog.mapped_twice", field=name) for name, count in counted.items() if count > 1]
    if not {"code", "barcode"} & set(columns):
        problems.append(t("catalog.mapping_needs_key"))
    if "name" not in columns and mode != "update":
        problems.append(t("catalog.mapping_needs_name"))
    return problems


def delimiter_name(delimiter: str) -> str:
    """What people call it."""
    return t(f"catalog.delimiter_{DELIMITERS[delimiter]}") if delimiter in DELIMITERS else delimiter
