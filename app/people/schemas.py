"""Shapes of people in and out of the JSON interface."""

from marshmallow import Schema, fields, validate

from app.fields import Line
from app.people.passwords import LONGEST
from app.people.roles import ROLES


class SignInSchema(Schema):
    """What one types to sign in; limits are wide, so that a wrong guess is simply wrong."""

    email = Line(254, required=True)
    password = fields.String(required=True, validate=validate.Length(1, 5 * LONGEST))


class PersonSchema(Schema):
    """Who someone is, for those who see them beside their work."""

    id = fields.Integer(required=True)
    email = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))


class SessionSchema(Schema):
    """The session one is in."""

    user = fields.Nested(PersonSchema, required=True)
    csrf_token = fields.String(
        required=True, metadata={"description": "Send it as X-CSRF-Token with every write."}
    )
    expires_at = fields.Integer(
        required=True, metadata={"description": "Milliseconds since 1970; slides while the session is used."}
    )
