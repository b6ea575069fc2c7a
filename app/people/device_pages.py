"""Pages on which managers look after devices."""

from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from app.clock import now_ms
from app.database import transaction
from app.exports import asked_kind, download
from app.listing import listing_from
from app.people.agents import device_words
from app.people.device_list import STATES, device_line, devices_shape, list_devices
from app.people.devices import reinstate, revoke
from app.people.guard import require_role
from app.people.saved_views import list_page
from app.people.tables_out import devices_table
from app.words import t

device_pages = Blueprint("device_pages", __name__, url_prefix="/devices")


@device_pages.route("")
@require_role("manager")
@list_page
def devices() -> Response | str:
    """The list; with ``as`` the whole of it as a file."""
    listing = listing_from(request.args, devices_shape())
    if kind := asked_kind():
        return download(devices_table(listing), kind)
    page = list_devices(listing, now_ms())
    return render_template("people/devices.html", page=page, states=STATES, device_words=device_words)


@device_pages.route("/<uuid:device>")
@require_role("manager")
def one(device: UUID) -> str:
    """One device, and what may be done."""
    return render_template("people/device.html", line=device_line(str(device)), device_words=device_words)


@device_pages.route("/<uuid:device>/revoke", methods=["POST"])
@require_role("manager")
def shut_out(device: UUID) -> Response:
    """Shut a device out; when it was stolen, what it captured since then is not trusted either."""
    stolen_at = now_ms() if request.form.get("stolen") else None
    with transaction() as connection:
        revoke(connection, str(device), stolen_at)
    return _done(device, "people.device_was_revoked")


@device_pages.route("/<uuid:device>/reinstate", methods=["POST"])
@require_role("manager")
def let_in(device: UUID) -> Response:
    """Let a device in again."""
    with transaction() as connection:
        reinstate(connection, str(device))
    return _done(device, "people.device_was_reinstated")


def _done(device: UUID, words: str) -> Response:
    flash(t(words, name=device_line(str(device)).device.name), "green")
    return make_response(redirect(url_for("device_pages.one", device=device), 303))
