"""Shapes of people in and out of the JSON interface. Times are whole milliseconds since 1970, UTC."""

from marshmallow import Schema, fields, validate

from app.lists.listing import ListQuery, page_schema
from app.people.access.passwords import LONGEST
from app.people.roles import ROLES
from app.people.users import STATES
from app.values.fields import EmailAddress, Line
from app.words import languages

MOST = 5 * LONGEST
"""Characters of a password that are looked at at all: what is longer cannot be one."""

ROLE = validate.OneOf(ROLES, error=f"One of: {', '.join(ROLES)}.")
SECRET = validate.Length(1, MOST)
SITE: fields.Field[int] = fields.Integer(validate=validate.Range(1, 2**31 - 1))
MOST_SITES = 1000


class SignInSchema(Schema):
    """What one types to sign in; limits are wide, so that a wrong guess is simply wrong."""

    email = Line(254, required=True)
    password = fields.String(required=True, validate=SECRET)
    code = Line(40, load_default="", metadata={"description": "Of the second factor, where there is one."})


class PersonSchema(Schema):
    """Who someone is, for those who see them beside their work."""

    id = fields.Integer(required=True)
    email = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True, validate=ROLE)


class SessionSchema(Schema):
    """The session one is in."""

    user = fields.Nested(PersonSchema, required=True)
    csrf_token = fields.String(
        required=True, metadata={"description": "Send it as X-CSRF-Token with every write."}
    )
    expires_at = fields.Integer(required=True, metadata={"description": "Slides while the session is used."})


class UserSchema(PersonSchema):
    """A user as administrators see one."""

    created_at = fields.Integer(required=True)
    disabled_at = fields.Integer(required=True, allow_none=True)
    invited = fields.Boolean(required=True, metadata={"description": "Has not chosen a password yet."})
    all_sites = fields.Boolean(required=True, metadata={"description": "Else see the user's sites."})


class UserChangeSchema(Schema):
    """What can be changed of a user."""

    name = Line(100, required=True)
    role = fields.String(required=True, validate=ROLE)


class NewUserSchema(UserChangeSchema):
    """A user to be added."""

    email = EmailAddress(required=True)
    password = fields.String(
        validate=SECRET,
        load_only=True,
        load_default="",
        metadata={"description": "Without one the user is invited: make a link for them."},
    )


class InvitedSchema(UserChangeSchema):
    """A user added on the page: they choose their password by a link."""

    email = EmailAddress(required=True)
    language = fields.String(load_default="", validate=validate.OneOf(("", *languages())))
    reach = fields.String(load_default="all", validate=validate.OneOf(("all", "some")))
    sites = fields.List(SITE, load_default=list, validate=validate.Length(max=MOST_SITES))


class UsersQuerySchema(ListQuery):
    """Which users."""

    role = fields.String(validate=ROLE)
    state = fields.String(validate=validate.OneOf(STATES))


class NewPasswordSchema(Schema):
    """A password given by an administrator."""

    password = fields.String(required=True, validate=SECRET, load_only=True)


class OwnPasswordSchema(NewPasswordSchema):
    """A password changed by the one whom it belongs to."""

    current = fields.String(required=True, validate=SECRET, load_only=True)
    keep_tokens = fields.Boolean(
        load_default=False, metadata={"description": "Whether one's tokens for programs go on."}
    )
    end_devices = fields.Boolean(
        load_default=False,
        metadata={"description": "Whether one is signed out on one's devices."},
    )


class SignInRowSchema(Schema):
    """A browser in which one is signed in."""

    id = fields.String(required=True, attribute="token_hash")
    address = fields.String(required=True)
    agent = fields.String(required=True)
    created_at = fields.Integer(required=True)
    seen_at = fields.Integer(required=True)
    expires_at = fields.Integer(required=True)
    current = fields.Boolean(required=True)


class SignInRowsSchema(Schema):
    """Every browser in which one is signed in, at most a hundred."""

    rows = fields.List(fields.Nested(SignInRowSchema), required=True)


UserPageSchema = page_schema("UserPage", UserSchema)
