"""Assigning a device to sites, by the office."""

from collections.abc import Iterable

from sqlalchemy import Connection

from app.database import publish
from app.people.audit.trail import record
from app.people.devices.register import device_summary
from app.people.devices.sites import choose_device_sites, own_sites
from app.people.guard import viewer_sites
from app.people.sites import Site, Sites, known_sites, may_see
from app.web.errors import Refusal, refused_field
from app.words import t


def assign_sites(connection: Connection, device: str, chosen: Iterable[int] | None) -> None:
    """Let a device work in these sites alone; None for wherever its people may.

    Its people and rows change with that. Whether it works in a site that is not open to the one who asks is
    not for them to say. Raises Refusal 404, 403 ``other_site``, and 422 for a site that is unknown.
    """
    name = device_summary(connection, device).name
    before, asking = own_sites(connection, device), viewer_sites()
    if chosen is None and before is not None and asking is not None:
        raise Refusal(403, "other_site", t("devices.other_site"))
    wanted = None if chosen is None else frozenset(chosen)
    if wanted is not None and wanted - {site.id for site in choices(connection)}:
        words = t("account.site_unknown")
        raise refused_field("sites", words)
    wanted = kept_elsewhere(before, wanted, asking)
    choose_device_sites(connection, device, wanted)
    told = [{"sites": "all" if sites is None else sorted(sites)} for sites in (before, wanted)]
    record(connection, "sites_changed", ("device", device, name), *told)
    publish(connection, [("device", device), ("person", "0")])


def kept_elsewhere(before: Sites, wanted: Sites, asking: Sites) -> Sites:
    """The sites of a device as one wants them, with those of before that one does not see."""
    if before is None or wanted is None or asking is None:
        return wanted
    return wanted | (before - asking)


def choices(connection: Connection) -> list[Site]:
    """The sites among which the one who asks may choose."""
    sites = viewer_sites()
    return [site for site in known_sites(connection) if may_see(sites, site.id)]
