"""What the sync doors take and answer, for the document; operations and answers are coded without it."""

from marshmallow import Schema, fields, validate

from app.exchange.envelope import EpochSchema, PushSchema, RescueSchema
from sync.movement import KINDS
from sync.protocol import OPERATIONS_MAX


class CapturedSchema(Schema):
    """One fact as a device captured it."""

    id = fields.UUID(required=True, metadata={"description": "Version 7, made at capture."})
    seq = fields.Integer(required=True, metadata={"description": "1, 2, 3 … per device and epoch."})
    v = fields.Integer(required=True, metadata={"description": "Version of the operation."})
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    at = fields.Integer(required=True, metadata={"description": "Wall clock in milliseconds."})
    mono = fields.Float(metadata={"description": "Milliseconds since the page session began."})
    boot = fields.String(metadata={"description": "The page session."})
    offset = fields.Integer(metadata={"description": "Server time minus device time, as last measured."})
    actor = fields.Integer(metadata={"description": "Who held the device."})
    line = fields.Dict(metadata={"description": "The document line that it serves: kind and id."})
    body = fields.Dict(required=True, metadata={"description": "By kind; see the protocol's page."})


class PushBodySchema(PushSchema):
    """A push."""

    operations = fields.List(
        fields.Nested(CapturedSchema), required=True, validate=validate.Length(max=OPERATIONS_MAX)
    )


class LaterEpochSchema(EpochSchema):
    """Operations of an epoch that the phone began later."""

    operations = fields.List(fields.Nested(CapturedSchema), required=True)


class RescueBodySchema(RescueSchema):
    """What a broken phone exported."""

    operations = fields.List(fields.Nested(CapturedSchema), required=True)
    more = fields.List(fields.Nested(LaterEpochSchema))


class FeedSchema(Schema):
    """The two ends of the feed."""

    head = fields.Integer(required=True)
    floor = fields.Integer(required=True)


class HelloAnswerSchema(Schema):
    """Where the server stands."""

    sid = fields.String(required=True, metadata={"description": "New whenever the server was restored."})
    server_time = fields.Integer(required=True)
    device_seq = fields.Integer(required=True, metadata={"description": "The last number settled."})
    feed = fields.Nested(FeedSchema, required=True)
    minimum_pull_version = fields.Integer(required=True)
    scopes = fields.List(fields.String(), required=True, metadata={"description": "all, or site:<id> each."})
    name = fields.String(required=True, metadata={"description": "What the office calls the device."})
    directives = fields.List(fields.String(), required=True)


class VerdictDiscrepancySchema(Schema):
    """A discrepancy that an operation opened."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)


class VerdictSchema(Schema):
    """What became of one operation."""

    id = fields.String(required=True)
    status = fields.String(required=True, metadata={"description": "applied, duplicate or quarantined"})
    reason = fields.String()
    message = fields.String()
    discrepancies = fields.List(fields.Nested(VerdictDiscrepancySchema), required=True)


class PushAnswerSchema(Schema):
    """One verdict for each operation."""

    sid = fields.String(required=True)
    device_seq = fields.Integer(required=True)
    head = fields.Integer(required=True)
    server_time = fields.Integer(required=True)
    verdicts = fields.List(fields.Nested(VerdictSchema), required=True)


class PullAnswerSchema(Schema):
    """One page of changes."""

    sid = fields.String(required=True)
    cursor = fields.Integer(required=True)
    head = fields.Integer(required=True)
    more = fields.Boolean(required=True)
    changes = fields.Dict(keys=fields.String(), values=fields.List(fields.List(fields.Raw())), required=True)
    device_seq = fields.Integer(metadata={"description": "Of a device, on the last page."})
    checksum = fields.Integer(metadata={"description": "Of the stock, on the last page."})
    people = fields.Boolean(metadata={"description": "Who may use the device has changed: ask `people`."})


class PartSchema(Schema):
    """One immutable part."""

    hash = fields.String(required=True, metadata={"description": "SHA-256, in hex, of its JSON."})
    bytes = fields.Integer(required=True, metadata={"description": "As sent, compressed."})
    rows = fields.Integer(required=True)


class SnapshotAnswerSchema(Schema):
    """What a newcomer needs: the parts, then a pull from the cursor."""

    sid = fields.String(required=True)
    scopes = fields.String(required=True, metadata={"description": "Of which sites; told with each pull."})
    cursor = fields.Integer(required=True)
    checksum = fields.Integer(required=True)
    parts = fields.List(fields.Nested(PartSchema), required=True)
    own = fields.Dict(
        metadata={"description": "Rows that are not shared: outcomes, or the office's devices."}
    )


class StaffPersonSchema(Schema):
    """A person who may switch on the device."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True)
    salt = fields.String(required=True, metadata={"description": "Hex."})
    verifier = fields.String(required=True, metadata={"description": "PBKDF2 with SHA-256, hex."})
    rounds = fields.Integer(required=True)


class HouseSchema(Schema):
    """What the office decided for devices."""

    time_zone = fields.String(required=True, metadata={"description": "IANA's name; empty: its own."})
    numbers = fields.String(
        required=True, metadata={"description": "Signs of thousands and decimals, or empty."}
    )
    idle_minutes = fields.Integer(
        required=True, metadata={"description": "Untouched for so long it locks at the latest; 0: no limit."}
    )


class PeopleAnswerSchema(Schema):
    """Everybody who may, and the habits of the house."""

    sid = fields.String(required=True)
    people = fields.List(fields.Nested(StaffPersonSchema), required=True)
    house = fields.Nested(HouseSchema, required=True)


class PartContentSchema(Schema):
    """What is in a part."""

    entity = fields.String(required=True)
    rows = fields.List(fields.List(fields.Raw()), required=True)
