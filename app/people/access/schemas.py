"""Shapes of links, sites, second factors and tokens. Times are whole milliseconds since 1970, UTC."""

from marshmallow import Schema, fields, validate

from app.people.access.personal_tokens import LONGEST_DAYS, SCOPES
from app.people.schemas import MOST, SECRET
from app.values.fields import Line

SCOPE = validate.OneOf(SCOPES, error=f"One of: {', '.join(SCOPES)}.")


class OfOwnerSchema(Schema):
    """What changes how one comes in: the password goes with it where the session is not fresh."""

    current = fields.String(
        load_default="",
        load_only=True,
        validate=validate.Length(max=MOST),
        metadata={"description": "The password; may be left out within ten minutes of signing in."},
    )


class LinkSchema(Schema):
    """A link that opens the door once."""

    link = fields.String(required=True, metadata={"description": "Shown this once; hand it to the person."})
    expires_at = fields.Integer(required=True)
    mailed = fields.Boolean(required=True, metadata={"description": "Whether it is on its way by e-mail."})


class SitesSchema(Schema):
    """The sites that are open to a user."""

    all_sites = fields.Boolean(required=True)
    sites = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 2**31 - 1)),
        required=True,
        validate=validate.Length(max=1000),
        metadata={"description": "Ids of locations of the kind site; they count while all_sites is false."},
    )


class FactorSchema(Schema):
    """Whether a code is asked for at sign-in."""

    active = fields.Boolean(required=True)
    codes_left = fields.Integer(required=True, metadata={"description": "Recovery codes not used yet."})
    due_at = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Until when one must be set up."}
    )


class FactorStartSchema(Schema):
    """What an app needs to make codes."""

    secret = fields.String(required=True, metadata={"description": "Base 32, for typing."})
    uri = fields.String(required=True, metadata={"description": "otpauth:// address, for a QR code."})


class CodeSchema(OfOwnerSchema):
    """A code that the app shows."""

    code = Line(40, required=True)


class RecoveryCodesSchema(Schema):
    """Codes that stand once each for a lost phone."""

    codes = fields.List(fields.String(), required=True, metadata={"description": "Shown this once."})


class CurrentPasswordSchema(Schema):
    """One's password, to prove who asks."""

    current = fields.String(required=True, validate=SECRET, load_only=True)


class NewTokenSchema(OfOwnerSchema):
    """A token to be made."""

    name = Line(100, required=True, metadata={"description": "What uses it."})
    scopes = fields.List(
        fields.String(validate=SCOPE),
        load_default=list,
        validate=validate.Length(max=len(SCOPES)),
        metadata={"description": "Every token reads; name the areas in which it may write."},
    )
    days = fields.Integer(
        required=True,
        validate=validate.Range(1, LONGEST_DAYS),
        metadata={"description": "Its time."},
    )


class TokenSchema(Schema):
    """A token, without what opens the door."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    hint = fields.String(required=True, metadata={"description": "Its last four signs."})
    scopes = fields.Function(
        lambda row: row.scopes.split(), metadata={"type": "array", "items": {"type": "string"}}
    )
    created_at = fields.Integer(required=True)
    expires_at = fields.Integer(required=True)
    used_at = fields.Integer(required=True, allow_none=True)
    used_from = fields.String(required=True, metadata={"description": "The address of the last use."})


class TokensSchema(Schema):
    """The tokens that were not revoked, the newest first."""

    rows = fields.List(fields.Nested(TokenSchema), required=True)


class FreshTokenSchema(Schema):
    """A token in the only moment in which it can be read."""

    id = fields.Integer(required=True)
    token = fields.String(required=True, metadata={"description": "Send it as `Authorization: Bearer …`."})
    expires_at = fields.Integer(required=True)
