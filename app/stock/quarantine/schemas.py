"""Shapes of quarantine over JSON. Times are milliseconds since 1970."""

from marshmallow import Schema, fields

from app.stock.quarantine.held_operations import STATES, held_message
from app.stock.shapes import CURSOR, ScrolledQuerySchema, WireBody
from app.values.fields import Choice, Line


class ReasonSchema(Schema):
    """Why, which must be said."""

    reason = Line(200, required=True)


class QuarantineQuerySchema(ScrolledQuerySchema):
    """Which held operations."""

    state = Choice(STATES, load_default="waiting")
    device = Line(36)


class QuarantinedSchema(Schema):
    """An operation that could not be posted."""

    id = fields.Integer(required=True)
    operation_id = fields.String(required=True)
    device_id = fields.String(required=True)
    device_name = fields.String(allow_none=True)
    epoch = fields.Integer(required=True)
    seq = fields.Integer(required=True)
    reason = fields.String(required=True)
    message = fields.Function(held_message, metadata={"type": "string"})
    raw = fields.Function(
        lambda row: row.raw.decode("utf-8", "replace"), metadata={"description": "As it was received."}
    )
    recorded_at = fields.Integer(required=True)
    proposed_at = fields.Integer(
        required=True, allow_none=True, metadata={"description": "When somebody proposed to discard it."}
    )
    proposed_by = fields.Integer(required=True, allow_none=True)
    proposed_note = fields.String(required=True)
    decided_at = fields.Integer(required=True, allow_none=True)
    decided_by = fields.Integer(required=True, allow_none=True)
    decision = fields.String(required=True, metadata={"description": "released, amended, discarded or empty"})
    note = fields.String(required=True)


class QuarantinePageSchema(Schema):
    """A page of held operations."""

    rows = fields.List(fields.Nested(QuarantinedSchema), required=True)
    next_before = fields.Integer(required=True, allow_none=True, metadata=CURSOR)


class AmendmentSchema(Schema):
    """The body with which a held operation is to be posted."""

    body = WireBody(required=True)
