"""The exchange of a restore: all of it or nothing, also where it fails or is killed in the middle."""

import os
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.upkeep import replacing
from app.upkeep.in_use import BROKEN_OFF, HELD, alone, hold
from app.upkeep.replacing import CannotRestore
from app.upkeep.restoring import STAGE
from tests.app.floor import World
from tests.app.phone import Phone
from tests.app.upkeep.keeping import backed_up, captured, recorded, restored, work


def disk_full(*_: object) -> None:
    raise OSError("the disk is full")


def test_an_exchange_that_fails_in_the_middle_leaves_everything_as_it_was(
    installed: Flask, two: tuple[Phone, Phone], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    home: Path = installed.config["TALLYMAN"].home
    (home / "tls").mkdir()
    (home / "tls" / "authority").write_text("first")
    backup = backed_up(installed)
    (home / "tls" / "authority").write_text("second")
    work(two[0], world, 1)
    for name in ("install_sqlite", "copy_from_file"):
        monkeypatch.setattr(replacing, name, disk_full)
    with pytest.raises(CannotRestore, match="cannot be put in place: the disk is full"):
        restored(installed, backup.path)
    assert recorded(installed) == captured(two[0])
    assert (home / "tls" / "authority").read_text() == "second"
    assert [path.name for path in (home / "replaced").iterdir()] == []
    assert not (home / BROKEN_OFF).exists()


def test_a_restore_that_was_killed_lets_nothing_start_until_it_is_done_again(
    installed: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    home: Path = installed.config["TALLYMAN"].home
    backup = backed_up(installed)
    marked: list[str] = []
    real = replacing.put

    def put(*arguments: Any) -> None:
        marked.append((home / BROKEN_OFF).read_text())
        real(*arguments)

    monkeypatch.setattr(replacing, "put", put)
    done = restored(installed, backup.path)
    assert marked == [str(done.aside)] and not (home / BROKEN_OFF).exists()
    (home / BROKEN_OFF).write_text(marked[0])  # as a kill within the exchange leaves it
    (home / f"{STAGE}left").mkdir()
    with pytest.raises(SystemExit, match=f"restore again.*{done.aside.name}"):
        hold(home)
    assert "restore again" in installed.test_cli_runner().invoke(args=["backup"]).output
    restored(installed, backup.path)
    assert [path.name for path in home.iterdir() if path.name.startswith(".")] == []
    hold(home)
    os.close(HELD.pop())


def test_nobody_starts_while_a_restore_is_at_work(installed: Flask) -> None:
    home = installed.config["TALLYMAN"].home
    with alone(home), pytest.raises(SystemExit, match="at work"):
        hold(home)
