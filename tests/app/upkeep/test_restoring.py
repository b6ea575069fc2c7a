"""A backup put back: phones refill the server, nothing is lost, nothing counts twice."""

import io
import json
import sqlite3
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError

from app import create_app
from app.clock import now_ms
from app.config import Settings
from app.database import database, schema, transaction
from app.people.access.entry_links import make_link
from app.people.access.models import PersonalToken
from app.people.access.personal_tokens import make_token, revoke_token
from app.people.devices.invites import invite
from app.people.devices.models import Device
from app.people.devices.register import revoke
from app.people.models import User
from app.setup.first_run import add_administrator, plant
from app.stock.feed.models import Incarnation
from app.upkeep import restoring
from app.upkeep.archive import DATABASE, BadArchive, unpack
from app.upkeep.backups import NoRoom
from app.upkeep.commands import moment_text, told
from app.upkeep.replacing import CannotRestore
from tests.app.floor import World
from tests.app.phone import Phone, statuses
from tests.app.upkeep.keeping import backed_up, captured, levels, one, recorded, refill, restored, work, wrong
from tests.app.visitor import Visitor

Phones = Callable[..., Phone]


def test_phones_refill_a_server_that_was_put_back(
    installed: Flask, two: tuple[Phone, Phone], world: World
) -> None:
    ana, ben = two
    for phone in two:
        phone.hello()
        work(phone, world, 4)
    backup = backed_up(installed)
    sid = one(installed, select(Incarnation.sid))
    work(ana, world, 5)
    work(ben, world, 3)
    before = recorded(installed)
    held = one(installed, text("SELECT sum(quantity) FROM stock_level"))
    done = restored(installed, backup.path)
    assert len(recorded(installed)) == backup.manifest.operations < len(before)
    assert one(installed, select(Incarnation.sid)) not in (None, sid)
    assert ana.push(ana.captured[-1:]).json["code"] == "other_server"
    refill(ben)
    refill(ana)
    assert recorded(installed) == before == captured(ana, ben)
    assert one(installed, text("SELECT sum(quantity) FROM stock_level")) == held
    assert wrong(installed) == []
    [kept] = done.aside.glob("*.sqlite3")
    with sqlite3.connect(kept) as replaced:
        assert replaced.execute("SELECT count(*) FROM operation").fetchone() == (len(before),)
    replaced.close()


def test_keys_certificates_and_uploads_come_back_and_what_was_there_is_kept(installed: Flask) -> None:
    home: Path = installed.config["TALLYMAN"].home
    (home / "secret.key").write_text("first")
    (home / "uploads" / "photos").mkdir(parents=True)
    (home / "uploads" / "photos" / "tea.webp").write_bytes(b"tea")
    (home / "logs").mkdir()
    (home / "logs" / "server.log").write_text("noise")
    backup = backed_up(installed)
    assert sorted(backup.manifest.files) == [DATABASE, "home/secret.key", "home/uploads/photos/tea.webp"]
    assert backup.path.stat().st_mode & 0o077 == 0
    (home / "secret.key").write_text("second")
    (home / "uploads" / "photos" / "tea.webp").write_bytes(b"coffee")
    done = restored(installed, backup.path)
    assert (home / "secret.key").read_text() == "first"
    assert (home / "uploads" / "photos" / "tea.webp").read_bytes() == b"tea"
    assert (done.aside / "secret.key").read_text() == "second"
    assert (done.aside / "uploads" / "photos" / "tea.webp").read_bytes() == b"coffee"
    assert [path.name for path in home.iterdir() if path.name.startswith(".")] == []


def test_it_is_refused_while_the_server_runs_unless_one_insists(
    installed: Flask, running: None, two: tuple[Phone, Phone], world: World
) -> None:
    backup = backed_up(installed)
    work(two[0], world, 1)
    with pytest.raises(CannotRestore, match="running"):
        restored(installed, backup.path)
    assert len(recorded(installed)) == len(two[0].captured)
    restored(installed, backup.path, while_running=True)
    assert recorded(installed) == []


def test_a_damaged_backup_changes_nothing(installed: Flask, two: tuple[Phone, Phone], world: World) -> None:
    backup = backed_up(installed)
    work(two[0], world, 1)
    whole = backup.path.read_bytes()
    for place in (200, len(whole) // 3, len(whole) // 2, len(whole) - 20):
        spoilt = bytes(byte ^ 0x55 for byte in whole[place:][:9])
        backup.path.write_bytes(whole[:place] + spoilt + whole[place + 9 :])
        with pytest.raises(BadArchive):
            restored(installed, backup.path)
    backup.path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadArchive):
        restored(installed, backup.path)
    assert recorded(installed) == captured(two[0])
    assert wrong(installed) == []


