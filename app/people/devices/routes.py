"""Devices over JSON: enrolment, the list, shutting out and letting in again."""

from dataclasses import asdict
from typing import Any

from flask import request

from app.clock import now_ms
from app.database import transaction
from app.people.access.throttle import check_address, count_failure
from app.people.devices.address import join_address
from app.people.devices.assignment import assign_sites
from app.people.devices.enrolment import enrol, refuse_foreign
from app.people.devices.invites import invite, join
from app.people.devices.reach import hide_others, reachable
from app.people.devices.register import devices, missing_since, reinstate, rename, revoke
from app.people.devices.schemas import (
    CredentialSchema,
    DevicePageSchema,
    DeviceSitesSchema,
    DevicesQuerySchema,
    EnrolmentSchema,
    InvitationSchema,
    InviteSchema,
    JoinedSchema,
    JoinSchema,
    NameSchema,
    TheftSchema,
)
from app.people.devices.sites import works_within
from app.people.guard import current_person, may, require_role
from app.settings import in_force
from app.web.api import Blueprint
from app.web.errors import Refusal

enrolments = Blueprint("devices", __name__, url_prefix="/api/devices", description="Phones and tablets.")
enrolments.before_request(hide_others)


@enrolments.route("", methods=["POST"])
@require_role("viewer")
@enrolments.arguments(EnrolmentSchema)
@enrolments.response(201, CredentialSchema)
def enrol_device(given: dict[str, Any]) -> dict[str, Any]:
    """Enrol this device

    For a device that is known already the credential is replaced and its time starts anew: by who signed
    in on it last, by a manager of its site, or by another who shows its `former` credential, else 403
    `device_of_another`. The credential is shown this once. 403 `device_revoked` for a device that was
    shut out.
    """
    person = current_person()
    owner, days = (person.id, request.user_agent.string), in_force().device_days
    with transaction() as connection:
        if not (may("manager") and works_within(connection, given["device"], person.sites)):
            refuse_foreign(connection, given["device"], person.id, given["former"])
        fresh = enrol(connection, given["device"], given["name"], owner, days)
    return {"device": given["device"], "credential": fresh.credential, "expires_at": fresh.expires_at}


@enrolments.route("", methods=["GET"])
@require_role("manager")
@enrolments.arguments(DevicesQuerySchema, location="query")
@enrolments.response(200, DevicePageSchema)
def list_devices(given: dict[str, Any]) -> dict[str, Any]:
    """List the devices, the one in touch last first"""
    found = devices(reachable(), given["limit"] + 1, given["offset"])
    return {"devices": found[: given["limit"]], "more": len(found) > given["limit"]}


@enrolments.route("/invites", methods=["POST"])
@require_role("manager")
@enrolments.arguments(InviteSchema, required=False)
@enrolments.response(201, InvitationSchema)
def invite_device(given: dict[str, Any]) -> dict[str, Any]:
    """Invite a device

    The code opens one phone's way in, once, for ten minutes: show `address` as a QR code.
    """
    with transaction() as connection:
        made = invite(connection, current_person().id, given["name"])
    return {**asdict(made), "address": join_address(made.code)}


@enrolments.route("/joins", methods=["POST"])
@enrolments.arguments(JoinSchema)
@enrolments.response(201, JoinedSchema)
@enrolments.doc(security=[])
def join_device(given: dict[str, Any]) -> dict[str, Any]:
    """Enrol an invited device

    The code proves the office's intent. 403 `invite_gone` for one that is unknown, used or too old;
    403 `device_of_another` for a device that works in no site of who invited it; 403 `device_revoked`;
    429 `retry_after` after too many attempts from the address.
    """
    address = request.remote_addr or ""
    check_address(address)
    described, days = (given["name"], request.user_agent.string), in_force().device_days
    try:
        with transaction() as connection:
            joined = join(connection, given["code"], given["device"], described, days)
    except Refusal as refusal:
        if refusal.code == "invite_gone":
            count_failure(address)
        raise
    fresh = joined.fresh
    return {
        "device": given["device"],
        "credential": fresh.credential,
        "expires_at": fresh.expires_at,
        "name": joined.name,
    }


@enrolments.route("/<uuid:device>/name", methods=["PUT"])
@require_role("manager")
@enrolments.arguments(NameSchema)
@enrolments.response(204)
def rename_device(given: dict[str, Any], device: object) -> None:
    """Call a device by another name"""
    with transaction() as connection:
        rename(connection, str(device), given["name"])


@enrolments.route("/<uuid:device>/sites", methods=["PUT"])
@require_role("manager")
@enrolments.arguments(DeviceSitesSchema)
@enrolments.response(204)
def device_sites(given: dict[str, Any], device: object) -> None:
    """Say where a device works

    With `all_sites` wherever its people may; else in these sites alone. It fetches what it gains and
    drops what it loses; what it has not sent stays. Whether it works in sites that are not open to the one
    who asks stays as it is: 403 `other_site` for all of them. 422 for a site that is unknown.
    """
    with transaction() as connection:
        assign_sites(connection, str(device), None if given["all_sites"] else given["sites"])


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
    with transaction() as connection:
        revoke(connection, str(device), missing_since(given["stolen_at"], now_ms()))
