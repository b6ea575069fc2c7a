"""Backups: made while people write, listed, and only so many kept."""

import errno
import os
import stat
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask

from app import create_app
from app.config import Settings
from app.database import database
from app.upkeep import archive, backups, copies, owners
from app.upkeep.archive import read_manifest, unpack, write_archive
from app.upkeep.backups import NoRoom, listed_backups, make_backup, prune
from app.upkeep.copies import Damaged, examine
from tests.app.floor import World
from tests.app.phone import SUPPLIER, Phone, statuses


def command(app: Flask, *words: str) -> str:
    ended = app.test_cli_runner().invoke(args=words)
    assert ended.exit_code == 0, ended.output
    return ended.output


def test_a_backup_taken_while_phones_push_is_whole(
    installed: Flask, phone: Phone, world: World, tmp_path: Path
) -> None:
    begun, done = threading.Event(), threading.Event()
    pushed: list[int] = []

    def push() -> None:
        phone.hello()
        while not done.is_set():
            operations = [phone.move(world.sugar, SUPPLIER, world.dock, "1") for _ in range(5)]
            pushed.append(len(statuses(phone.push(operations))))
            begun.set()

    pusher = threading.Thread(target=push)
    pusher.start()
    try:
        assert begun.wait(60)
        with installed.app_context():
            made = [make_backup(tmp_path) for _ in range(4)]
    finally:
        done.set()
        pusher.join()
    counts = [backup.manifest.operations for backup in made]
    assert counts[0] > 0
    assert counts == sorted(counts)
    assert all(count % 5 == 0 for count in counts)
    assert counts[-1] <= sum(pushed)


def test_a_backup_holds_keys_and_so_is_for_its_owner_alone(installed: Flask, tmp_path: Path) -> None:
    with installed.app_context():
        backup = make_backup(tmp_path)
    assert stat.S_IMODE(backup.path.stat().st_mode) == 0o600


