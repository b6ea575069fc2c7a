"""Shapes of locations in and out of the JSON interface and the pages' forms."""

from marshmallow import Schema, fields, validate

from app.lists.listing import ListQuery, page_schema
from app.values.fields import Choice, Line, Whole
from app.values.numbers import HIGHEST_ID, HIGHEST_TIME
from app.warehouse.patterns import PATTERN_LIMIT
from app.warehouse.place_list import STATES
from app.warehouse.places import BARCODE_LIMIT, HIGHEST_WALK_ORDER, NAME_LIMIT
from app.warehouse.series import CODE_LIMIT
from app.warehouse.tree import KINDS

BARCODE = {"description": "Printed on its label; LOC- and the code where none is given."}
PARENT = {"description": "The place in which it stands; none for a site."}
WALK = {"description": "Its place in a walk through the site; behind the last one where it is left out."}
SEEN = {"description": "The updated_at of the version that you saw; or send If-Match."}


class LocationChangeSchema(Schema):
    """Fields of a location to be changed; those left out stay. Its kind never changes."""

    code = Line(CODE_LIMIT, filled=True)
    name = Line(NAME_LIMIT)
    barcode = Line(BARCODE_LIMIT, metadata=BARCODE)
    parent = Whole(1, HIGHEST_ID, allow_none=True, attribute="parent_id", metadata=PARENT)
    walk_order = Whole(0, HIGHEST_WALK_ORDER, metadata=WALK)
    updated_at = Whole(0, HIGHEST_TIME, metadata=SEEN)


class NewLocationSchema(Schema):
    """A location to be made."""

    kind = Choice(KINDS, required=True)
    code = Line(CODE_LIMIT, required=True)
    name = Line(NAME_LIMIT, load_default="")
    barcode = Line(BARCODE_LIMIT, load_default="", metadata=BARCODE)
    parent = Whole(1, HIGHEST_ID, allow_none=True, load_default=None, attribute="parent_id", metadata=PARENT)
    walk_order = Whole(0, HIGHEST_WALK_ORDER, allow_none=True, load_default=None, metadata=WALK)


class LocationSchema(Schema):
    """A location."""

    id = fields.Integer(required=True)
    parent = fields.Integer(required=True, allow_none=True, metadata=PARENT)
    site = fields.Integer(required=True, allow_none=True, metadata={"description": "The site above it."})
    kind = Choice((*KINDS, "virtual"), required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    barcode = fields.String(required=True, metadata=BARCODE)
    walk_order = fields.Integer(required=True, metadata=WALK)
    archived_at = fields.Integer(required=True, allow_none=True)
    created_at = fields.Integer(required=True)
    updated_at = fields.Integer(required=True)


LocationPageSchema = page_schema("LocationPage", LocationSchema)


class LocationsQuerySchema(ListQuery):
    """What part of the list of locations is asked for."""

    kind = Choice(KINDS)
    state = Choice(STATES, metadata={"description": "active where it is left out."})
    within = Whole(1, HIGHEST_ID, metadata={"description": "Only what stands in this one, at any depth."})


class LookUpSchema(Schema):
    """A code as scanned or typed."""

    code = Line(BARCODE_LIMIT, required=True)


class ChildrenQuerySchema(Schema):
    """Whose lower places are asked for."""

    parent = Whole(1, HIGHEST_ID, load_default=None, metadata={"description": "None for the sites."})


class NodeSchema(LocationSchema):
    """A location in the tree."""

    places = fields.Integer(required=True, metadata={"description": "How many stand in it, at any depth."})


class NodesSchema(Schema):
    """The places directly under one, in walking order."""

    rows = fields.List(fields.Nested(NodeSchema), required=True)
    more = fields.Boolean(required=True, metadata={"description": "Whether there are more than these 1,000."})


class SeriesSchema(Schema):
    """Many locations by one pattern."""

    kind = Choice(KINDS, load_default="bin")
    parent = Whole(1, HIGHEST_ID, allow_none=True, load_default=None, attribute="parent_id", metadata=PARENT)
    pattern = fields.String(
        required=True,
        validate=validate.Length(1, PATTERN_LIMIT),
        metadata={"description": "A-{01..12}-{01..06}; also {A..F} and {1,3,5}. At most 5,000 codes."},
    )
    with_aisles = fields.Boolean(
        load_default=False,
        metadata={"description": "Bins stand in aisles named by the beginning of their code."},
    )


class PreviewSchema(Schema):
    """What a pattern stands for."""

    codes = fields.List(fields.String(), required=True)
    aisles = fields.List(fields.String(), required=True, metadata={"description": "Aisles made with them."})
    taken = fields.List(fields.String(), required=True, metadata={"description": "Codes that exist already."})


class SeriesMadeSchema(Schema):
    """What was made."""

    ids = fields.List(fields.Integer(), required=True)
