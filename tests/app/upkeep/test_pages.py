"""The page on which an administrator sees whether the installation is well."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import insert, select, text, update

from app import JOBS
from app.clock import now_ms
from app.database import database, reading, transaction
from app.jobs.models import Job
from app.jobs.worker import work_once
from app.people.devices.desk import SILENT_AFTER_MS
from app.people.devices.models import Device
from app.upkeep.job_desk import title_of
from app.upkeep.nightly import backup_job, recorded_check
from tests.app.phone import Phone
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]


@pytest.fixture
def failed(app: Flask) -> str:
    """A job that failed."""
    row = {"id": "a" * 32, "name": "upkeep.check", "payload": '{"now": true}', "state": "failed", "run_at": 1}
    ended = {"attempts": 5, "leased_until": 0, "progress": 0, "message": "", "error": "no <disk>"}
    with app.app_context(), transaction() as connection:
        connection.execute(insert(Job).values(**row, **ended, created_at=1, finished_at=now_ms()))
    return str(row["id"])


def test_only_administrators_see_it(signed_in: Enter) -> None:
    assert signed_in("manager").get("/health").status_code == 403
    assert signed_in("administrator").get("/health").status_code == 200
    assert "/health" not in signed_in("manager").get("/").text
    assert 'href="/health"' in signed_in("administrator").get("/").text


def test_a_new_installation_says_what_was_never_done(installed: Flask, signed_in: Enter) -> None:
    page = signed_in("administrator").get("/health").text
    for words in ("never checked", "No backup yet", "Nothing is waiting", "Not checked yet"):
        assert words in page


def test_a_sound_book_and_a_fresh_backup_are_shown(installed: Flask, signed_in: Enter) -> None:
    from app.jobs import Task

    with installed.app_context():
        backup_job(Task("1", "b", {}, "l", 1))
        recorded_check()
        database.session.remove()
    page = signed_in("administrator").get("/health").text
    assert "All is well" in page
    assert "tallyman-" in page


def test_sizes_and_times_are_written_as_the_reader_writes_them(installed: Flask, signed_in: Enter) -> None:
    with installed.app_context():
        recorded_check()
        database.session.remove()
    german = signed_in("administrator").get("/health", headers={"Accept-Language": "de"}).text
    assert re.search(r"\d,\d [GM]B", german)
    assert not re.search(r"\d\.\d+ ([GM]B|s)\b", german)


def test_a_device_that_went_silent_with_something_in_hand_is_named(
    app: Flask, phone: Phone, signed_in: Enter
) -> None:
    long_ago = now_ms() - 2 * SILENT_AFTER_MS
    held = {"name": "Cold store", "pending": 14, "oldest_unsent_at": long_ago, "contact_at": long_ago}
    with app.app_context(), transaction() as connection:
        connection.execute(update(Device).where(Device.id == phone.device).values(**held))
    page = signed_in("administrator").get("/health").text
    assert "Cold store holds records that were not sent" in page
    assert "All is well" not in page and "flowing" not in page


def test_differences_are_shown_line_by_line(installed: Flask, signed_in: Enter) -> None:
    with installed.app_context():
        with transaction() as connection:
            connection.execute(text("UPDATE feed_counter SET stock_checksum = 7"))
        recorded_check()
        database.session.remove()
    page = signed_in("administrator").get("/health").text
    assert "The last check found one difference" in page
    assert "checksum 7 stored" in page


def test_failed_work_is_explained_and_can_be_tried_again(app: Flask, failed: str, signed_in: Enter) -> None:
    browser = signed_in("administrator")
    page = browser.get("/health").text
    assert "no &lt;disk&gt;" in page
    assert "One piece of background work failed" in page
    assert browser.post(f"/health/jobs/{failed}/retry").status_code == 303
    with app.app_context():
        import threading

        assert work_once(app, threading.Event())
        with reading() as connection:
            assert connection.execute(select(Job.state).where(Job.id == failed)).scalar() == "done"
    assert browser.post(f"/health/jobs/{failed}/retry").status_code == 404


def test_failed_work_can_be_put_away(app: Flask, failed: str, signed_in: Enter) -> None:
    assert signed_in("manager").post(f"/health/jobs/{failed}/dismiss").status_code == 403
    browser = signed_in("administrator")
    assert browser.post(f"/health/jobs/{failed}/dismiss").status_code == 303
    assert browser.post(f"/health/jobs/{failed}/dismiss").status_code == 404
    assert "no &lt;disk&gt;" not in browser.get("/health").text


@pytest.mark.parametrize("kind", ["check", "backup"])
def test_work_is_begun_once_however_often_one_asks(app: Flask, signed_in: Enter, kind: str) -> None:
    browser = signed_in("administrator")
    assert browser.post(f"/health/{kind}").status_code == 303
    assert "handed to the worker" in browser.get("/health").text
    browser.post(f"/health/{kind}")
    with app.app_context(), reading() as connection:
        assert connection.execute(select(Job.name)).scalars().all() == [f"upkeep.{kind}"]
    assert browser.post("/health/dance").status_code in {404, 405}


def test_every_job_has_a_name_for_people(app: Flask) -> None:
    assert [name for name in JOBS if title_of(name) == name] == []
    assert title_of("of-another-release") == "of-another-release"
