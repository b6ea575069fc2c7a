"""Snapshot: parts that never change, out of one read snapshot, shared by all phones."""

import errno
import hashlib
import json
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, update

from app.catalog.models import Item
from app.config import Settings
from app.database import publish, transaction
from app.exchange import parts as parts_module
from app.exchange import snapshot as snapshot_module
from app.exchange.parts import KEPT_S, seal, sweep
from app.exchange.snapshot import STALE_CHANGES
from app.people.devices.models import Device
from app.stock.book.models import StockLevel
from app.stock.discrepancies.models import Discrepancy
from app.stock.feed.models import FeedCounter, Incarnation
from app.stock.quarantine.models import Quarantine
from sync.protocol import checksum, stock_hash
from tests.app.floor import World
from tests.app.phone import Phone, apply, unpacked
from tests.app.visitor import Visitor

MakePhone = Callable[..., Phone]


def fetched(phone: Phone, manifest: Any) -> dict[str, dict[tuple[Any, ...], list[Any]]]:
    """The rows of all parts, each verified against its hash and size."""
    rows: dict[str, dict[tuple[Any, ...], list[Any]]] = {}
    for part in manifest["parts"]:
        answer = phone.read(f"snapshot/{part['hash']}")
        assert answer.status_code == 200
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(answer.data) == part["bytes"]
        content = unpacked(answer)
        assert len(content["rows"]) == part["rows"]
        apply(rows, {content["entity"]: content["rows"]})
    return rows


def lay(app: Flask, world: World, levels: dict[str, int]) -> None:
    """Stock of sugar by lot, in the table, the feed and the checksum."""
    with app.app_context(), transaction() as connection:
        delta = 0
        for lot, quantity in levels.items():
            row = {"item_id": world.sugar, "lot": lot, "location_id": world.dock}
            connection.execute(insert(StockLevel).values(**row, quantity=quantity, changed_at=1))
            delta += stock_hash(world.sugar, lot, world.dock, quantity)
        publish(connection, [("stock", f"{world.sugar}|{lot}|{world.dock}") for lot in levels], delta)


def test_a_snapshot_and_a_pull_from_its_cursor_equal_a_pull_from_zero(
    app: Flask, world: World, phones: MakePhone
) -> None:
    lay(app, world, {"a": 5, "b": 7})
    fresh, patient = phones(), phones()
    manifest = fresh.read("snapshot").json
    lay(app, world, {"c": 9})
    rows = fetched(fresh, manifest)
    fresh.cursor, fresh.base_sid = manifest["cursor"], manifest["sid"]
    for entity, changed in fresh.pull_all().items():
        rows.setdefault(entity, {}).update(changed)
    assert rows == patient.pull_all()


def test_the_checksum_is_that_of_the_rows(app: Flask, world: World, phone: Phone) -> None:
    lay(app, world, {"a": 5_000_000, "b": 7_500_000, "gone": 0})
    manifest = phone.read("snapshot").json
    stock = fetched(phone, manifest)["stock"]
    assert {row[1] for row in stock.values()} == {"a", "b"}
    millionths = {"a": 5_000_000, "b": 7_500_000}
    assert manifest["checksum"] == checksum(
        (row[0], row[1], row[2], millionths[row[1]]) for row in stock.values()
    )
    assert phone.pull_all() and phone.pull().json["checksum"] == manifest["checksum"]


def test_each_hash_is_of_the_json_and_each_part_small(app: Flask, world: World, phone: Phone) -> None:
    lay(app, world, {"a": 5})
    parts = phone.read("snapshot").json["parts"]
    assert parts
    for part in parts:
        answer = phone.read(f"snapshot/{part['hash']}")
        assert hashlib.sha256(parts_module.gzip.decompress(answer.data)).hexdigest() == part["hash"]
        assert part["bytes"] <= 512 * 1024
        assert "immutable" in answer.headers["Cache-Control"]


def test_a_snapshot_serves_every_phone_until_it_is_stale(app: Flask, world: World, phones: MakePhone) -> None:
    first = phones().read("snapshot").json
    lay(app, world, {"a": 5})
    again = phones().read("snapshot").json
    assert (again["cursor"], again["parts"]) == (first["cursor"], first["parts"])
    with app.app_context(), transaction() as connection:
        connection.execute(update(FeedCounter).values(position=first["cursor"] + STALE_CHANGES + 1))
    newer = phones().read("snapshot").json
    assert newer["cursor"] > first["cursor"] + STALE_CHANGES
    assert len(newer["parts"]) == len(first["parts"]) + 1


def test_a_restored_server_does_not_offer_what_it_built_before(
    app: Flask, world: World, phone: Phone
) -> None:
    first = phone.read("snapshot").json
    with app.app_context(), transaction() as connection:
        connection.execute(update(Incarnation).values(sid="another"))
    again = phone.read("snapshot").json
    assert (first["sid"] != "another", again["sid"]) == (True, "another")


def test_parts_with_fewer_columns_are_not_offered_after_an_upgrade(
    app: Flask, world: World, phones: MakePhone, settings: Settings
) -> None:
    first = phones().read("snapshot").json
    kept = settings.home / "snapshots" / "manifest.json"
    earlier = json.loads(kept.read_bytes())
    del earlier["layout"]
    kept.write_text(json.dumps(earlier))
    lay(app, world, {"a": 5})
    again = phones().read("snapshot").json
    assert again["cursor"] > first["cursor"]
    assert phones().read("snapshot").json == again


