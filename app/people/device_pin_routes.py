"""One's own PIN for shared devices, over JSON."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.database import transaction
from app.people.device_pins import clear_pin, has_pin, new_proof, set_pin
from app.people.guard import current_user_id, require_role
from app.people.owner import confirm_owner
from app.web.api import Blueprint

pins = Blueprint("pins", __name__, url_prefix="/api/account/pin", description="The PIN for shared devices.")


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


@pins.route("", methods=["GET"])
@require_role("viewer")
@pins.response(200, PinStateSchema)
def pin_shown() -> dict[str, Any]:
    """Whether one has a PIN"""
    return {"is_set": has_pin(current_user_id())}


@pins.route("", methods=["PUT"])
@require_role("viewer")
@pins.arguments(PinSchema)
@pins.response(204)
def pin_changed(given: dict[str, Any]) -> None:
    """Set one's PIN

    For switching on shared devices, also offline. 422 where it will not do, or the password is wrong.
    """
    confirm_owner(given["current"])
    proof = new_proof(given["pin"])
    with transaction() as connection:
        set_pin(connection, current_user_id(), proof)


@pins.route("", methods=["DELETE"])
@require_role("viewer")
@pins.response(204)
def pin_removed() -> None:
    """Take one's PIN away"""
    with transaction() as connection:
        clear_pin(connection, current_user_id())
