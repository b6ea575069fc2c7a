"""Rows of the feed stand in the wire's column order."""

from typing import Any

import pytest
from sqlalchemy import Connection, delete

from app.catalog.models import Item, ItemBarcode, ItemPhoto, Lot, Pack, PackFactor
from app.database import database
from app.people.devices.models import Device
from app.people.models import User
from app.stock.book.models import SerialPosition, StockLevel
from app.stock.discrepancies.models import Discrepancy
from app.stock.feed.rows import SOURCES, changed_rows, shaped, source
from app.stock.quarantine.models import Quarantine
from app.warehouse.models import Location
from sync.protocol import COLUMNS, feed_key

BAR = "L|1|2"
DEVICE = "00000000-0000-4000-8000-000000000001"
OTHER = "00000000-0000-4000-8000-000000000002"
TIMES = {"created_at": 1, "updated_at": 1}


@pytest.fixture
def rows(connection: Connection) -> Connection:
    """One row of every kind."""
    session = database.session
    add_what_others_name()
    add_what_is_named()
    add_packs()
    session.add_all([ItemBarcode(code="2", item_id=71), ItemBarcode(code="1", item_id=71)])
    session.add(ItemPhoto(item_id=71, name="c0ffee", created_at=1))
    session.add(Lot(item_id=71, code=BAR, expires_on="2027-01-31", introduced=True, created_at=1))
    session.add(StockLevel(item_id=71, lot=BAR, location_id=91, quantity=-2_500_000, changed_at=1))
    session.add(SerialPosition(item_id=71, serial="S|9", lot=BAR, location_id=91))
    add_findings()
    session.flush()
    return connection


def add_what_others_name() -> None:
    session = database.session
    user = User(
        id=1, email="ana@tallyman.example", name="Ana", role="operator", password_hash="", created_at=1
    )
    session.add_all(
        [
            Item(id=70, code="OLD-TEA", name="Old tea", archived_at=5, **TIMES),
            Location(id=90, kind="site", code="MAIN", name="Main", barcode="LOC-MAIN", walk_order=3, **TIMES),
            user,
        ]
    )
    session.flush()


def add_what_is_named() -> None:
    session = database.session
    kept = {"unit": "kg", "decimals": 3, "tracking": "lot", "expiring": True, "category": "Drinks"}
    session.add_all(
        [
            Item(id=71, code="TEA", name="Tea", survivor_id=70, **kept, **TIMES),
            Location(id=91, parent_id=90, kind="bin", code="A", barcode="LOC-A", archived_at=9, **TIMES),
            Device(
                id=DEVICE, name="p", user_id=1, credential_hash="a", credential_expires_at=1, enrolled_at=1
            ),
        ]
    )
    session.flush()


def add_packs() -> None:
    session = database.session
    session.add_all(
        [
            Pack(id=5, item_id=71, name="case", created_at=1),
            Pack(id=6, item_id=71, name="old", archived_at=1, created_at=1),
        ]
    )
    session.flush()
    session.add_all([PackFactor(pack_id=pack, valid_from=0, factor=12_500_000) for pack in (5, 6)])
    session.add(ItemBarcode(code="3", item_id=71, pack_id=5))


def add_findings() -> None:
    session = database.session
    common = {"kind": "negative", "subject": "x", "effective_at": 4, "opened_at": 4}
    session.add(Discrepancy(id=7, item_id=71, lot=BAR, location_id=91, quantity=-2_500_000, **common))
    session.add(Discrepancy(id=8, firm_at=5, operation_id="o", **common))
    session.add(Discrepancy(id=9, firm_at=5, closed_at=6, **common))
    held = {"epoch": 1, "seq": 1, "raw": b"", "digest": "", "recorded_at": 1}
    session.add(Quarantine(operation_id="q", device_id=DEVICE, reason="bad_body", message="No.", **held))
    session.add(Quarantine(operation_id="q", device_id=OTHER, reason="id_reuse", **held))
    decided = {"device_id": DEVICE, "reason": "unknown_item", "decided_at": 3}
    session.add(Quarantine(operation_id="r", decision="released", **decided, **held))
    session.add(Quarantine(operation_id="d", decision="discarded", note="A joke.", **decided, **held))


