"""Pull: every change once, in pages, each page out of one snapshot."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, insert, update

from app.catalog.merging import merge_item
from app.catalog.models import Item
from app.clock import now_ms
from app.database import database, publish, transaction
from app.people.devices.models import DeviceEpoch
from app.stock.book.models import StockLevel
from app.stock.feed.models import FeedCounter, Incarnation
from app.stock.quarantine.models import Quarantine
from sync.protocol import COLUMNS
from tests.app.catalog.shop import put
from tests.app.floor import World
from tests.app.phone import Phone
from tests.app.visitor import Visitor


def add_stock(app: Flask, *levels: tuple[int, str, int, int]) -> None:
    """Lay levels (item, lot, location, millionths) into the table and the feed."""
    with app.app_context(), transaction() as connection:
        for item, lot, location, quantity in levels:
            row = {"item_id": item, "lot": lot, "location_id": location}
            connection.execute(insert(StockLevel).values(**row, quantity=quantity, changed_at=1))
        publish(connection, [("stock", f"{item}|{lot}|{place}") for item, lot, place, _ in levels])


def test_a_new_phone_pulls_everything_from_zero(world: World, phone: Phone) -> None:
    rows = phone.pull_all()
    assert [row[1] for row in rows["item"].values()] == ["UNIDENTIFIED", "TEA", "SUGAR", "SCANNER"]
    assert rows["item"][(world.tea,)][10] == ["04006381333931"]
    assert {row[3] for row in rows["location"].values()} >= {"SUPPLIER", "MAIN", "DOCK", "A-01-01"}
    assert phone.pull().json["changes"] == {}


def test_only_the_last_page_carries_sequence_and_checksum(app: Flask, world: World, phone: Phone) -> None:
    with app.app_context(), transaction() as connection:
        session = database.session
        session.add(DeviceEpoch(device_id=phone.device, epoch=1, applied_seq=7))
        connection.execute(update(FeedCounter).values(stock_checksum=12345))
    first = phone.pull(limit=5).json
    assert (first["more"], sum(map(len, first["changes"].values()))) == (True, 5)
    assert not {"device_seq", "checksum"} & set(first)
    last = phone.pull().json
    assert (last["more"], last["device_seq"], last["checksum"]) == (False, 7, 12345)
    assert last["cursor"] == last["head"]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_of_any_size_add_up_to_the_same(world: World, phones: Callable[..., Phone], limit: int) -> None:
    phone = phones()
    whole = phone.pull_all()
    phone.cursor = 0
    assert phone.pull_all(limit=limit) == whole


def test_a_row_that_changed_twice_comes_once_at_its_latest(app: Flask, world: World, phone: Phone) -> None:
    phone.pull_all()
    add_stock(app, (world.sugar, "", world.dock, 1_000_000))
    with app.app_context(), transaction() as connection:
        connection.execute(update(StockLevel).values(quantity=5_000_000))
        publish(connection, [("stock", f"{world.sugar}||{world.dock}")])
    assert phone.pull().json["changes"] == {"stock": [[world.sugar, "", world.dock, "5"]]}


def test_a_row_that_is_gone_comes_as_a_tombstone(app: Flask, world: World, phone: Phone) -> None:
    add_stock(app, (world.sugar, "", world.dock, 1_000_000))
    phone.pull_all()
    with app.app_context(), transaction() as connection:
        connection.execute(StockLevel.__table__.delete())
        publish(connection, [("stock", f"{world.sugar}||{world.dock}")])
    assert phone.pull().json["changes"] == {"stock": [[world.sugar, "", world.dock]]}


def test_outcomes_go_to_their_own_device_and_devices_to_the_office(
    app: Flask, phones: Callable[..., Phone], signed_in: Callable[[str], Visitor]
) -> None:
    mine, other = phones(), phones()
    held = {"epoch": 1, "seq": 1, "raw": b"", "digest": "", "recorded_at": 1, "reason": "bad_body"}
    with app.app_context(), transaction() as connection:
        connection.execute(insert(Quarantine).values(operation_id="q", device_id=mine.device, **held))
        publish(connection, [("outcome", "q")])
    assert mine.pull_all()["outcome"] == {("q",): ["q", "quarantined", "bad_body", ""]}
    theirs = other.pull_all()
    assert not {"outcome", "device"} & set(theirs)
    office = office_pull(signed_in("viewer"))
    assert "outcome" not in office["changes"]
    assert {row[0] for row in office["changes"]["device"]} == {mine.device, other.device}
    assert "device_seq" not in office
    assert "checksum" in office


def office_pull(browser: Visitor, **given: Any) -> Any:
    answer = browser.post("/api/sync/v1/pull", json={"cursor": 0, "schema": 1, **given})
    assert answer.status_code == 200, answer.json
    return answer.json


def test_the_office_pulls_with_its_session_token_only(
    signed_in: Callable[[str], Visitor], visitor: Visitor
) -> None:
    body = {"cursor": 0, "schema": 1}
    assert visitor.post("/api/sync/v1/pull", json=body).json["code"] == "token_expired"
    browser = signed_in("viewer")
    browser.csrf_token = ""
    assert browser.post("/api/sync/v1/pull", json=body).status_code == 403


@pytest.mark.parametrize("cursor", [-1, "far ahead"])
def test_a_cursor_that_means_nothing_here_asks_for_a_snapshot(phone: Phone, cursor: Any) -> None:
    head = phone.pull().json["head"]
    answer = phone.pull(
        cursor=head + 1 if cursor == "far ahead" else 0, sid=phone.base_sid if cursor != -1 else "other"
    )
    assert (answer.status_code, answer.json["code"]) == (409, "snapshot_required")


def test_a_cursor_without_its_incarnation_asks_for_a_snapshot(phone: Phone) -> None:
    phone.pull_all()
    answer = phone.pull(sid=None)
    assert (answer.status_code, answer.json["code"]) == (409, "snapshot_required")


def test_a_restored_server_asks_for_a_snapshot(app: Flask, phone: Phone) -> None:
    phone.pull_all()
    with app.app_context(), transaction() as connection:
        connection.execute(update(Incarnation).values(sid="another"))
    answer = phone.pull()
    assert (answer.status_code, answer.json["code"]) == (409, "snapshot_required")


def test_a_cursor_before_the_floor_asks_for_a_snapshot(app: Flask, phone: Phone) -> None:
    phone.pull_all()
    with app.app_context(), transaction() as connection:
        connection.execute(update(FeedCounter).values(floor=phone.cursor))
    assert phone.pull().status_code == 200
    answer = phone.pull(cursor=phone.cursor - 1)
    assert (answer.status_code, answer.json["code"]) == (409, "snapshot_required")


def test_an_old_layout_is_asked_to_upgrade(phone: Phone) -> None:
    answer = phone.pull(schema=0)
    assert (answer.status_code, answer.json["code"]) == (426, "upgrade_required")


def test_a_page_is_never_larger_than_allowed(app: Flask, world: World, phone: Phone) -> None:
    add_stock(app, *[(world.sugar, f"lot {number}", world.dock, 1) for number in range(5100)])
    assert phone.pull(limit=99_999).json["cursor"] == 5000
    assert phone.pull(cursor=0).json["cursor"] == 2000


def test_pages_miss_nothing_while_others_write(app: Flask, world: World, phone: Phone) -> None:
    """Four writers and a reader of small pages on one file: at the end the reader holds the table."""
    rounds, writers = 15, 4
    failures: list[BaseException] = []

    def write(writer: int) -> None:
        try:
            for turn in range(rounds):
                with app.app_context(), transaction() as connection:
                    write_a_turn(connection, world, writer, turn)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    seen: dict[Any, Any] = {}
    while any(thread.is_alive() for thread in threads):
        seen.update(phone.pull_all(limit=3).get("stock", {}))
    for thread in threads:
        thread.join()
    seen.update(phone.pull_all(limit=3).get("stock", {}))
    assert not failures
    assert len(seen) == writers * (rounds + 1)
    assert all(seen[(world.sugar, str(number), world.dock)][3] == "0.000015" for number in range(writers))


def write_a_turn(connection: Connection, world: World, writer: int, turn: int) -> None:
    """A level of its own that the writer changes each time, and one that is new."""
    cell = {"item_id": world.sugar, "lot": f"{writer}", "location_id": world.dock}
    fresh = {**cell, "lot": f"{writer}-{turn}"}
    new = [fresh, cell] if turn == 0 else [fresh]
    connection.execute(insert(StockLevel), [{**row, "quantity": 1, "changed_at": 1} for row in new])
    mine = (StockLevel.lot == cell["lot"], StockLevel.item_id == world.sugar)
    connection.execute(update(StockLevel).where(*mine).values(quantity=turn + 1))
    names = [fresh["lot"], cell["lot"]]
    publish(connection, [("stock", f"{world.sugar}|{lot}|{world.dock}") for lot in names])


def test_a_merger_reaches_a_phone_that_stood_at_the_head(app: Flask, world: World, phone: Phone) -> None:
    with app.app_context(), transaction() as connection:
        merged, survivor = put(connection, "OLD"), put(connection, "NEW")
    phone.pull_all()
    with app.app_context(), transaction() as connection:
        merge_item(connection, merged, survivor)
    (row,) = phone.pull().json["changes"]["item"]
    assert (row[0], row[COLUMNS["item"].names.index("survivor")]) == (merged, survivor)


def test_an_item_edit_reaches_a_phone_that_stood_at_the_head(app: Flask, world: World, phone: Phone) -> None:
    phone.pull_all()
    with app.app_context(), transaction() as connection:
        connection.execute(
            update(Item).where(Item.id == world.tea).values(name="Green tea", updated_at=now_ms())
        )
        publish(connection, [("item", str(world.tea))])
    (row,) = phone.pull().json["changes"]["item"]
    assert row[2] == "Green tea"
