"""Backups: made while people write, listed, and only so many kept."""

import stat
import threading
from pathlib import Path

import pytest
from flask import Flask

from app.database import database
from app.upkeep import backups, copies
from app.upkeep.archive import read_manifest
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