def test_a_book_that_does_not_agree_is_not_put_in_place(
    installed: Flask, two: tuple[Phone, Phone], world: World
) -> None:
    work(two[0], world, 2)
    with installed.app_context():
        with transaction() as connection:
            connection.execute(text("UPDATE stock_level SET quantity = quantity + 1"))
        database.session.remove()
    backup = backed_up(installed)
    work(two[0], world, 1)
    with pytest.raises(CannotRestore, match="not sound"):
        restored(installed, backup.path)
    assert recorded(installed) == captured(two[0])


def test_who_was_shut_out_since_stays_so(
    installed: Flask, two: tuple[Phone, Phone], world: World, staff: dict[str, int]
) -> None:
    with installed.test_request_context(), transaction() as connection:
        token_id = make_token(connection, staff["manager"], "Scales", [], 1).id
        make_link(connection, staff["manager"])
        invite(connection, staff["manager"], "Handheld")
    backup = backed_up(installed)
    with installed.app_context(), transaction() as connection:
        revoke(connection, two[0].device, now_ms())
        connection.execute(update(User).where(User.id == staff["viewer"]).values(disabled_at=7))
        revoke_token(connection, staff["manager"], token_id)
    restored(installed, backup.path)
    assert one(installed, select(Device.stolen_at).where(Device.id == two[0].device))
    assert one(installed, select(Device.stolen_at).where(Device.id == two[1].device)) is None
    assert one(installed, select(User.disabled_at).where(User.id == staff["viewer"])) == 7
    assert two[0].hello().json["code"] == "device_revoked"
    assert one(installed, select(PersonalToken.revoked_at).where(PersonalToken.id == token_id))
    for table in ("sign_in", "entry_link", "device_invite"):
        assert one(installed, text(f"SELECT count(*) FROM {table}")) == 0


def test_a_point_in_time_is_the_backup_and_the_log_up_to_then(
    installed: Flask, two: tuple[Phone, Phone], world: World, phones: Phones
) -> None:
    ana, ben = two
    work(ana, world, 3)
    backup = backed_up(installed)
    work(ben, world, 2)
    held = ben.move(world.tea, 999_999, world.bin_b, "1", lot="L1")
    assert statuses(ben.push([held])) == ["quarantined"]
    late = phones()
    work(late, world, 1)
    then, due = levels(installed), captured(ana, ben, late)
    until = now_ms()
    time.sleep(0.01)
    work(ana, world, 2)
    done = restored(installed, backup.path, until=until)
    assert done.replayed == len(ben.captured) + len(late.captured) - 1
    assert sorted([*recorded(installed), held["id"]]) == due
    assert levels(installed) == then
    assert one(installed, text("SELECT count(*) FROM quarantine")) == 1
    assert wrong(installed) == []
    for phone in (ana, ben, late):
        refill(phone)
    assert sorted([*recorded(installed), held["id"]]) == captured(ana, ben, late)
    assert wrong(installed) == []


def test_what_the_office_changed_since_is_told_and_left_to_be_made_again(
    installed: Flask, world: World, signed_in: Callable[[str], Visitor]
) -> None:
    manager = signed_in("manager")
    backup = backed_up(installed)
    time.sleep(0.01)
    assert manager.post("/api/items", json={"code": "MINT", "name": "=Mint"}).status_code == 201
    place = manager.get(f"/api/locations/{world.dock}").json
    changes = {"name": "Gate 2", "updated_at": place["updated_at"]}
    assert manager.patch(f"/api/locations/{world.dock}", json=changes).status_code == 200
    done = restored(installed, backup.path, until=now_ms())
    assert dict(done.lost.kinds) == {"item": 1, "location": 1}
    table = (done.aside / "office-changes.csv").read_text(encoding="utf-8-sig")
    assert "Ana Manager,added,item," in table and "'=Mint" in table
    assert ",changed,location," in table and "name: Gate 2" in table
    words = told(done, None)
    assert "The office made 2 changes after the backup that are NOT in it (item 1, location 1)." in words
    again = restored(installed, backup.path)
    assert "The office changed nothing after the backup." in told(again, None)


@pytest.mark.only_on("postgresql")
def test_a_backup_of_sqlite_is_restored_into_postgresql(
    installed: Flask, tmp_path: Path, phones: Phones, world: World
) -> None:
    home = tmp_path / "small"
    home.mkdir()
    address = f"sqlite:///{home / 'tallyman.sqlite3'}"
    small = create_app(Settings(home, address, "only for tests", "threads", testing=True))
    with small.app_context():
        schema.upgrade()
        add_administrator("ana@example.com", "correct horse battery", "Ana")
        plant()
    source = backed_up(small)
    there, due = recorded(small), levels(small)
    with small.app_context():
        database.session.remove()
        database.engine.dispose()
    done = restored(installed, source.path)
    assert done.manifest.operations == len(there) > 0
    assert (recorded(installed), levels(installed), wrong(installed)) == (there, due, [])


