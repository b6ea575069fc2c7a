"""The rows without which nothing works: who this server is, the counter, the reserved places and item."""

import uuid

from sqlalchemy import Connection, func, insert, select

from app.catalog.models import Item
from app.clock import now_ms
from app.database import publish
from app.database.postgresql import follow_ids
from app.stock.feed.models import FeedCounter, Incarnation
from app.warehouse.models import Location
from sync.movement import ADJUSTMENT, CUSTOMER, SCRAP, SUPPLIER, TRANSIT, UNIDENTIFIED

VIRTUAL_LOCATIONS = {
    SUPPLIER: "SUPPLIER",
    CUSTOMER: "CUSTOMER",
    SCRAP: "SCRAP",
    ADJUSTMENT: "ADJUSTMENT",
    TRANSIT: "TRANSIT",
}


def seed_base_rows(connection: Connection) -> None:
    """Write the reserved rows into an empty database; does nothing where they stand already."""
    if connection.execute(select(func.count()).select_from(Incarnation)).scalar_one():
        return
    now = now_ms()
    connection.execute(insert(Incarnation).values(id=1, sid=str(uuid.uuid4()), started_at=now))
    connection.execute(insert(FeedCounter).values(id=1, position=0, floor=0, stock_checksum=0))
    connection.execute(insert(Location), [virtual_location(number, now) for number in VIRTUAL_LOCATIONS])
    connection.execute(insert(Item).values(**unidentified_item(now)))
    follow_ids(connection, [Location.metadata.tables[name] for name in ("location", "item")])
    publish(
        connection,
        [*(("location", str(number)) for number in VIRTUAL_LOCATIONS), ("item", str(UNIDENTIFIED))],
    )


def virtual_location(number: int, now: int) -> dict[str, object]:
    """The row of one reserved location."""
    code = VIRTUAL_LOCATIONS[number]
    words = {"code": code, "name": code.capitalize(), "barcode": f"VIRTUAL-{code}"}
    return {"id": number, "kind": "virtual", **words, "created_at": now, "updated_at": now}


def unidentified_item(now: int) -> dict[str, object]:
    """The row of the item on which goods with an unknown code stand, the code serving as lot."""
    times = {"created_at": now, "updated_at": now}
    return {"id": UNIDENTIFIED, "code": "UNIDENTIFIED", "name": "Unidentified goods", "decimals": 6, **times}
