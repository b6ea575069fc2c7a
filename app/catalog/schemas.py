"""Shapes of items in and out of the JSON interface and the pages' forms."""

from marshmallow import Schema, fields, validate

from app.catalog.drafts import (
    CATEGORY_LIMIT,
    CODE_LIMIT,
    DESCRIPTION_LIMIT,
    MOST_DECIMALS,
    NAME_LIMIT,
    UNIT_LIMIT,
)
from app.catalog.fields import Barcodes
from app.catalog.item_list import STATES
from app.catalog.items import TRACKINGS
from app.catalog.pack_schemas import PackSchema
from app.lists.listing import MOST_TYPED, ListQuery, page_schema
from app.values.fields import Choice, Line, Paragraph, Whole
from app.values.numbers import HIGHEST_ID, HIGHEST_TIME

DECIMALS = {"description": "Decimal places of the unit that people may type: 0 for pieces, 3 for kilograms."}
EXPIRING = {"description": "Whether its lots carry an expiry date."}
SEEN = {"description": "The updated_at of the version that you saw; or send If-Match."}
CODE = {"description": "The company's own number for it."}
SURVIVOR = {"description": "The item this one was merged into."}
VERSION = {
    "description": "Milliseconds since 1970; grows with every change: name it when you change the item."
}
ADDED = {"description": "What it holds in added fields, by their names; an empty text empties one."}
PACKS = {"description": "Units that hold several base units, those put away as well; the smallest first."}
STATE = {"description": "active where it is left out."}


class NewItemSchema(Schema):
    """An item to be made."""

    code = Line(CODE_LIMIT, required=True, metadata=CODE)
    name = Line(NAME_LIMIT, required=True)
    description = Paragraph(DESCRIPTION_LIMIT, load_default="")
    category = Line(CATEGORY_LIMIT, load_default="")
    unit = Line(UNIT_LIMIT, filled=True, load_default="piece")
    decimals = Whole(0, MOST_DECIMALS, load_default=0, metadata=DECIMALS)
    tracking = Choice(TRACKINGS, load_default="none")
    expiring = fields.Boolean(load_default=False, metadata=EXPIRING)
    barcodes = Barcodes(load_default=())
    added_fields = fields.Dict(keys=fields.String(), metadata=ADDED)


class ItemChangeSchema(NewItemSchema):
    """Fields of an item to be changed; those left out stay."""

    updated_at = Whole(0, HIGHEST_TIME, metadata=SEEN)


class ItemSchema(Schema):
    """An item."""

    id = fields.Integer(required=True)
    code = fields.String(required=True, metadata=CODE)
    name = fields.String(required=True)
    description = fields.String(required=True)
    category = fields.String(required=True)
    unit = fields.String(required=True)
    decimals = fields.Integer(required=True, metadata=DECIMALS)
    tracking = Choice(TRACKINGS, required=True)
    expiring = fields.Boolean(required=True, metadata=EXPIRING)
    barcodes = fields.List(fields.String(), required=True)
    packs = fields.List(fields.Nested(PackSchema), required=True, metadata=PACKS)
    added_fields = fields.Dict(keys=fields.String(), values=fields.String(), required=True, metadata=ADDED)
    state = Choice(STATES[:3], required=True)
    survivor = fields.Integer(required=True, allow_none=True, metadata=SURVIVOR)
    archived_at = fields.Integer(required=True, allow_none=True)
    created_at = fields.Integer(required=True)
    updated_at = fields.Integer(required=True, metadata=VERSION)


ItemPageSchema = page_schema("ItemPage", ItemSchema, is_capped=True)


class ItemsQuerySchema(ListQuery):
    """What part of the list of items is asked for."""

    category = Line(CATEGORY_LIMIT)
    tracking = Choice(TRACKINGS)
    state = Choice(STATES, metadata=STATE)


class ItemsFilterSchema(Schema):
    """Which items are asked for."""

    search = fields.String(load_default="", validate=validate.Length(max=MOST_TYPED))
    category = Line(CATEGORY_LIMIT)
    tracking = Choice(TRACKINGS)
    state = Choice(STATES, metadata=STATE)


class LookUpSchema(Schema):
    """A code as scanned or typed."""

    code = Line(400, required=True)


class SurvivorSchema(Schema):
    """The item that another one is merged into."""

    survivor = Whole(1, HIGHEST_ID, required=True)
