"""Shapes of devices in and out of the JSON interface."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from app.people.devices.enrolment import device_id
from app.values.fields import Line

MOST = 200
"""Rows of one page."""


class DeviceId(fields.String):
    """The UUID that a device made for itself, in small letters."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **named: Any) -> str:
        text = super()._deserialize(value, attr, data, **named)
        try:
            return device_id(text)
        except ValueError:
            raise ValidationError("Not a valid UUID.") from None


class NamedDeviceSchema(Schema):
    """What a device tells of itself."""

    device = DeviceId(required=True, metadata={"description": "The UUID it made at installation."})
    name = Line(100, required=True, metadata={"description": "What people call it."})


class EnrolmentSchema(NamedDeviceSchema):
    """A device on which somebody signed in."""

    former = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata={"description": "The credential that it holds, over or not: proof that it is the same."},
    )


class InviteSchema(Schema):
    """What the invited device is to be called, and where it is to work."""

    name = Line(100, load_default="", metadata={"description": "Empty: the phone names itself."})


class InvitationSchema(Schema):
    """A one-time code; the address holds it, for a QR code."""

    id = fields.String(required=True)
    code = fields.String(required=True, metadata={"description": "Shown this once."})
    address = fields.String(required=True, metadata={"description": "The floor app, opened with the code."})
    expires_at = fields.Integer(required=True, metadata={"description": "Milliseconds since 1970."})


class JoinSchema(NamedDeviceSchema):
    """What a phone brings that was invited."""

    code = fields.String(required=True, validate=validate.Length(1, 64))


class CredentialSchema(Schema):
    """The credential of one device."""

    device = fields.String(required=True)
    credential = fields.String(required=True, metadata={"description": "Shown this once."})
    expires_at = fields.Integer(required=True, metadata={"description": "Milliseconds since 1970."})


class JoinedSchema(CredentialSchema):
    """The credential of an invited device, and what the office calls it."""

    name = fields.String(required=True)


class NameSchema(Schema):
    """What people call a device."""

    name = Line(100, required=True)


class DeviceSitesSchema(Schema):
    """Where a device works."""

    all_sites = fields.Boolean(required=True, metadata={"description": "Wherever its people may."})
    sites = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 2**31 - 1)),
        load_default=list,
        validate=validate.Length(max=1000),
    )


class DeviceSchema(Schema):
    """One device as managers see it. Times are milliseconds since 1970."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    user_id = fields.Integer(required=True, metadata={"description": "Who signed in on it last."})
    enrolled_at = fields.Integer(required=True)
    credential_expires_at = fields.Integer(required=True)
    revoked_at = fields.Integer(allow_none=True, required=True)
    stolen_at = fields.Integer(allow_none=True, required=True)
    retired_at = fields.Integer(allow_none=True, required=True)
    contact_at = fields.Integer(allow_none=True, required=True)
    app_version = fields.String(required=True)
    agent = fields.String(required=True)
    pending = fields.Integer(required=True, metadata={"description": "Unsent operations when last heard."})
    oldest_unsent_at = fields.Integer(allow_none=True, required=True)
    clock_offset_ms = fields.Integer(required=True, metadata={"description": "Server's time minus its own."})


class DevicePageSchema(Schema):
    """One page of devices."""

    devices = fields.List(fields.Nested(DeviceSchema), required=True)
    more = fields.Boolean(required=True)


class DevicesQuerySchema(Schema):
    """Which page."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, 1_000_000))


class TheftSchema(Schema):
    """Since when the device is missing; now, where nothing is said."""

    stolen_at = fields.Integer(
        strict=True, allow_none=True, load_default=None, validate=validate.Range(0, 2**53)
    )


class PinSchema(Schema):
    """A new PIN, and the password where the session is not fresh."""

    pin = fields.String(
        required=True, validate=validate.Length(max=64), metadata={"description": "4 to 8 digits."}
    )
    current = fields.String(
        load_default="",
        validate=validate.Length(max=1000),
        metadata={"description": "The password; may be left out within ten minutes of signing in."},
    )


class PinStateSchema(Schema):
    """Whether there is one; what it is nobody can read."""

    is_set = fields.Boolean(required=True)