def test_a_damaged_list_is_built_anew(world: World, phone: Phone, settings: Settings) -> None:
    first = phone.read("snapshot").json
    (settings.home / "snapshots" / "manifest.json").write_bytes(b'{"sid": ')
    assert phone.read("snapshot").json == first


def test_a_change_of_one_row_leaves_the_other_parts_as_they_are(
    app: Flask, world: World, phone: Phone
) -> None:
    with app.app_context(), transaction() as connection:
        many = [
            {"id": number, "code": f"P{number}", "name": "x", "created_at": 1, "updated_at": 1}
            for number in range(10, 20_000)
        ]
        connection.execute(insert(Item), many)
    with app.app_context():
        before = {part.hash for part in snapshot_module.build().parts if part.entity == "item"}
        with transaction() as connection:
            connection.execute(update(Item).where(Item.id == 12_000).values(name="y"))
        after = {part.hash for part in snapshot_module.build().parts if part.entity == "item"}
    assert (len(before), len(before & after)) == (3, 2)


def test_own_rows_are_not_shared(
    app: Flask, world: World, phones: MakePhone, signed_in: Callable[[str], Visitor]
) -> None:
    mine, other = phones(), phones()
    held = {"epoch": 1, "seq": 1, "raw": b"", "digest": "", "recorded_at": 1, "reason": "bad_body"}
    with app.app_context(), transaction() as connection:
        connection.execute(insert(Quarantine).values(operation_id="q", device_id=mine.device, **held))
    assert mine.read("snapshot").json["own"]["outcome"] == [["q", "quarantined", "bad_body", ""]]
    assert other.read("snapshot").json["own"]["outcome"] == []
    office = signed_in("viewer").get("/api/sync/v1/snapshot").json
    assert {row[0] for row in office["own"]["device"]} == {mine.device, other.device}
    assert not {"device", "outcome"} & set(fetched(mine, office))


def test_what_is_closed_is_left_out(app: Flask, world: World, phone: Phone) -> None:
    with app.app_context(), transaction() as connection:
        common = {"kind": "negative", "subject": "x", "effective_at": 1, "opened_at": 1}
        connection.execute(insert(Discrepancy).values(id=1, **common))
        connection.execute(insert(Discrepancy).values(id=2, closed_at=2, **common))
    assert list(fetched(phone, phone.read("snapshot").json)["discrepancy"]) == [(1,)]


def test_snapshots_are_for_those_who_may_pull(
    app: Flask, world: World, phone: Phone, visitor: Visitor, signed_in: Callable[[str], Visitor]
) -> None:
    name = phone.read("snapshot").json["parts"][0]["hash"]
    for path in ("snapshot", f"snapshot/{name}"):
        assert visitor.get(f"/api/sync/v1/{path}").status_code == 401
        assert signed_in("viewer").get(f"/api/sync/v1/{path}").status_code == 200
    with app.app_context(), transaction() as connection:
        connection.execute(update(Device).values(revoked_at=1))
    for path in ("snapshot", f"snapshot/{name}"):
        assert phone.read(path).json["code"] == "device_revoked"


@pytest.mark.parametrize(
    "name", ["0" * 64, "manifest", "..%2f..%2fsecret.key", "../tallyman.sqlite3", "A" * 64, "x" * 5000]
)
def test_a_part_that_is_none_is_not_found(phone: Phone, name: str) -> None:
    answer = phone.read(f"snapshot/{name}")
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_an_unchanged_part_is_not_sent_again(world: World, phone: Phone) -> None:
    name = phone.read("snapshot").json["parts"][0]["hash"]
    headers = {"Authorization": f"Device {phone.credential}", "If-None-Match": f'"{name}"'}
    answer = phone.client.get(f"/api/sync/v1/snapshot/{name}", headers=headers)
    assert (answer.status_code, answer.data) == (304, b"")


def test_rows_that_would_make_too_large_a_part_are_split() -> None:
    letters = random.Random(1)
    rows = [[number, f"{letters.getrandbits(512):x}"] for number in range(1000)]
    sealed = seal("item", rows, 20_000)
    assert len(sealed) > 1
    assert max(one.part.bytes for one in sealed) <= 20_000
    contents = [parts_module.gzip.decompress(one.packed) for one in sealed]
    assert [row for content in contents for row in parts_module.msgspec.json.decode(content)["rows"]] == rows
    assert sealed == seal("item", rows, 20_000)


def test_old_parts_are_swept_once_nobody_can_need_them(tmp_path: Path) -> None:
    names = ["a" * 64, "b" * 64, "c" * 64]
    for name in names:
        (tmp_path / f"{name}.json.gz").write_bytes(b"x")
    (tmp_path / "manifest.json").write_bytes(b"{}")
    now = time.time()
    for name in names[:2]:
        os.utime(tmp_path / f"{name}.json.gz", (now, now - KEPT_S - 1))
    os.utime(tmp_path / "manifest.json", (now, now - KEPT_S - 1))
    sweep(tmp_path, {names[0]}, now)
    left = sorted(path.name[0] for path in tmp_path.iterdir())
    assert left == ["a", "c", "m"]


def test_a_full_disk_is_said_and_nothing_is_half_written(
    world: World, phone: Phone, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "write_bytes", full)
        answer = phone.read("snapshot")
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert list((settings.home / "snapshots").iterdir()) == []
    assert phone.read("snapshot").status_code == 200
