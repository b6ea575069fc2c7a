"""Retiring a device over JSON."""

from typing import Any

from marshmallow import Schema, fields

from app.database import transaction
from app.people.devices.reach import hide_others
from app.people.guard import current_user_id, require_role
from app.stock.retirement.retired_devices import retire_device
from app.web.api import Blueprint

retirements = Blueprint("retirements", __name__, url_prefix="/api/devices", description="Phones and tablets.")
retirements.before_request(hide_others)


class RetirementSchema(Schema):
    """Whether the places that it was working in are to be counted."""

    recount = fields.Boolean(load_default=True)


class RetiredSchema(Schema):
    """What was started."""

    places = fields.Integer(required=True, metadata={"description": "Places that are to be counted."})


@retirements.route("/<uuid:device>/retirement", methods=["POST"])
@require_role("manager")
@retirements.arguments(RetirementSchema)
@retirements.response(200, RetiredSchema)
def device_retired(given: dict[str, Any], device: object) -> dict[str, int]:
    """Take a device out of use for good

    Each place that it was working in gets a discrepancy `lost_ops`, which a count there closes.
    """
    with transaction() as connection:
        return {"places": retire_device(connection, str(device), given["recount"], current_user_id())}
