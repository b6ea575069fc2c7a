"""The installation's own fields of items as columns of a table."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from app.catalog.item_fields import KEY, AddedField, added_fields
from app.catalog.item_values import checked
from app.imports.kinds import Field
from app.imports.rows import exact, iso_date
from app.words import t

SAMPLES = {"text": "A", "number": "1.5", "date": "2027-03-31", "boolean": "yes"}


def own_fields(connection: Connection) -> list[Field]:
    """The own fields in use, each as one that a column may fill."""
    return [own_field(each) for each in added_fields(connection)]


def own_field(added: AddedField) -> Field:
    """One own field, found by its name and read by its kind; a ``|`` in the name parts no synonyms."""
    return Field(
        name=added.key,
        synonyms=added.name.replace("|", " "),
        parse=lambda text: own_value(added, text),
        title=added.name,
        about=about(added),
        sample=SAMPLES.get(added.kind) or added.choices[0],
    )


def own_value(added: AddedField, text: str) -> str:
    """A filled cell in the written form of its field. Raises BadText."""
    if added.kind in ("text", "number"):
        return checked(added, exact(text))
    return checked(added, iso_date(text) if added.kind == "date" else text)


def about(added: AddedField) -> str:
    """What an own field may hold, for people who fill in a table."""
    named = {"unit": added.unit, "choices": ", ".join(added.choices)}
    kind = "unit" if added.kind == "number" and added.unit else added.kind
    said = t(f"imports.about_own_{kind}", **named)
    return f"{said} {t('imports.about_own_required')}" if added.is_required else said


def own_values(values: dict[str, Any]) -> dict[int, str]:
    """Take what a row says of own fields out of its values: by the field's id."""
    keys = [name for name in values if name.startswith(KEY)]
    return {int(key.removeprefix(KEY)): values.pop(key) for key in keys}


def lacking(required: Iterable[AddedField], own: Mapping[int, str]) -> dict[str, str]:
    """What a new item needs and its row does not say, by the field's key."""
    return {each.key: t("imports.own_required", field=each.name) for each in required if not own.get(each.id)}
