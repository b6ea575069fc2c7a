"""Pages on which administrators add fields to all items."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, flash, render_template, request
from marshmallow import Schema, ValidationError, fields

from app.catalog.item_fields import (
    KINDS,
    NAME_LIMIT,
    UNIT_LIMIT,
    FieldDraft,
    add_field,
    added_fields,
    archive_field,
    change_field,
    choices_from,
    field_known,
    items_holding,
    move_field,
)
from app.database import reading, transaction
from app.people.guard import require_role
from app.values.fields import Choice, Line
from app.values.text import BadText
from app.web.errors import Refusal
from app.web.forms import Problems, Values, problems_of, read_form, typed_form
from app.web.replies import once_more, to_page
from app.words import t

field_pages = Blueprint("field_pages", __name__, url_prefix="/items/fields")

ONE = "/<int:field_id>"


class Choices(fields.Field[tuple[str, ...]]):
    """Texts that may be chosen, one a line."""

    def _deserialize(self, value: Any, *_place: Any, **_named: Any) -> tuple[str, ...]:
        try:
            return choices_from(str(value))
        except BadText as problem:
            raise ValidationError(str(problem)) from problem


class FieldSchema(Schema):
    """An added field."""

    name = Line(NAME_LIMIT, required=True)
    kind = Choice(KINDS, load_default="text")
    unit = Line(UNIT_LIMIT, load_default="")
    choices = Choices(load_default=())
    is_required = fields.Boolean(load_default=False)


@field_pages.route("")
@require_role("administrator")
def listed() -> str:
    """The added fields, those put away as well."""
    with reading() as connection:
        found = added_fields(connection, with_archived=True)
        held = items_holding(connection, [field.id for field in found])
    return render_template("catalog/fields.html", fields=found, held=held)


@field_pages.route("/new", methods=["GET", "POST"])
@require_role("administrator")
def new() -> Response | str:
    """Add a field."""
    if request.method == "GET":
        return form(asdict(FieldDraft("")), {})
    values, problems = read_form(FieldSchema())
    if problems:
        return refused(typed(), problems)
    try:
        with transaction() as connection:
            add_field(connection, FieldDraft(**values))
    except Refusal as refusal:
        return refused(typed(), problems_of(refusal))
    flash(t("catalog.field_was_added", name=values["name"]), "green")
    return to_list()


@field_pages.route(ONE, methods=["GET", "POST"])
@require_role("administrator")
def one(field_id: int) -> Response | str:
    """Change a field."""
    with reading() as connection:
        field = field_known(connection, field_id)
    if request.method == "GET":
        return form(asdict(field), {}, field_id)
    values, problems = read_form(FieldSchema())
    if problems:
        return refused(typed() | {"kind": field.kind}, problems, field_id)
    try:
        with transaction() as connection:
            change_field(connection, field_id, FieldDraft(**values))
    except Refusal as refusal:
        return refused(typed() | {"kind": field.kind}, problems_of(refusal), field_id)
    flash(t("common.saved"), "green")
    return to_list()


@field_pages.route(f"{ONE}/archive", methods=["POST"])
@require_role("administrator")
def archive(field_id: int) -> Response:
    """Put a field away; what items hold in it stays."""
    with transaction() as connection:
        archive_field(connection, field_id, is_archived=True)
    return to_list()


@field_pages.route(f"{ONE}/unarchive", methods=["POST"])
@require_role("administrator")
def unarchive(field_id: int) -> Response:
    """Bring a field back."""
    with transaction() as connection:
        archive_field(connection, field_id, is_archived=False)
    return to_list()


@field_pages.route(f"{ONE}/move", methods=["POST"])
@require_role("administrator")
def move(field_id: int) -> Response:
    """Move a field one place up or down."""
    with transaction() as connection:
        move_field(connection, field_id, 1 if request.form.get("way") == "down" else -1)
    return to_list()


def typed() -> Values:
    """The form as it was typed."""
    return typed_form(FieldSchema(), "choices")


def form(values: dict[str, Any], problems: Problems, field_id: int | None = None) -> str:
    """The form of one field; what kind it is stays once it is there."""
    kinds = [(kind, t(f"catalog.kind_{kind}"), t(f"catalog.kind_{kind}_text")) for kind in KINDS]
    return render_template(
        "catalog/field.html", values=values, problems=problems, kinds=kinds, field_id=field_id
    )


def refused(values: dict[str, Any], problems: Problems, field_id: int | None = None) -> Response:
    """The form once more."""
    return once_more(form(values, problems, field_id))


def to_list() -> Response:
    """Back to the fields."""
    return to_page(".listed")