def test_the_newest_are_kept_and_the_rest_deleted(installed: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    with installed.app_context():
        made = [make_backup(folder).path for _ in range(4)]
        (folder / "tallyman-torn.tar.gz").write_bytes(b"half")
        assert [backup.path for backup in listed_backups(folder)] == made[::-1]
        assert prune(2, folder) == [made[1], made[0]]
        assert [backup.path for backup in listed_backups(folder)] == made[:1:-1]
        assert prune(0, folder) == [made[2]]


def test_the_commands_say_what_they_did(installed: Flask, tmp_path: Path) -> None:
    assert "no backup yet" in command(installed, "backup", "--list")
    named = tmp_path / "before-the-move.tar.gz"
    assert f"{named}  " in command(installed, "backup", str(named))
    assert read_manifest(named).operations == 0
    command(installed, "backup")
    assert "deleted" in command(installed, "backup", "--keep", "1")
    assert command(installed, "backup", "--list").count(".tar.gz") == 1
    said = command(installed, "restore", str(named))
    assert "its book is sound" in said
    assert "Phones send all that they remember" in said
    with installed.app_context():
        database.engine.dispose()


def test_a_refused_restore_says_that_nothing_was_changed(installed: Flask, tmp_path: Path) -> None:
    (tmp_path / "photo.tar.gz").write_bytes(b"no archive")
    ended = installed.test_cli_runner().invoke(args=["restore", str(tmp_path / "photo.tar.gz")])
    assert ended.exit_code == 1
    assert "no backup that can be read" in ended.output
    assert "Nothing was changed." in ended.output


def test_a_disk_that_is_too_full_is_said_and_nothing_is_left_behind(
    installed: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "ROOM", 10**12)
    with installed.app_context(), pytest.raises(NoRoom, match="MB free"):
        make_backup(tmp_path / "full")
    assert list((tmp_path / "full").iterdir()) == []


@pytest.mark.only_on("sqlite")
def test_a_damaged_database_is_never_taken_for_a_backup(
    installed: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damage(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[len(content) // 2 : len(content) // 2 + 9000] = b"\xff" * 9000
        path.write_bytes(content)
        examine(path)

    monkeypatch.setattr(copies, "examine", damage)
    with installed.app_context(), pytest.raises(Damaged):
        make_backup(tmp_path / "bad")
    assert list((tmp_path / "bad").iterdir()) == []


def test_what_a_killed_backup_left_behind_goes_after_hours(installed: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "to"
    for name in (".backup-old", ".backup-now"):
        (folder / name).mkdir(parents=True)
        (folder / name / "database.sqlite3").write_bytes(b"half")
    (folder / ".tallyman-x.tar.gz.part").write_bytes(b"half")
    long_ago = time.time() - backups.BROKEN_OFF_S - 1
    folder = tmp_path / "to"
    for name in (".backup-old", ".tallyman-x.tar.gz.part"):
        os.utime(folder / name, (long_ago, long_ago))
    with installed.app_context():
        made = make_backup(folder)
    assert {path.name for path in folder.iterdir()} == {".backup-now", made.path.name}


def test_a_key_that_is_linked_from_elsewhere_is_kept_itself(installed: Flask, tmp_path: Path) -> None:
    (tmp_path / "kept-elsewhere").write_text("secret")
    home: Path = installed.config["TALLYMAN"].home
    (home / "secret.key").unlink(missing_ok=True)
    (home / "secret.key").symlink_to(tmp_path / "kept-elsewhere")
    with installed.app_context():
        made = make_backup(tmp_path / "to")
    unpack(made.path, tmp_path / "out")
    assert (tmp_path / "out" / "home" / "secret.key").read_text() == "secret"


def test_a_file_that_is_gone_meanwhile_is_left_out(installed: Flask, tmp_path: Path) -> None:
    (tmp_path / "here").write_text("here")
    with installed.app_context():
        manifest = make_backup(tmp_path).manifest
    sources = {"home/here": tmp_path / "here", "home/gone": tmp_path / "gone"}
    written = write_archive(tmp_path / "other.tar.gz", manifest, sources)
    assert [*written.files] == ["home/here"]
    assert unpack(tmp_path / "other.tar.gz", None) == written


def test_a_backup_that_cannot_be_read_back_is_none(
    installed: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change_meanwhile(path: Path, *rest: object) -> None:
        (home / "uploads.csv").write_text("after")
        written(path, *rest)

    home, written = installed.config["TALLYMAN"].home, archive.write_tar
    (home / "uploads.csv").write_text("before")
    monkeypatch.setattr(archive, "write_tar", change_meanwhile)
    ended = installed.test_cli_runner().invoke(args=["backup", str(tmp_path / "to")])
    assert "uploads.csv is not what was put in. There is no new backup." in ended.output
    assert list((tmp_path / "to").iterdir()) == []


def test_what_cannot_be_read_is_named_in_the_list(installed: Flask, tmp_path: Path) -> None:
    torn = tmp_path / "tallyman-torn.tar.gz"
    torn.write_bytes(b"half")
    assert f"cannot be read: {torn}" in command(installed, "backup", str(tmp_path), "--list")


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("name", ["backup", "check"])
def test_a_home_without_an_installation_is_named(tmp_path: Path, name: str) -> None:
    settings = Settings(tmp_path, f"sqlite:///{tmp_path / 'empty.sqlite3'}", "s", "threads", testing=True)
    strange = create_app(settings)
    ended = strange.test_cli_runner().invoke(args=[name])
    assert ended.exit_code == 1
    assert "There is no installation in" in ended.output and str(tmp_path) in ended.output
    with strange.app_context():
        database.engine.dispose()


def test_a_full_disk_is_told_in_a_sentence(
    installed: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(archive, "write_tar", full)
    ended = installed.test_cli_runner().invoke(args=["backup", str(tmp_path)])
    assert ended.output == "Error: No space left on device. There is no new backup.\n"


def test_what_root_makes_belongs_to_whom_the_home_belongs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[str, int, int]] = []
    monkeypatch.setattr(
        owners.os, "chown", lambda path, user, group, **_: given.append((path.name, user, group))
    )
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "tea").touch()
    for root, home_of, expected in ((0, 7, 2), (0, 0, 0), (7, 7, 0)):
        given.clear()
        monkeypatch.setattr(owners.os, "geteuid", lambda root=root: root)
        home = SimpleNamespace(stat=lambda owner=home_of: SimpleNamespace(st_uid=owner, st_gid=8))
        owners.give(tmp_path / "uploads", home)  # type: ignore[arg-type]
        assert given == [("uploads", 7, 8), ("tea", 7, 8)][:expected]
