"""Shapes of discrepancies over JSON. Times are milliseconds since 1970."""

from marshmallow import Schema, fields

from app.stock.discrepancies.resolution import ACTS
from app.stock.discrepancies.states import STATES, state_of_row
from app.stock.shapes import CURSOR, Quantity, ScrolledQuerySchema, number
from app.values.fields import Choice, Line
from sync.discrepancy import KINDS


class DiscrepanciesQuerySchema(ScrolledQuerySchema):
    """Which discrepancies."""

    state = Choice(STATES, load_default="standing")
    kind = Choice(KINDS)
    item = number()
    location = number()


class DiscrepancySchema(Schema):
    """What a person must look at."""

    id = fields.Integer(required=True)
    kind = Choice(KINDS, required=True)
    state = fields.Function(state_of_row, metadata={"description": "open, firm or closed"})
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


class ResolutionSchema(Schema):
    """What a person does about a discrepancy."""

    act = Choice(ACTS, required=True)
    item = number(strict=True, load_default=None, allow_none=True)
    lot = Line(64, load_default="")
    note = Line(200, load_default="")
