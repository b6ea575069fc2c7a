"""Fields of schemas that keep to the catalogue's rules."""

from collections.abc import Sequence
from typing import Any

from marshmallow import ValidationError, fields

from app.catalog.barcodes import BARCODE_LIMIT, BARCODES_LIMIT, stored_barcodes
from app.text import BadText, clean_line, clean_lines
from app.words import t


class CleanLine(fields.Field[str]):
    """One line of at most ``limit`` characters, composed and trimmed; with ``filled`` not an empty one."""

    def __init__(self, limit: int, filled: bool = False, **named: Any) -> None:
        described = {"type": "string", "maxLength": limit, **named.pop("metadata", {})}
        super().__init__(metadata=described, **named)
        self.limit = limit
        self.filled = filled

    def _deserialize(self, value: Any, *_place: Any, **_named: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(t("catalog.text_kind"))
        try:
            return self.clean(value)
        except BadText as problem:
            raise ValidationError(str(problem)) from problem

    def clean(self, text: str) -> str:
        """The text as it is kept. Raises BadText."""
        return clean_line(text, self.limit, self.filled)


class CleanLines(CleanLine):
    """Free text of several lines."""

    def clean(self, text: str) -> str:
        """The text as it is kept. Raises BadText."""
        return clean_lines(text, self.limit)


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


class Whole(fields.Field[int]):
    """A whole number within bounds, also written as text; 1.5, true and a text of blanks are none."""

    def __init__(self, least: int, most: int, **named: Any) -> None:
        described = {"type": "integer", "minimum": least, "maximum": most, **named.pop("metadata", {})}
        super().__init__(metadata=described, **named)
        self.least = least
        self.most = most

    def deserialize(self, value: Any, attr: str | None = None, *rest: Any, **named: Any) -> Any:
        """An empty field of a form says nothing, where nothing may be said."""
        return super().deserialize(None if value == "" and self.allow_none else value, attr, *rest, **named)

    def _deserialize(self, value: Any, *_place: Any, **_named: Any) -> int:
        written = value if isinstance(value, str) else None
        if written is not None and written.isascii() and written.isdigit() and len(written) <= 16:
            value = int(written)
        if type(value) is not int or not self.least <= value <= self.most:
            raise ValidationError(t("catalog.whole_number", least=self.least, most=self.most))
        return value


class Choice(fields.Field[str]):
    """One of a few fixed words."""

    def __init__(self, choices: Sequence[str], **named: Any) -> None:
        described = {"type": "string", "enum": list(choices), **named.pop("metadata", {})}
        super().__init__(metadata=described, **named)
        self.choices = choices

    def _deserialize(self, value: Any, *_place: Any, **_named: Any) -> str:
        if not isinstance(value, str) or value not in self.choices:
            raise ValidationError(t("catalog.one_of", choices=", ".join(self.choices)))
        return value
