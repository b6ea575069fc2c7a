"""Assigning a device to sites, by the office."""

from collections.abc import Iterable

from sqlalchemy import Connection

from app.database import publish
from app.people.audit import record
from app.people.device_sites import choose_device_sites, own_sites
from app.people.devices import device_summary
from app.people.sites import known_sites
from app.web.errors import Refusal
from app.words import t


def assign_sites(connection: Connection, device: str, chosen: Iterable[int] | None) -> None:
    """Let a device work in these sites alone; None for wherever its people may.

    Its people and rows change with that. Raises Refusal 404, and 422 for a site that is unknown.
    """
    name = device_summary(connection, device).name
    wanted = None if chosen is None else frozenset(chosen)
    if wanted is not None and wanted - {site.id for site in known_sites(connection)}:
        words = t("account.site_unknown")
        raise Refusal(422, "invalid", words, errors={"json": {"sites": [words]}})
    before = own_sites(connection, device)
    choose_device_sites(connection, device, wanted)
    told = [{"sites": "all" if sites is None else sorted(sites)} for sites in (before, wanted)]
    record(connection, "sites_changed", ("device", device, name), *told)
    publish(connection, [("device", device), ("person", "0")])
