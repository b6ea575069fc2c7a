"""The clock, the numbers and the lock of the house: on pages, in files, and on phones."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask, g

from app.database import transaction
from app.lists.exports import Column, Table, moment, shown
from app.settings import decide
from app.upkeep import nightly
from app.values.moments import moment as shown_moment
from app.values.zones import ZONE, clock_at, day_start, zone_named, zones
from app.words import NUMBERS, number
from tests.app.phone import Phone
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]
SUMMER = int(datetime(2026, 7, 1, 12, 0, tzinfo=UTC).timestamp() * 1000)
WINTER = int(datetime(2026, 11, 28, 23, 30, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture
def owner(signed_in: Enter) -> Visitor:
    return signed_in("administrator")


def test_times_are_written_in_the_zone_of_the_house_summer_and_winter(app: Flask) -> None:
    with app.test_request_context():
        setattr(g, ZONE, "Europe/Berlin")
        assert "1 Jul 2026, 14:00 CEST</time>" in shown_moment(SUMMER)
        assert "29 Nov 2026, 00:30 CET</time>" in shown_moment(WINTER)
        assert shown(moment(WINTER)) == "2026-11-29T00:30:00+01:00"
        assert Table("t", [Column("changed (UTC)", moment)], []).head == ["changed (Europe/Berlin)"]


def test_days_begin_by_the_clock_of_the_house_else_by_the_readers(app: Flask) -> None:
    day = datetime(2026, 10, 25, tzinfo=UTC)
    midnight = int(day.timestamp() * 1000)
    with app.test_request_context():
        assert day_start(day, -120) == midnight - 2 * 3_600_000
        setattr(g, ZONE, "Europe/Berlin")
        assert day_start(day, 300) == midnight - 2 * 3_600_000
        assert day_start(day.replace(day=26), 300) == midnight + 23 * 3_600_000


def test_the_night_comes_by_the_clock_of_the_house(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    held = app.config["TALLYMAN"]
    with app.app_context():
        monkeypatch.setattr(nightly, "now_ms", lambda: WINTER)
        for zone, hour in (("Asia/Tokyo", 8), ("America/New_York", 18)):
            app.config["TALLYMAN"] = replace(held, time_zone=zone)
            assert clock_at(WINTER, nightly.in_force().time_zone).hour == hour


def test_zones_can_be_chosen_by_place_and_unknown_ones_leave_times_as_they_are() -> None:
    assert {"UTC", "Europe/Berlin", "America/Argentina/Salta"} <= set(zones())
    assert not {"auto", "posixrules", "Etc/GMT+1", "US/Pacific"} & set(zones())
    assert zone_named("auto") is None and zone_named("Mars/Olympus") is None


@pytest.mark.parametrize(
    ("chosen", "written"),
    [
        ("auto", "1,234,567.5"),
        ("point", "1,234,567.5"),
        ("comma", "1.234.567,5"),
        ("space", "1\u202f234\u202f567,5"),
        ("apostrophe", "1’234’567.5"),
    ],
)
def test_numbers_are_written_as_the_house_wants_them(app: Flask, chosen: str, written: str) -> None:
    with app.test_request_context():
        setattr(g, NUMBERS, chosen)
        assert number(1_234_567.5) == written


def test_pages_and_files_follow_at_once(owner: Visitor) -> None:
    assert 'data-time-zone="" data-numbers=""' in owner.get("/audit").text
    assert "time (UTC)" in owner.get("/audit?as=csv").text
    form = {"time_zone": "Asia/Tokyo", "number_format": "comma"}
    assert owner.post("/settings", data=form).status_code == 303
    page = owner.get("/audit").text
    assert 'data-time-zone="Asia/Tokyo" data-numbers=".,"' in page and " JST</time>" in page
    assert "time (Asia/Tokyo)" in owner.get("/audit?as=csv").text
    settings = owner.get("/settings").text
    assert '<option value="Asia/Tokyo" selected>Asia/Tokyo</option>' in settings
    assert '<option value="America/New_York">America/New York</option>' in settings


def test_phones_hear_of_it_with_their_people(phone: Phone, owner: Visitor) -> None:
    assert phone.read("people").json["house"] == {"time_zone": "", "numbers": "", "idle_minutes": 0}
    phone.pull()
    assert owner.post("/settings", data={"company_name": "Ridgeway"}).status_code == 303
    assert "people" not in phone.pull().json
    form = {"time_zone": "Europe/Berlin", "number_format": "comma", "idle_minutes": "5"}
    assert owner.post("/settings", data=form).status_code == 303
    assert phone.pull().json["people"] is True
    told = {"time_zone": "Europe/Berlin", "numbers": ".,", "idle_minutes": 5}
    assert phone.read("people").json["house"] == told


def test_phones_hear_what_another_instance_decided_a_moment_ago(
    app: Flask, phone: Phone, owner: Visitor
) -> None:
    assert owner.get("/settings").status_code == 200, "this instance has read the settings and believes them"
    with app.app_context(), transaction() as connection:
        decide(connection, 1, {"idle_minutes": 5})
    assert phone.read("people").json["house"]["idle_minutes"] == 5