EXPECTED: list[tuple[str, str, list[Any]]] = [
    (
        "item",
        "71",
        [
            71,
            "TEA",
            "Tea",
            "kg",
            3,
            "lot",
            1,
            "Drinks",
            0,
            70,
            ["1", "2"],
            [[5, "case", "12.5", ["3"]]],
            "c0ffee",
        ],
    ),
    ("item", "70", [70, "OLD-TEA", "Old tea", "piece", 0, "none", 0, "", 1, None, []]),
    ("location", "90", [90, None, "site", "MAIN", "Main", "LOC-MAIN", 0, 3]),
    ("location", "91", [91, 90, "bin", "A", "", "LOC-A", 1, 0]),
    ("lot", f"71|{BAR}", [71, BAR, "2027-01-31", 1]),
    ("stock", f"71|{BAR}|91", [71, BAR, 91, "-2.5"]),
    ("serial", "71|S|9", [71, "S|9", BAR, 91]),
    ("discrepancy", "7", [7, "negative", "open", 71, BAR, 91, "-2.5", 4, None]),
    ("discrepancy", "8", [8, "negative", "firm", None, "", None, "0", 4, "o"]),
    ("discrepancy", "9", [9, "negative", "closed", None, "", None, "0", 4, None]),
    ("outcome", "q", ["q", "quarantined", "bad_body", "No."]),
    ("outcome", "r", ["r", "applied", "unknown_item", ""]),
    ("outcome", "d", ["d", "discarded", "unknown_item", "A joke."]),
    ("device", DEVICE, [DEVICE, "p", None, 0, None, 0]),
]


@pytest.mark.parametrize(
    ("entity", "key", "row"), EXPECTED, ids=[f"{line[0]}-{line[1]}" for line in EXPECTED]
)
def test_a_row_holds_what_the_wire_says(rows: Connection, entity: str, key: str, row: list[Any]) -> None:
    assert changed_rows(rows, entity, [key], DEVICE) == [row]
    left_out = ("packs", "photo") if entity == "item" and key == "70" else ()
    assert len(row) + len(left_out) == len(COLUMNS[entity].names)
    assert feed_key(*row[: COLUMNS[entity].key]) == key


def test_every_entity_of_the_wire_has_a_source() -> None:
    assert set(SOURCES) == set(COLUMNS)


def test_a_row_that_is_gone_is_a_tombstone_in_its_place(rows: Connection) -> None:
    rows.execute(delete(StockLevel))
    keys = [f"71|{BAR}|91", "5||6"]
    assert changed_rows(rows, "stock", keys) == [[71, BAR, 91], [5, "", 6]]
    assert changed_rows(rows, "item", ["999", "70"])[0] == [999]
    assert [row[0] for row in changed_rows(rows, "item", ["999", "70"])] == [999, 70]


def test_outcomes_of_other_devices_are_left_out(rows: Connection) -> None:
    assert changed_rows(rows, "outcome", ["q", "r"], OTHER) == [["q", "quarantined", "id_reuse", ""]]
    assert changed_rows(rows, "outcome", ["q", "r"], None) == []


def test_a_device_that_was_shut_out_shows_it(rows: Connection) -> None:
    device = database.session.get(Device, DEVICE)
    assert device is not None
    device.stolen_at = 5
    database.session.flush()
    assert changed_rows(rows, "device", [DEVICE])[0][5] == 1


def test_more_keys_than_one_statement_holds_come_back_in_order(rows: Connection) -> None:
    levels = [
        {"item_id": number, "lot": "", "location_id": 91, "quantity": number, "changed_at": 1}
        for number in range(1, 1302)
    ]
    rows.execute(StockLevel.__table__.insert(), levels)
    keys = [f"{number}||91" for number in range(1301, 0, -1)]
    found = changed_rows(rows, "stock", keys)
    assert [row[0] for row in found] == list(range(1301, 0, -1))


def test_a_whole_table_comes_in_key_order(rows: Connection) -> None:
    found = shaped(rows, "item", rows.execute(source("item")))
    assert [row[0] for row in found] == [1, 70, 71]
    assert found[2][10] == ["1", "2"]
