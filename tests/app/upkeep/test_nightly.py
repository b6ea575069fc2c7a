"""What is due at night, and that its outcome is written down."""

import datetime
import json
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.database import database, reading, transaction
from app.jobs import JobFailed, Task
from app.upkeep import nightly
from app.upkeep.backups import listed_backups
from app.upkeep.models import UpkeepRun
from app.upkeep.nightly import backup_job, check_job, due, recorded_check
from tests.app.floor import World

ZONE = datetime.timezone(datetime.timedelta(hours=2))


def at(text_of: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text_of).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("clock", "last", "now", "expected"),
    [
        ("02:00", None, "2026-11-28T01:00", True),
        ("02:00", "2026-11-27T02:03", "2026-11-28T01:59", False),
        ("02:00", "2026-11-27T02:03", "2026-11-28T02:00", True),
        ("02:00", "2026-11-28T02:00", "2026-11-28T02:05", False),
        ("02:00", "2026-11-20T02:00", "2026-11-28T14:00", True),
        ("off", None, "2026-11-28T02:00", False),
    ],
)
def test_night_work_is_due_once_a_night_and_made_up_for(
    clock: str, last: str | None, now: str, expected: bool
) -> None:
    then = int(at(last).timestamp() * 1000) if last else None
    assert due(clock, then, at(now)) is expected


def task(**payload: Any) -> Task:
    return Task("1", "night", payload, "lease", 1)


def runs(app: Flask) -> list[tuple[str, bool, Any]]:
    query = select(UpkeepRun.kind, UpkeepRun.sound, UpkeepRun.summary).order_by(UpkeepRun.id)
    with reading() as connection:
        return [(row.kind, row.sound, json.loads(row.summary)) for row in connection.execute(query)]


def test_the_backup_of_the_night_is_made_once_and_kept(installed: Flask) -> None:
    with installed.app_context():
        backup_job(task())
        backup_job(task())
        assert len(listed_backups()) == 1
        backup_job(task(now=True))
        assert len(listed_backups()) == 2
        [first, _second] = runs(installed)
        assert first[:2] == ("backup", True)
        assert first[2]["operations"] == 0


def test_old_backups_go_when_a_new_one_was_made(installed: Flask) -> None:
    installed.config["TALLYMAN"] = replace(installed.config["TALLYMAN"], backup_keep=2)
    with installed.app_context():
        for _ in range(3):
            backup_job(task(now=True))
        assert len(listed_backups()) == 2


def test_a_backup_that_failed_is_written_down_and_not_tried_all_night(
    installed: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_to: Any) -> None:
        raise OSError("no such disk")

    monkeypatch.setattr(nightly, "make_backup", fail)
    with installed.app_context():
        with pytest.raises(JobFailed, match="no such disk"):
            backup_job(task())
        backup_job(task())
        assert runs(installed) == [("backup", False, {"error": "no such disk"})]


def test_the_check_of_the_night_says_what_differs(installed: Flask) -> None:
    with installed.app_context():
        check_job(task())
        with transaction() as connection:
            connection.execute(text("UPDATE feed_counter SET stock_checksum = 7"))
        check_job(task())
        check_job(task(now=True))
        [sound, broken] = runs(installed)
        assert sound == ("check", True, {"count": 0, "differences": []})
        assert broken[1] is False
        assert broken[2]["count"] == 1
        assert "checksum" in broken[2]["differences"][0]
        database.session.remove()


def test_the_check_names_what_devices_were_never_told_of(installed: Flask, world: World) -> None:
    with installed.app_context():
        assert recorded_check() == []
        with transaction() as connection:
            connection.execute(
                text("DELETE FROM feed_change WHERE entity = 'item' AND key = :key"), {"key": str(world.tea)}
            )
        assert recorded_check() == [f"feed: item {world.tea} was never told"]
        database.session.remove()
