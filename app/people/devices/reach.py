"""Which devices the one who asks may see: those that work in a site which is open to them."""

from flask import request
from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from app.database import reading
from app.people.devices.models import Device, DeviceSite
from app.people.devices.sites import works_within
from app.people.guard import current_sites, person
from app.people.models import User, UserSite
from app.people.roles import TOP
from app.people.sites import Sites
from app.web.errors import Refusal
from app.words import t


def within_reach(sites: Sites) -> ColumnElement[bool]:
    """Whether a device works in any of these sites: one that is its own, and of who signed in on it."""
    if sites is None:
        return true()
    chosen = sorted(sites)
    wide = Device.user_id.in_(select(User.id).where(or_(User.all_sites, User.role == TOP)))
    near = Device.user_id.in_(select(UserSite.user_id).where(UserSite.location_id.in_(chosen)))
    own = select(DeviceSite).where(DeviceSite.device_id == Device.id, DeviceSite.location_id.in_(chosen))
    place = DeviceSite.location_id
    theirs = exists().where(UserSite.user_id == Device.user_id, UserSite.location_id == place)
    kept = or_(and_(wide, own.exists()), own.where(theirs.correlate(Device, DeviceSite)).exists())
    return or_(kept, and_(Device.all_sites, or_(wide, near)))


def nowhere_else(sites: frozenset[int]) -> ColumnElement[bool]:
    """Whether a device works in these sites alone: by its own, or by those of who signed in on it."""
    open_to = sorted(sites)
    strange = exists().where(DeviceSite.device_id == Device.id, DeviceSite.location_id.not_in(open_to))
    strange_to_owner = exists().where(UserSite.user_id == User.id, UserSite.location_id.not_in(open_to))
    kept = select(User.id).where(User.all_sites == false(), User.role != TOP, ~strange_to_owner)
    return or_(and_(Device.all_sites == false(), ~strange), Device.user_id.in_(kept))


def reachable() -> ColumnElement[bool]:
    """The same for the one who asks."""
    return within_reach(current_sites())


def hide_others() -> None:
    """Before a request: a device of another site is not there. Raises Refusal 404."""
    device, asking = (request.view_args or {}).get("device"), person()
    if device is None or asking is None or asking.sites is None:
        return
    with reading() as connection:
        if not works_within(connection, str(device), asking.sites):
            raise Refusal(404, "not_found", t("devices.unknown"))
