"""The small installation in which traffic is recorded and replayed: the same numbers every time."""

from sqlalchemy import Connection, insert, select

from app.catalog.changes import add_item
from app.catalog.drafts import ItemDraft
from app.clock import now_ms
from app.database import publish
from app.people.devices.enrolment import enrol
from app.people.models import User
from app.stock.book.models import StockLevel
from app.warehouse.models import Location
from sync.movement import CUSTOMER, SCRAP, SUPPLIER

DEVICES = tuple(f"00000000-0000-7000-8000-00000000000{number}" for number in "ab")
GOODS = {
    "sugar": ItemDraft("SUGAR", "Sugar", unit="kg", decimals=3),
    "tea": ItemDraft("TEA", "Tea", tracking="lot", expiring=True, barcodes=("04006381333931",)),
    "scanner": ItemDraft("SCANNER", "Scanner", tracking="serial"),
}
PLACES = ("dock", "shelf", "rack")


def furnished(connection: Connection) -> dict[str, int]:
    """The numbers of person, goods and places, all of them new; the devices are enrolled."""
    now = now_ms()
    times = {"created_at": now, "updated_at": now}
    who = {"email": "ana@example.com", "name": "Ana", "role": "operator", "password_hash": "-"}
    known = {"supplier": SUPPLIER, "customer": CUSTOMER, "scrap": SCRAP}
    person = connection.execute(insert(User).values(**who, created_at=now)).inserted_primary_key[0]
    known |= {"person": int(person)}
    known |= {name: add_item(connection, draft) for name, draft in GOODS.items()}
    for name in PLACES:
        place = {"code": name.upper(), "barcode": f"LOC-{name.upper()}", "kind": "bin", **times}
        known[name] = int(connection.execute(insert(Location).values(place)).inserted_primary_key[0])
    publish(connection, [("location", str(known[name])) for name in PLACES])
    return known


def credentials(connection: Connection, person: int) -> dict[str, str]:
    """Enrol the devices; their credentials."""
    return {device: enrol(connection, device, "phone", (person, ""), 30).credential for device in DEVICES}


def balances(connection: Connection) -> list[list[object]]:
    """What lies where: item, lot, location, millionths."""
    columns = (StockLevel.item_id, StockLevel.lot, StockLevel.location_id, StockLevel.quantity)
    rows = connection.execute(select(*columns).where(StockLevel.quantity != 0))
    return sorted([list(row) for row in rows], key=str)
