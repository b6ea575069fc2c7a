"""Forms: what a page sent, checked by the same schemas as the JSON interface; problems by field."""

from collections.abc import Mapping
from typing import Any

from flask import request
from marshmallow import Schema, ValidationError, fields

from app.web.errors import Refusal

Values = dict[str, Any]
Problems = dict[str, str]


def read_form(schema: Schema) -> tuple[Values, Problems]:
    """The form's values as the schema reads them; where it refuses, as typed, with what is wrong."""
    typed = {name: _typed(name, field) for name, field in schema.fields.items() if name in request.form}
    try:
        return schema.load(typed), {}
    except ValidationError as error:
        return typed, _first_of_each(dict(error.messages_dict))


def _typed(name: str, field: fields.Field[Any]) -> Any:
    """One text; of a field that holds a list, every box that was ticked."""
    return request.form.getlist(name) if isinstance(field, fields.List) else request.form[name]


def typed_form(schema: Schema, lines: str = "") -> Values:
    """The form as it was typed: nothing is lost when it is refused. Field ``lines`` holds one text a line."""
    typed: Values = {name: request.form.get(name, "") for name in schema.fields}
    typed |= {name: bool(typed[name]) for name, field in schema.fields.items() if is_box(field)}
    if lines:
        typed[lines] = [line.strip() for line in typed[lines].splitlines() if line.strip()]
    return typed


def is_box(field: fields.Field[Any]) -> bool:
    """Whether a field is a box to be ticked."""
    return isinstance(field, fields.Boolean)


def differing(theirs: Values, typed: Values) -> Values:
    """Those of somebody else's values that are not what was typed, as both stand in a form."""
    return {name: value for name, value in theirs.items() if _shown(value) != _shown(typed.get(name))}


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return "\n".join(value) if isinstance(value, list | tuple) else str(value)


def problems_of(refusal: Refusal) -> Problems:
    """A refusal beside its fields; one that names no field stands at the head, under the empty name."""
    errors = refusal.fields.get("errors") or {}
    nested = errors.get("json", errors)
    return _first_of_each(nested) if nested else {"": refusal.message}


def _first_of_each(messages: Mapping[str, Any]) -> Problems:
    return {name: _first(found) for name, found in messages.items()}


def _first(found: Any) -> str:
    while isinstance(found, (list, dict)) and found:
        found = found[0] if isinstance(found, list) else next(iter(found.values()))
    return str(found)
