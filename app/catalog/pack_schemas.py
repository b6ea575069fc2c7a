"""Shapes of packs in and out of the JSON interface and the pages' forms."""

from marshmallow import Schema, fields

from app.catalog.fields import Barcodes, Factor
from app.catalog.packs import FACTOR_KINDS, NAME_LIMIT
from app.values.fields import Choice, Line, Whole
from app.values.numbers import HIGHEST_TIME

KIND = {
    "description": "What another factor means: change, packs hold another quantity from now on; "
    "correction, the factor was wrong since it was entered."
}
SINCE = {"description": "Milliseconds since 1970; null for ever."}
SEEN = {"description": "The updated_at of the item as you saw it; or send If-Match."}


class NewPackSchema(Schema):
    """A pack to be made."""

    name = Line(NAME_LIMIT, required=True)
    factor = Factor(required=True)
    barcodes = Barcodes(load_default=())


class PackChangeSchema(NewPackSchema):
    """Fields of a pack to be changed; those left out stay."""

    factor_kind = Choice(FACTOR_KINDS, metadata=KIND)
    updated_at = Whole(0, HIGHEST_TIME, metadata=SEEN)


class PackFactorSchema(Schema):
    """A factor and from when on it held."""

    since = fields.Integer(required=True, allow_none=True, metadata=SINCE)
    factor = fields.String(required=True)


class PackSchema(Schema):
    """A unit of an item that holds several base units."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    factor = fields.String(required=True, metadata={"description": "Base units in one, today."})
    factors = fields.List(fields.Nested(PackFactorSchema), required=True)
    barcodes = fields.List(fields.String(), required=True)
    archived_at = fields.Integer(required=True, allow_none=True)
    created_at = fields.Integer(required=True)
