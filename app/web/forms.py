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
