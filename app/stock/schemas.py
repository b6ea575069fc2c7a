"""Shapes of the stock in and out of the JSON interface. Times are milliseconds since 1970."""

from marshmallow import Schema, fields, validate

from app.lists.listing import MOST_PER_PAGE, PER_PAGE, ListQuery, page_schema
from app.stock.discrepancies.schemas import DiscrepancySchema
from app.stock.levels.level_list import STATES as LEVEL_STATES
from app.stock.movements.listing import ROLES
from app.stock.quarantine.schemas import QuarantinedSchema
from app.stock.shapes import (
    CURSOR,
    HIGHEST_TIME,
    OperationId,
    Quantity,
    ScrolledQuerySchema,
    WireBody,
    number,
)
from app.values.fields import Choice, Line
from sync.movement import KINDS

POSTED = ("move", "count", "reverse")
DRAFTS_MOST = 100


class OpenedSchema(Schema):
    """A discrepancy that an operation opened."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)


class LevelsQuerySchema(ListQuery):
    """Which stock."""

    item = number(metadata={"description": "With all that was merged into it."})
    location = number(metadata={"description": "With everything in it."})
    lot = Line(64)
    state = Choice(LEVEL_STATES, load_default="held")


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


LevelPageSchema = page_schema("LevelPage", LevelSchema, is_capped=True)


class MovementsQuerySchema(ScrolledQuerySchema):
    """Which movements."""

    item = number(metadata={"description": "With all that was merged into it."})
    location = number(metadata={"description": "From or to it, with everything in it."})
    lot = Line(64)
    serial = Line(64)
    operation = Line(36)
    kind = Choice(KINDS)
    role = Choice(ROLES)
    actor = number()
    device = Line(36)
    since = number(HIGHEST_TIME)
    until = number(HIGHEST_TIME)


class MovementSchema(Schema):
    """One leg of an operation."""

    id = fields.Integer(required=True)
    operation_id = fields.String(required=True)
    cause_id = fields.String(required=True, allow_none=True)
    role = Choice(ROLES, required=True)
    kind = Choice(KINDS, required=True)
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


OTHERWISE = {"description": "Where the factor of its packs was another than the device's; else null."}


class OperationSchema(Schema):
    """An operation that stands in the book."""

    device_id = fields.String(required=True)
    device_name = fields.String(required=True, allow_none=True)
    epoch = fields.Integer(required=True)
    seq = fields.Integer(required=True)
    version = fields.Integer(required=True)
    kind = Choice(KINDS, required=True)
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
    posted_quantity = Quantity(required=True, allow_none=True, metadata=OTHERWISE)


class StorySchema(Schema):
    """One operation, whole."""

    id = fields.String(required=True)
    operation = fields.Nested(OperationSchema, required=True, allow_none=True)
    quarantined = fields.List(fields.Nested(QuarantinedSchema), required=True)
    movements = fields.List(fields.Nested(MovementSchema), required=True)
    discrepancies = fields.List(fields.Nested(DiscrepancySchema), required=True)


class LineSchema(Schema):
    """The document line that an operation serves."""

    kind = Line(20, required=True)
    id = Line(36, required=True)


class DraftSchema(Schema):
    """An operation to be posted; its body is that of the sync protocol."""

    id = OperationId(
        load_default=None,
        metadata={"description": "A UUID of your own: sent again, it is not posted again."},
    )
    kind = Choice(POSTED, required=True)
    at = number(
        HIGHEST_TIME, strict=True, load_default=None, metadata={"description": "When it happened; now."}
    )
    body = WireBody(required=True)
    line = fields.Nested(LineSchema, load_default=None, allow_none=True)


class DraftsSchema(Schema):
    """Operations to be posted together: all of them, or none."""

    operations = fields.List(
        fields.Nested(DraftSchema), required=True, validate=validate.Length(1, DRAFTS_MOST)
    )


class PostedSchema(Schema):
    """What became of an operation."""

    id = fields.String(required=True)
    status = fields.String(required=True, metadata={"description": "applied or duplicate"})
    discrepancies = fields.List(fields.Nested(OpenedSchema), required=True)


class PostingsSchema(Schema):
    """What became of the operations, and where the feed stands now."""

    operations = fields.List(fields.Nested(PostedSchema), required=True)
    head = fields.Integer(required=True)


class WatermarkSchema(Schema):
    """Up to when the book is complete."""

    at = fields.Integer(
        required=True, allow_none=True, metadata={"description": "null while no device was ever heard."}
    )
    waiting = fields.List(
        fields.String(), required=True, metadata={"description": "Devices that hold it back, furthest first."}
    )


class CellQuerySchema(Schema):
    """Which cell."""

    item = number(required=True)
    lot = Line(64, load_default="")
    location = number(required=True)


class VerificationSchema(Schema):
    """One cell as it is stored, as its movements add up, and as a replay of the facts gives it."""

    item = fields.Integer(required=True, attribute="cell.item")
    lot = fields.String(required=True, attribute="cell.lot")
    location = fields.Integer(required=True, attribute="cell.location")
    stored = Quantity(required=True)
    by_movements = Quantity(required=True)
    by_facts = Quantity(required=True)
    movement_count = fields.Integer(required=True)
    fact_count = fields.Integer(required=True)
    equal = fields.Boolean(required=True)
    digest = fields.String(required=True)
    digest_by_facts = fields.String(required=True)


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
    kind = Choice(KINDS, required=True)
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
