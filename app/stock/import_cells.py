"""The cells of a table of stock: lots, dates, serial numbers."""

import re
from datetime import date

from app.imports.rows import exact, iso_date
from app.values.text import BadText, clean_line
from app.words import t

SERIALS_MOST = 500
"""Serials in one row: as many as one operation may name."""
WORD_LIMIT = 64

BETWEEN = re.compile(r"[|;\n\r]+")
"""What may stand between several serials in one cell."""


def parsed_word(text: str) -> str:
    """The name of a lot. Raises BadText."""
    return clean_line(exact(text), WORD_LIMIT)


def parsed_date(text: str) -> str:
    """A date in ISO 8601, also typed as 31.3.2027. Raises BadText."""
    typed = iso_date(text)
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        raise BadText(t("stock.date_bad")) from None
    if len(typed) != 10 or not 2000 <= found.year <= 2199:
        raise BadText(t("stock.date_bad"))
    return typed


def parsed_serials(text: str) -> tuple[str, ...]:
    """Serial numbers, with ``|``, ``;`` or a line break between them. Raises BadText."""
    parts = [clean_line(exact(part), WORD_LIMIT) for part in BETWEEN.split(text)]
    return tuple(part for part in parts if part)
