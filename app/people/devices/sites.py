"""Where a device works: its own sites, as far as its person may see them too. ``None`` stands for all."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from app.people.devices.models import Device, DeviceSite
from app.people.models import User
from app.people.sites import Sites, open_sites, sites_of


def overlap(first: Sites, second: Sites) -> Sites:
    """The sites that are open on both sides."""
    if first is None or second is None:
        return second if first is None else first
    return first & second


def covers(person: Sites, device: Sites) -> bool:
    """Whether a person may see all that a device holds: only then may they use it."""
    return person is None or (device is not None and device <= person)


def own_sites(connection: Connection, device: str) -> Sites:
    """The sites that were chosen for a device."""
    if connection.scalar(select(Device.all_sites).where(Device.id == device)) is not False:
        return None
    chosen = select(DeviceSite.location_id).where(DeviceSite.device_id == device)
    return frozenset(connection.scalars(chosen))


def device_scope(connection: Connection, device: str) -> Sites:
    """The sites whose rows a device gets: its own, as far as the person who signed in on it may see them."""
    found = connection.execute(_REACH, {"device": device}).first()
    if found is None:
        return frozenset()
    if found.all_sites and open_sites(found.role, found.everywhere, ()) is None:
        return None
    return overlap(own_sites(connection, device), sites_of(connection, found.user_id))


def works_within(connection: Connection, device: str, sites: Sites) -> bool:
    """Whether a device works in any of these sites."""
    scope = device_scope(connection, device)
    return sites is None or scope is None or bool(scope & sites)


def choose_device_sites(connection: Connection, device: str, chosen: Iterable[int] | None) -> None:
    """Write the sites of a device, in place of those before; None for all."""
    connection.execute(delete(DeviceSite).where(DeviceSite.device_id == device))
    rows = [{"device_id": device, "location_id": site} for site in sorted(set(chosen or ()))]
    if rows:
        connection.execute(insert(DeviceSite), rows)
    connection.execute(update(Device).where(Device.id == device).values(all_sites=chosen is None))


_REACH = (
    select(Device.user_id, Device.all_sites, User.role, User.all_sites.label("everywhere"))
    .join(User, User.id == Device.user_id)
    .where(Device.id == bindparam("device"))
)
