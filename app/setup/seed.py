"""Fills an empty warehouse with the small named world; where it stands already, nothing happens."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from sqlalchemy import Connection, select

from app.catalog.barcodes import stored_barcodes
from app.catalog.changes import tell
from app.catalog.drafts import ItemDraft
from app.catalog.look_up import ids_by_code
from app.catalog.packs import PackDraft
from app.catalog.register import write_new
from app.clock import HOUR_MS, now_ms
from app.database import transaction
from app.people.models import User
from app.setup.small_world import (
    ARRIVED_HOURS_AGO,
    ERRANDS,
    SERIES,
    SITE,
    THINGS,
    ZONES,
    Batch,
    Errand,
    Thing,
)
from app.stock.office.posting import Draft, post_office
from app.warehouse.changes import PlaceDraft, add_place
from app.warehouse.models import Location
from app.warehouse.places import places_by_code
from app.warehouse.series import Series, add_series
from sync.gtin import gtin14
from sync.quantity import SCALE

QUARTER_MS = HOUR_MS // 4


def seed_world() -> bool:
    """Plant the small world in one transaction; False where it stands already.

    Raises ClickException when nobody has been added yet, because every movement names a person.
    """
    now = now_ms()
    with transaction() as connection:
        if places_by_code(connection, [SITE[0]]):
            return False
        user_id = person_in_charge(connection)
        plant_places(connection)
        plant_items(connection, now)
        post_office(connection, user_id, list(arrivals(connection, now)), now)
        for draft in errands(connection, now):
            post_office(connection, user_id, [draft], now)
    return True


def person_in_charge(connection: Connection) -> int:
    """The person in whose name the week is written down. Raises ClickException."""
    in_charge = select(User.id).where(User.role == "administrator").order_by(User.id).limit(1)
    found = connection.scalar(in_charge)
    if found is None:
        raise click.ClickException("Add an administrator first: flask create-administrator")
    return int(found)


def plant_places(connection: Connection) -> None:
    """The site, its zones, aisles and bins."""
    code, name = SITE
    site = add_place(connection, PlaceDraft("site", code, name))
    zones = {
        code: add_place(connection, PlaceDraft("zone", code, name, parent_id=site)) for code, name in ZONES
    }
    for zone, pattern in SERIES:
        add_series(connection, Series("bin", zones[zone], pattern, with_aisles=True))


def plant_items(connection: Connection, now: int) -> None:
    """Every item with its barcodes."""
    tell(connection, write_new(connection, [draft_of(thing) for thing in THINGS], now))


def draft_of(thing: Thing) -> ItemDraft:
    """A thing of the world as the catalogue keeps it."""
    return ItemDraft(
        code=thing.code,
        name=thing.name,
        description=thing.description,
        category=thing.category,
        unit=thing.unit,
        decimals=thing.decimals,
        tracking=thing.tracking,
        expiring=thing.expiring,
        barcodes=stored_barcodes(thing.barcodes),
        packs=(PackDraft("case", thing.case_of * SCALE, (thing.case_barcode,)),) if thing.case_of else (),
    )


def known_ids(connection: Connection) -> tuple[dict[str, int], dict[str, int]]:
    """The number of each item and of each place, by code."""
    items = ids_by_code(connection, [thing.code for thing in THINGS])
    rows = connection.execute(select(Location.code, Location.id))
    return dict(items), {row.code: row.id for row in rows}


def arrivals(connection: Connection, now: int) -> Iterator[Draft]:
    """How everything arrived and was put away."""
    items, places = known_ids(connection)
    at = now - int(ARRIVED_HOURS_AGO * HOUR_MS)
    for thing in THINGS:
        for batch in thing.batches:
            body = arrival(thing, batch, items[thing.code], now)
            dock, shelf = places["DOCK"], places[batch.bin]
            yield Draft("move", body | {"from": places["SUPPLIER"], "to": dock, "reason": "receipt"}, at)
            put_away = {name: value for name, value in body.items() if name != "expires_on"}
            yield Draft("move", put_away | {"from": dock, "to": shelf, "reason": "putaway"}, at + QUARTER_MS)
            at += QUARTER_MS


def errands(connection: Connection, now: int) -> Iterator[Draft]:
    """What people picked, packed and shipped since, one after the other as in the latest movements."""
    items, places = known_ids(connection)
    for errand in ERRANDS:
        yield Draft("move", errand_body(errand, items, places), now - int(errand.hours_ago * HOUR_MS))


def arrival(thing: Thing, batch: Batch, item_id: int, now: int) -> dict[str, Any]:
    """The goods of one batch, scanned by the barcode of the item."""
    body: dict[str, Any] = {"item": item_id, "lot": batch.lot, "quantity": batch.quantity}
    body["code"] = gtin14(thing.barcodes[0])
    if batch.serials:
        body["serials"] = list(batch.serials)
    if batch.expires_in_days is not None:
        today = datetime.fromtimestamp(now / 1000, UTC).date()
        body["expires_on"] = (today + timedelta(days=batch.expires_in_days)).isoformat()
    return body


def errand_body(errand: Errand, items: Mapping[str, int], places: Mapping[str, int]) -> dict[str, Any]:
    """The body of a move that somebody made later."""
    body: dict[str, Any] = {
        "item": items[errand.code],
        "lot": errand.lot,
        "from": places[errand.origin],
        "to": places[errand.destination],
        "quantity": errand.quantity,
        "reason": errand.reason,
    }
    return body | {"serials": list(errand.serials)} if errand.serials else body
