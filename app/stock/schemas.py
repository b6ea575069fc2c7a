"""Shapes of the stock in and out of the JSON interface. Times are milliseconds since 1970."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.fields import Line
from app.listing import MOST_PER_PAGE, PER_PAGE, ListQuery
from app.stock.discrepancies import STATES as DISCREPANCY_STATES
from app.stock.level_list import STATES as LEVEL_STATES
from app.stock.quarantine import STATES as QUARANTINE_STATES
from sync.discrepancy import KINDS as DISCREPANCY_KINDS
from sync.movement import KINDS
from sync.quantity import format_quantity

HIGHEST = 2**31 - 1
HIGHEST_TIME = 2**53 - 1
ROLES = ("fact", "adjustment", "correction", "inferred", "reversal")
CURSOR = {"description": "Ask for the next page with before set to this; null on the last one."}


class Quantity(fields.String):
    """Millionths in the book, a decimal string outside."""

    def _serialize(self, value: Any, *_place: Any, **_named: Any) -> str | None:
        return format_quantity(value) if value is not None else None


def number(most: int = HIGHEST, **named: Any) -> fields.Integer:
    """An id or a time in an address."""
    return fields.Integer(validate=[validate.Range(0, most)], **named)


def choice(values: tuple[str, ...], **named: Any) -> fields.String:
    """One of these words."""
    return fields.String(validate=validate.OneOf(values), **named)


def discrepancy_state(row: Any) -> str:
    """The state of a discrepancy as the wire calls it."""
    return "closed" if row.closed_at is not None else "firm" if row.firm_at is not None else "open"


class LevelsQuerySchema(ListQuery):
    """Which stock."""

    item = number(metadata={"description": "With all that was merged into it."})
    location = number(metadata={"description": "With everything in it."})
    lot = Line(64)
    state = choice(LEVEL_STATES, load_default="held")


class LevelSchema(Schema):
    """What one cell holds."""

    item_id = fields.Integer(required=True)
    item_code = fields.String(required=True)
    item_name = fields.String(required=True)
    survivor_id = fields.Integer(required=True, allow_none=True)
    unit = fields.String(required=True)
    lot = fields.String(required=True)
    expires_on = fields.String(required=True, allow_none=True)
    location_id = fields.Integer(required=True)
    location_code = fields.String(required=True)
    quantity = Quantity(required=True)
    changed_at = fields.Integer(required=True)


class LevelPageSchema(Schema):
    """A page of stock."""

    rows = fields.List(fields.Nested(LevelSchema), required=True)
    total = fields.Integer(required=True)
    more_than_total = fields.Boolean(
        required=True, metadata={"description": "Whether there are more than total."}
    )
    page = fields.Integer(required=True)
    per_page = fields.Integer(required=True)


class ScrolledQuerySchema(Schema):
    """Which part of a list that grows at its head."""

    before = number(HIGHEST_TIME, metadata={"description": "Only what stands before this id."})
    limit = fields.Integer(load_default=PER_PAGE, validate=validate.Range(1, MOST_PER_PAGE))


class MovementsQuerySchema(ScrolledQuerySchema):
    """Which movements."""

    item = number(metadata={"description": "With all that was merged into it."})
    location = number(metadata={"description": "From or to it, with everything in it."})
    lot = Line(64)
    serial = Line(64)
    operation = Line(36)
    kind = choice(KINDS)
    role = choice(ROLES)
    actor = number()
    device = Line(36)
    since = number(HIGHEST_TIME)
    until = number(HIGHEST_TIME)


class MovementSchema(Schema):
    """One leg of an operation."""

    id = fields.Integer(required=True)
    operation_id = fields.String(required=True)
    cause_id = fields.String(required=True, allow_none=True)
    role = choice(ROLES, required=True)
    kind = choice(KINDS, required=True)
    effective_at = fields.Integer(required=True)
    recorded_at = fields.Integer(required=True)
    item_id = fields.Integer(required=True)
    item_code = fields.String(required=True, allow_none=True)
    item_name = fields.String(required=True, allow_none=True)
    unit = fields.String(required=True, allow_none=True)
    lot = fields.String(required=True)
    serial = fields.String(required=True)
    from_id = fields.Integer(required=True)
    from_code = fields.String(required=True, allow_none=True)
    to_id = fields.Integer(required=True)
    to_code = fields.String(required=True, allow_none=True)
    quantity = Quantity(required=True)
    device_id = fields.String(required=True)
    device_name = fields.String(required=True, allow_none=True)
    actor_id = fields.Integer(required=True, allow_none=True)
    actor_name = fields.String(required=True, allow_none=True)
    line_kind = fields.String(required=True, allow_none=True)
    line_id = fields.String(required=True, allow_none=True)


class MovementPageSchema(Schema):
    """A page of movements."""

    rows = fields.List(fields.Nested(MovementSchema), required=True)
    next_before = fields.Integer(required=True, allow_none=True, metadata=CURSOR)


class DiscrepanciesQuerySchema(ScrolledQuerySchema):
    """Which discrepancies."""

    state = choice(DISCREPANCY_STATES, load_default="standing")
    kind = choice(DISCREPANCY_KINDS)
    item = number()
    location = number()


class DiscrepancySchema(Schema):
    """What a person must look at."""

    id = fields.Integer(required=True)
    kind = choice(DISCREPANCY_KINDS, required=True)
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

    state = choice(QUARANTINE_STATES, load_default="waiting")
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
    message = fields.String(required=True)
    raw = fields.Function(
        lambda row: row.raw.decode("utf-8", "replace"), metadata={"description": "As it was received."}
    )
    recorded_at = fields.Integer(required=True)
    decided_at = fields.Integer(required=True, allow_none=True)
    decided_by = fields.Integer(required=True, allow_none=True)
    decision = fields.String(required=True, metadata={"description": "released, amended, discarded or empty"})
    note = fields.String(required=True)


class QuarantinePageSchema(Schema):
    """A page of held operations."""

    rows = fields.List(fields.Nested(QuarantinedSchema), required=True)
    next_before = fields.Integer(required=True, allow_none=True, metadata=CURSOR)


class OperationSchema(Schema):
    """An operation that stands in the book."""

    device_id = fields.String(required=True)
    device_name = fields.String(required=True, allow_none=True)
    epoch = fields.Integer(required=True)
    seq = fields.Integer(required=True)
    version = fields.Integer(required=True)
    kind = choice(KINDS, required=True)
    actor_id = fields.Integer(required=True, allow_none=True)
    actor_name = fields.String(required=True, allow_none=True)
    occurred_at = fields.Integer(required=True)
    effective_at = fields.Integer(required=True)
    uncertainty_ms = fields.Integer(required=True)
    recorded_at = fields.Integer(required=True)
    target_id = fields.String(required=True, allow_none=True)
    reversed_by_id = fields.String(required=True, allow_none=True)
    line_kind = fields.String(required=True, allow_none=True)
    line_id = fields.String(required=True, allow_none=True)
    permitted = fields.Boolean(required=True)
    status = fields.String(required=True)
    body = fields.Raw(required=True, metadata={"description": "As it was captured."})


class StorySchema(Schema):
    """One operation, whole."""

    id = fields.String(required=True)
    operation = fields.Nested(OperationSchema, required=True, allow_none=True)
    quarantined = fields.List(fields.Nested(QuarantinedSchema), required=True)
    movements = fields.List(fields.Nested(MovementSchema), required=True)
    discrepancies = fields.List(fields.Nested(DiscrepancySchema), required=True)


class SerialQuerySchema(Schema):
    """Which serial."""

    item = number(required=True)
    serial = Line(64, required=True)
    limit = fields.Integer(load_default=PER_PAGE, validate=validate.Range(1, MOST_PER_PAGE))


class HomeSchema(Schema):
    """Where a serial is at home."""

    lot = fields.String(required=True)
    location_id = fields.Integer(required=True)
    location_code = fields.String(required=True, allow_none=True)


class SightingSchema(Schema):
    """One fact that names a serial."""

    operation_id = fields.String(required=True)
    kind = choice(KINDS, required=True)
    lot = fields.String(required=True)
    from_id = fields.Integer(required=True, allow_none=True, metadata={"description": "null: counted."})
    from_code = fields.String(required=True, allow_none=True)
    to_id = fields.Integer(required=True)
    to_code = fields.String(required=True, allow_none=True)
    effective_at = fields.Integer(required=True)
    recorded_at = fields.Integer(required=True)
    reversed_by_id = fields.String(required=True, allow_none=True)
    device_id = fields.String(required=True)
    device_name = fields.String(required=True, allow_none=True)
    actor_id = fields.Integer(required=True, allow_none=True)
    actor_name = fields.String(required=True, allow_none=True)


class SerialHistorySchema(Schema):
    """Where one serial is and was."""

    item_id = fields.Integer(required=True)
    serial = fields.String(required=True)
    home = fields.Nested(HomeSchema, required=True, allow_none=True)
    sightings = fields.List(fields.Nested(SightingSchema), required=True)
