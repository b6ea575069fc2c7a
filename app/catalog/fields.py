"""Fields of schemas that keep to the catalogue's rules: barcodes of an item, base units in a pack."""

from typing import Any

from marshmallow import ValidationError, fields

from app.catalog.barcodes import BARCODE_LIMIT, BARCODES_LIMIT, stored_barcodes
from app.values.quantities import parsed_quantity
from app.values.text import BadText
from app.words import t


class Barcodes(fields.Field[tuple[str, ...]]):
    """The barcodes of one item: a list of texts; in a form one a line."""

    def __init__(self, **named: Any) -> None:
        described = {
            "type": "array",
            "items": {"type": "string", "maxLength": BARCODE_LIMIT},
            "maxItems": BARCODES_LIMIT,
            "description": "Codes printed on the item or its packs. A GTIN of any length is one barcode; "
            "each belongs to one item.",
        }
        super().__init__(metadata=described, **named)

    def _deserialize(self, value: Any, *_place: Any, **_named: Any) -> tuple[str, ...]:
        typed = [line for line in value.splitlines() if line.strip()] if isinstance(value, str) else value
        if not isinstance(typed, list) or not all(isinstance(text, str) for text in typed):
            raise ValidationError(t("catalog.barcodes_kind"))
        try:
            return stored_barcodes(typed)
        except BadText as problem:
            raise ValidationError(str(problem)) from problem


class Factor(fields.Field[int]):
    """Base units in one pack, as a decimal text; in millionths."""

    def __init__(self, **named: Any) -> None:
        described = {"type": "string", "example": "12", "description": "Base units in one pack, as a text."}
        super().__init__(metadata=described, **named)

    def _deserialize(self, value: Any, *_place: Any, **_named: Any) -> int:
        if not isinstance(value, str):
            raise ValidationError(t("stock.quantity_bad"))
        try:
            return parsed_quantity(value)
        except BadText as problem:
            raise ValidationError(str(problem)) from problem
