"""The act by which the office takes a device out of use for good."""

from uuid import UUID

from flask import Blueprint, Response, flash, request

from app.database import transaction
from app.people.devices.reach import hide_others
from app.people.guard import current_user_id, require_role
from app.stock.retirement.retired_devices import retire_device
from app.web.replies import to_page
from app.words import t

device_retirement = Blueprint("device_retirement", __name__, url_prefix="/devices")
device_retirement.before_request(hide_others)


@device_retirement.route("/<uuid:device>/retire", methods=["POST"])
@require_role("manager")
def retired(device: UUID) -> Response:
    """Retire a device; the places that it was working in are to be counted, unless one says otherwise."""
    with transaction() as connection:
        places = retire_device(connection, str(device), bool(request.form.get("recount")), current_user_id())
    flash(t("devices.was_retired", count=places) if places else t("devices.was_retired_quietly"), "green")
    return to_page("device_pages.one", device=device)
