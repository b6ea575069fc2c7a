"""One's own PIN for shared devices, over JSON."""

from typing import Any

from app.database import transaction
from app.people.access.owner import confirm_owner
from app.people.devices.pins import clear_pin, has_pin, new_proof, set_pin
from app.people.devices.schemas import PinSchema, PinStateSchema
from app.people.guard import current_user_id, require_role
from app.web.api import Blueprint

pins = Blueprint("pins", __name__, url_prefix="/api/account/pin", description="The PIN for shared devices.")


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
