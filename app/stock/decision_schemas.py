"""Shapes of discrepancies and quarantine over JSON. Times are milliseconds since 1970."""

from typing import Any

from marshmallow import Schema, fields

from app.stock.discrepancies import STATES as DISCREPANCY_STATES
from app.stock.quarantine import STATES as QUARANTINE_STATES
from app.stock.quarantine import held_message
from app.stock.shapes import CURSOR, Quantity, ScrolledQuerySchema, WireBody, number
from app.values.fields import Choice, Line
from sync.discrepancy import KINDS as DISCREPANCY_KINDS

ACTS = ("accept", "reverse", "adjust", "identify", "relabel", "enter")


def discrepancy_state(row: Any) -> str:
    """The state of a discrepancy as the wire calls it."""
    return "closed" if row.closed_at is not None else "firm" if row.firm_at is not None else "open"


class DiscrepanciesQuerySchema(ScrolledQuerySchema):
    """Which discrepancies."""

    state = Choice(DISCREPANCY_STATES, load_default="standing")
    kind = Choice(DISCREPANCY_KINDS)
    item = number()
    location = number()


class DiscrepancySchema(Schema):
    """What a person must look at."""

    id = fields.Integer(required=True)
    kind = Choice(DISCREPANCY_KINDS, required=True)
    state = fields.Function(discrepancy_state, metadata={"description": "open, firm or closed"})
    operation_id = fields.String(required=True, allow_none=True)
    other_operation_id = fields.String(required=True, allow_none=True)
    item_id = fields.Integer(required=True, allow_none=True)
    item_code = fields.String(allow_none=True)
    item_name = fields.String(allow_none=True)
    unit = fields.String(allow_none=True)
    lot = fields.String(required=True)
    serial = fields.String(required=True)
    location_id = fields.Integer(required=True, allow_none=True)
    location_code = fields.String(allow_none=True)
    quantity = Quantity(required=True)
    effective_at = fields.Integer(required=True)
    opened_at = fields.Integer(required=True)
    firm_at = fields.Integer(required=True, allow_none=True)
    closed_at = fields.Integer(required=True, allow_none=True)
    closed_by = fields.String(
        required=True, metadata={"description": "facts, or the id of a person; empty while it stands."}
    )
    resolution = fields.String(required=True)


class DiscrepancyPageSchema(Schema):
    """A page of discrepancies."""

    rows = fields.List(fields.Nested(DiscrepancySchema), required=True)
    next_before = fields.Integer(required=True, allow_none=True, metadata=CURSOR)


class NoteSchema(Schema):
    """Why."""

    note = Line(200, load_default="")


class ReasonSchema(Schema):
    """Why, which must be said."""

    reason = Line(200, required=True)


class QuarantineQuerySchema(ScrolledQuerySchema):
    """Which held operations."""

    state = Choice(QUARANTINE_STATES, load_default="waiting")
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


class ResolutionSchema(Schema):
    """What a person does about a discrepancy."""

    act = Choice(ACTS, required=True)
    item = number(strict=True, load_default=None, allow_none=True)
    lot = Line(64, load_default="")
    note = Line(200, load_default="")


class AmendmentSchema(Schema):
    """The body with which a held operation is to be posted."""

    body = WireBody(required=True)
