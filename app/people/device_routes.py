"""Devices over JSON: enrolment, the list, shutting out and letting in again."""

from typing import Any

from flask import current_app, request

from app.api import Blueprint
from app.clock import now_ms
from app.database import transaction
from app.people.device_schemas import (
    CredentialSchema,
    DevicePageSchema,
    DevicesQuerySchema,
    EnrolmentSchema,
    TheftSchema,
)
from app.people.devices import devices, enrol, reinstate, revoke
from app.people.guard import current_person, require_role

enrolments = Blueprint("devices", __name__, url_prefix="/api/devices", description="Phones and tablets.")


@enrolments.route("", methods=["POST"])
@require_role("viewer")
@enrolments.arguments(EnrolmentSchema)
@enrolments.response(201, CredentialSchema)
def enrol_device(given: dict[str, Any]) -> dict[str, Any]:
    """Enrol this device

    For a device that is known already the credential is replaced and its time starts anew. The
    credential is shown this once. 403 `device_revoked` for a device that was shut out.
    """
    person = current_person()
    owner, days = (person.id, request.user_agent.string), current_app.config["TALLYMAN"].device_days
    with transaction() as connection:
        fresh = enrol(connection, given["device"], given["name"], owner, days)
    return {"device": given["device"], "credential": fresh.credential, "expires_at": fresh.expires_at}


@enrolments.route("", methods=["GET"])
@require_role("manager")
@enrolments.arguments(DevicesQuerySchema, location="query")
@enrolments.response(200, DevicePageSchema)
def list_devices(given: dict[str, Any]) -> dict[str, Any]:
    """List the devices, the one in touch last first"""
    found = devices(given["limit"] + 1, given["offset"])
    return {"devices": found[: given["limit"]], "more": len(found) > given["limit"]}


@enrolments.route("/<uuid:device>/revocation", methods=["POST"])
@require_role("manager")
@enrolments.response(204)
def revoke_device(device: object) -> None:
    """Shut a device out

    It may still push what it holds: that lands in quarantine. It is told to drain and wipe itself.
    """
    with transaction() as connection:
        revoke(connection, str(device))


@enrolments.route("/<uuid:device>/revocation", methods=["DELETE"])
@require_role("manager")
@enrolments.response(204)
def reinstate_device(device: object) -> None:
    """Let a device in again

    Somebody must sign in on it anew.
    """
    with transaction() as connection:
        reinstate(connection, str(device))


@enrolments.route("/<uuid:device>/theft", methods=["POST"])
@require_role("manager")
@enrolments.arguments(TheftSchema)
@enrolments.response(204)
def report_theft(given: dict[str, Any], device: object) -> None:
    """Report a device stolen

    What it captured from `stolen_at` on goes to quarantine; what came before is posted.
    """
    moment = now_ms()
    stolen_at = min(given["stolen_at"] if given["stolen_at"] is not None else moment, moment)
    with transaction() as connection:
        revoke(connection, str(device), stolen_at)