def test_a_time_before_the_backup_asks_for_an_older_one(
    installed: Flask, two: tuple[Phone, Phone], world: World
) -> None:
    before = now_ms() - 1
    work(two[0], world, 1)
    backup = backed_up(installed)
    with pytest.raises(CannotRestore, match="older"):
        restored(installed, backup.path, until=before)


def test_a_backup_of_an_older_release_is_brought_up_to_date(
    installed: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = backed_up(installed)
    upgraded: list[str] = []
    monkeypatch.setattr(restoring, "upgrade", lambda: upgraded.append(database.engine.url.database or ""))
    restored(installed, backup.path)
    assert Path(upgraded[0]).name == DATABASE
    assert ".restoring-" in upgraded[0]


def archive_of(folder: Path, name: str) -> Path:
    """A sound archive by its sums, of one file that is not what its manifest says."""
    content = {"bytes": 3, "sha256": "0" * 64}
    about = {"taken_at": 1, "version": "1", "revision": "1", "engine": "sqlite", "sid": "s", "head": 0}
    manifest = {**about, "operations": 0, "recorded_to": 0, "format": 1, "files": {name: content}}
    with tarfile.open(folder / "bad.tar.gz", "w:gz") as tar:
        for entry_name, text_of in (("manifest.json", json.dumps(manifest)), (name, "tea")):
            entry = tarfile.TarInfo(entry_name)
            entry.size = len(text_of)
            tar.addfile(entry, io.BytesIO(text_of.encode()))
    (folder / "stage").mkdir()
    return folder / "bad.tar.gz"


def test_an_archive_cannot_write_outside_of_its_place(tmp_path: Path) -> None:
    with pytest.raises(BadArchive, match="outside"):
        unpack(archive_of(tmp_path, "../out"), tmp_path / "stage")
    assert not (tmp_path / "out").exists()


def test_a_file_that_was_exchanged_in_an_archive_is_known_by_its_hash(tmp_path: Path) -> None:
    with pytest.raises(BadArchive, match="not what was put in"):
        unpack(archive_of(tmp_path, "secret.key"), tmp_path / "stage")


def test_a_backup_of_a_newer_release_is_refused(installed: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    backup = backed_up(installed)
    monkeypatch.setattr(restoring, "revisions", lambda: frozenset({"0001_first"}))
    with pytest.raises(CannotRestore, match="another release"):
        restored(installed, backup.path)


def test_a_rehearsal_changes_nothing_and_works_while_the_server_runs(
    installed: Flask, running: None, two: tuple[Phone, Phone], world: World
) -> None:
    work(two[0], world, 2)
    backup = backed_up(installed)
    work(two[0], world, 1)
    sid, home = one(installed, select(Incarnation.sid)), installed.config["TALLYMAN"].home
    before = {path: path.stat().st_size for path in home.iterdir() if path.is_file()}
    ended = installed.test_cli_runner().invoke(args=["restore", str(backup.path), "--rehearse"])
    assert f"It can be restored: the backup of {moment_text(backup.manifest.taken_at)}" in ended.output
    assert {path: path.stat().st_size for path in home.iterdir() if path.is_file()} == before
    assert one(installed, select(Incarnation.sid)) == sid
    assert recorded(installed) == captured(two[0])


def test_a_rehearsal_finds_what_a_restore_would_refuse(
    installed: Flask, two: tuple[Phone, Phone], world: World
) -> None:
    work(two[0], world, 1)
    with installed.app_context():
        with transaction() as connection:
            connection.execute(text("UPDATE stock_level SET quantity = quantity + 1"))
        database.session.remove()
    ended = installed.test_cli_runner().invoke(args=["restore", str(backed_up(installed).path), "--rehearse"])
    assert ended.exit_code == 1
    assert "is not sound" in ended.output and "Nothing was changed." in ended.output


def test_a_time_cannot_be_reached_from_a_database_that_cannot_be_read(
    installed: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise DatabaseError("SELECT", {}, sqlite3.DatabaseError("file is not a database"))

    backup = backed_up(installed)
    monkeypatch.setattr(restoring, "read_log", broken)
    with pytest.raises(CannotRestore, match=r"file is not a database\. Restore without"):
        restored(installed, backup.path, until=now_ms())


def test_a_restore_that_would_fill_the_disk_is_not_begun(
    installed: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = backed_up(installed)
    monkeypatch.setattr(restoring, "room_for", lambda _: 10**18)
    with pytest.raises(NoRoom, match="A restore needs"):
        restored(installed, backup.path)
