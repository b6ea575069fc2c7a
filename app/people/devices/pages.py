"""Pages on which managers look after devices."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, render_template, request

from app.clock import now_ms
from app.database import reading, transaction
from app.lists.exports import asked_kind, download
from app.lists.listing import listing_from
from app.people.access.browsers import device_words
from app.people.devices.address import is_secure, join_address, picture_of
from app.people.devices.assignment import assign_sites, choices
from app.people.devices.desk import STATES, device_line, devices_shape, list_devices
from app.people.devices.invites import invitation, invite, joined_name, state_of_invite
from app.people.devices.reach import hide_others
from app.people.devices.register import reinstate, rename, revoke
from app.people.devices.schemas import InviteSchema, NameSchema
from app.people.devices.sites import own_sites
from app.people.devices.tables_out import devices_table
from app.people.guard import current_person, current_sites, require_role
from app.people.views.columns import as_seen
from app.people.views.saved_views import list_page
from app.values.numbers import whole_numbers
from app.web.forms import read_form
from app.web.replies import once_more, to_page
from app.words import t

device_pages = Blueprint("device_pages", __name__, url_prefix="/devices")
device_pages.before_request(hide_others)


@device_pages.route("")
@require_role("manager")
@list_page
def devices() -> Response | str:
    """The list; with ``as`` the whole of it as a file."""
    listing = listing_from(request.args, devices_shape())
    if kind := asked_kind():
        return download(as_seen(devices_table(listing)), kind)
    page = list_devices(listing, now_ms())
    return render_template("people/devices.html", page=page, states=STATES, device_words=device_words)


@device_pages.route("/<uuid:device>")
@require_role("manager")
def one(device: UUID) -> str:
    """One device, and what may be done."""
    return one_page(device)


@device_pages.route("/new", methods=["GET", "POST"])
@require_role("manager")
def new() -> Response | str:
    """Invite a phone: its name, then a code that its camera reads, shown this once."""
    if request.method == "GET":
        return render_template("people/device_new.html", values={}, problems={})
    values, problems = read_form(InviteSchema())
    if problems:
        page = render_template("people/device_new.html", values=values, problems=problems)
        return once_more(page)
    with transaction() as connection:
        made = invite(connection, current_person().id, values["name"])
    address = join_address(made.code)
    shown = {"made": made, "address": address, "code": picture_of(address), "secure": is_secure(address)}
    return render_template("people/device_invite.html", **shown, **standing_of(made.id))


@device_pages.route("/invites/<string(length=32):invite_id>")
@require_role("manager")
def invited(invite_id: str) -> str:
    """How an invitation stands: the part of its page that asks again and again."""
    return render_template("people/device_invite_state.html", **standing_of(invite_id))


@device_pages.route("/<uuid:device>/name", methods=["POST"])
@require_role("manager")
def name(device: UUID) -> Response | str:
    """Call a device by another name."""
    values, problems = read_form(NameSchema())
    if problems:
        return once_more(one_page(device, problems=problems, name=values.get("name", "")))
    with transaction() as connection:
        rename(connection, str(device), values["name"])
    return _done(device, "common.saved")


@device_pages.route("/<uuid:device>/sites", methods=["POST"])
@require_role("manager")
def sites(device: UUID) -> Response:
    """Say where a device works."""
    chosen = whole_numbers(request.form.getlist("sites"))[:1000]
    with transaction() as connection:
        assign_sites(connection, str(device), None if request.form.get("reach") == "all" else chosen)
    return _done(device, "common.saved")


def one_page(device: UUID, **form: Any) -> str:
    """The page of one device."""
    line = device_line(str(device))
    form = {"problems": {}, "name": line.device.name} | form
    with reading() as connection:
        form |= {"chosen": own_sites(connection, str(device)), "choices": choices(connection)}
    form["widens"] = current_sites() is None or form["chosen"] is None
    return render_template("people/device.html", line=line, device_words=device_words, **form)


def standing_of(invite_id: str) -> dict[str, Any]:
    """An invitation as its page shows it."""
    found = invitation(invite_id)
    return {"invite": found, "state": state_of_invite(found, now_ms()), "joined": joined_name(found)}


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
    return to_page("device_pages.one", device=device)
