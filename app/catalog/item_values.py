"""What items hold in added fields: checked, kept in one written form, shown as people read it."""

import functools
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, select

from app.catalog.item_fields import AddedField, added_fields
from app.catalog.models import ItemField, ItemValue
from app.database.bulk import upsert_into, write_rows
from app.database.driver import quick_rows
from app.database.keys import among, chunks
from app.values.quantities import refuse_two_ways
from app.values.text import BadText, clean_line
from app.values.yes_no import said_yes
from app.web.errors import Refusal
from app.words import t

TEXT_LIMIT = 500
NUMBER_LIMIT = 30
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

Values = Mapping[int, str]
"""What one item holds, by the id of the field."""

HELD = upsert_into("item_value", ("item_id", "field_id"), ("value",))
EMPTY = delete(ItemValue).where(
    ItemValue.item_id == bindparam("the_item"), ItemValue.field_id == bindparam("the_field")
)


def checked_values(
    fields: Sequence[AddedField], typed: Mapping[int, Any]
) -> tuple[dict[int, str], dict[str, str]]:
    """The values in their written form, empty where a field is emptied, and what is wrong by the field's key.

    A field that is not among ``typed`` is left out: it stays as it is.
    """
    values: dict[int, str] = {}
    problems: dict[str, str] = {}
    for field in fields:
        if field.id not in typed:
            continue
        try:
            values[field.id] = checked(field, typed[field.id])
        except BadText as problem:
            problems[field.key] = str(problem)
    return values, problems


def checked(field: AddedField, typed: Any) -> str:
    """One value in its written form, empty for none. Raises BadText."""
    text = clean_line(plain(typed), TEXT_LIMIT)
    if not text:
        if field.is_required:
            raise BadText(t("values.text_required"))
        return ""
    if field.kind == "number":
        return number_from(text)
    if field.kind == "date":
        return date_from(text)
    if field.kind == "boolean":
        return yes_or_no(text)
    if field.kind == "choice":
        return chosen(field, text)
    return text


def plain(typed: Any) -> str:
    """What came in as a text; JSON gives numbers and truth values too. Raises BadText."""
    if isinstance(typed, bool):
        return "yes" if typed else "no"
    if typed is None or isinstance(typed, str | int | float | Decimal):
        return "" if typed is None else str(typed)
    raise BadText(t("values.text_kind"))


def number_from(text: str) -> str:
    """A decimal number, a comma or a point before its decimals, without exponent. Raises BadText."""
    written = text.replace(" ", "").replace("\u2212", "-")
    refuse_two_ways(written.removeprefix("-"))
    try:
        found = Decimal(written.replace(",", ".") if written.count(",") == 1 else written)
    except InvalidOperation as error:
        raise BadText(t("catalog.number_none")) from error
    if not found.is_finite() or len(format(found, "f")) > NUMBER_LIMIT:
        raise BadText(t("catalog.number_none"))
    return format(found.normalize() + 0, "f")


def date_from(text: str) -> str:
    """An ISO date that exists. Raises BadText."""
    try:
        if DATE.fullmatch(text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise BadText(t("catalog.date_none"))


def yes_or_no(text: str) -> str:
    """yes or no. Raises BadText."""
    return "yes" if said_yes(text) else "no"


def chosen(field: AddedField, text: str) -> str:
    """The choice that is meant, in any case. Raises BadText."""
    for choice in field.choices:
        if choice.casefold() == text.casefold():
            return choice
    raise BadText(t("values.one_of", choices=", ".join(field.choices)))


def values_of(connection: Connection, item_ids: Sequence[int]) -> dict[int, dict[int, str]]:
    """What these items hold in added fields."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for part in chunks(item_ids):
        for row in connection.execute(select(ItemValue.__table__).where(ItemValue.item_id.in_(part))):
            found[row.item_id][row.field_id] = row.value
    return found


def write_values(connection: Connection, by_item: Mapping[int, Values]) -> None:
    """Write what items hold in these fields; an empty text empties one."""
    rows = [(item, field, value) for item, values in by_item.items() for field, value in values.items()]
    write_rows(connection, HELD, [row for row in rows if row[2]])
    emptied = [{"the_item": item, "the_field": field} for item, field, value in rows if not value]
    if emptied:
        connection.execute(EMPTY, emptied)


def values_by_name(connection: Connection, item_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """What these items hold in the fields in use, by the fields' names; for bodies and tables."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for item, name, value in quick_rows(connection, named_values_query(), {"ids": list(item_ids)}):
        found[item][name] = value
    return found


@functools.cache
def named_values_query() -> Select[int, str, str]:
    """What items hold in fields in use, in the fields' order."""
    asked = select(ItemValue.item_id, ItemField.name, ItemValue.value)
    joined = asked.join(ItemField, ItemField.id == ItemValue.field_id)
    used = joined.where(among(ItemValue.item_id), ItemField.archived_at.is_(None))
    return used.order_by(ItemField.position, ItemField.id)


def values_from_names(connection: Connection, given: Mapping[str, Any], is_new: bool) -> dict[int, str]:
    """The checked values of a body that names fields; a new item needs every required one.

    Raises Refusal 422 for names that no field in use has, and for values that do not fit.
    """
    fields = added_fields(connection)
    by_name = {field.name: field for field in fields}
    unknown = {name: t("catalog.field_unknown_name", name=name) for name in given if name not in by_name}
    typed = {field.id: "" for field in fields if is_new and field.is_required}
    typed |= {by_name[name].id: value for name, value in given.items() if name in by_name}
    values, problems = checked_values(fields, typed)
    told = unknown | {field.name: problems[field.key] for field in fields if field.key in problems}
    if told:
        errors = {"json": {"added_fields": {name: [problem] for name, problem in told.items()}}}
        raise Refusal(422, "invalid", t("error.invalid"), errors=errors)
    return values
