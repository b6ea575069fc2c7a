"""Count tasks: asked for from a discrepancy, done by any later count of the same goods, taken back."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from app.clock import now_ms
from app.database import publish, reading, transaction
from app.jobs import Task
from app.people.devices.sites import choose_device_sites
from app.stock.count_tasks.tasks import (
    TELL,
    Wanted,
    ask_for_count,
    task_page,
    task_state,
    tasks_asked,
    tell_tasks_job,
    untold,
)
from tests.app.floor import World
from tests.app.phone import CUSTOMER, Phone, statuses
from tests.app.visitor import Visitor, page

SignedIn = Callable[[str], Visitor]


@pytest.fixture
def short(world: World, phone: Phone) -> Phone:
    """More sugar left a bin than ever came in."""
    phone.move(world.sugar, world.bin_a, CUSTOMER, "2.5")
    phone.push()
    return phone


def test_nothing_to_count_says_so(world: World, signed_in: SignedIn) -> None:
    assert "Nothing is to be counted again" in page(signed_in("viewer"), "/recounts")
    assert "Nothing was counted again yet" in page(signed_in("viewer"), "/recounts?state=done")


def test_a_recount_is_asked_for_once_and_done_by_a_count(
    short: Phone, world: World, signed_in: SignedIn
) -> None:
    manager = signed_in("manager")
    assert "Ask for a recount" in page(manager, "/discrepancies/1")
    for _ in range(2):
        assert manager.post("/discrepancies/1/recount").status_code == 303
    html = page(manager, "/discrepancies/1")
    assert "Ana Manager asked for a recount" in html
    assert "Ask for a recount" not in html
    waiting = page(manager, "/recounts")
    assert waiting.count("data-row") == 1
    assert "Below zero" in waiting
    assert page(manager, "/recounts?q=nothing").count("data-row") == 0
    short.count(world.tea, world.bin_a, "1", lot="X")
    short.push()
    assert page(manager, "/recounts").count("data-row") == 1
    short.count(world.sugar, world.bin_a, "0")
    short.push()
    assert "Nothing is to be counted again" in page(manager, "/recounts")
    done = page(manager, "/recounts?state=done")
    assert "Ana Operator" in done
    assert f"/movements/{short.captured[-1]['id']}" in done


def test_why_a_place_is_counted_is_read_and_found_in_the_readers_language(
    short: Phone, signed_in: SignedIn
) -> None:
    manager = signed_in("manager")
    manager.post("/discrepancies/1/recount")
    told = short.pull_all()["count_task"]
    assert [row[-1] for row in told.values()] == [["kind_negative"]]
    manager.client.set_cookie("tallyman-language", "de")
    german = page(manager, "/recounts?q=unter+null")
    assert german.count("data-row") == 1
    assert "Unter null" in german
    assert "Unter null" in str(manager.get("/recounts?as=csv").get_data(as_text=True))


def test_neither_an_earlier_count_nor_one_that_was_taken_back_is_a_recount(
    short: Phone, world: World, signed_in: SignedIn
) -> None:
    manager = signed_in("manager")
    manager.post("/discrepancies/1/recount")
    short.count(world.sugar, world.bin_a, "0", at=now_ms() - 600_000)
    short.push()
    assert page(manager, "/recounts").count("data-row") == 1
    counted = short.count(world.sugar, world.bin_a, "0")
    short.push()
    assert page(manager, "/recounts").count("data-row") == 0
    short.capture("reverse", target=counted["id"])
    assert statuses(short.push())[-1] == "applied"
    assert page(manager, "/recounts").count("data-row") == 1


def test_a_recount_is_taken_back(short: Phone, signed_in: SignedIn) -> None:
    manager = signed_in("manager")
    manager.post("/discrepancies/1/recount")
    assert manager.post("/recounts/1/cancel").status_code == 303
    assert "Cancelled" in page(manager, "/recounts?state=done")
    assert manager.post("/recounts/1/cancel").status_code == 404
    assert "Ask for a recount" in page(manager, "/discrepancies/1")


def test_a_whole_place_is_asked_for(short: Phone, world: World, app: Flask) -> None:
    with app.app_context():
        with transaction() as connection:
            first = ask_for_count(connection, Wanted(world.bin_a, reason="Phone lost"), None, now_ms())
            again = ask_for_count(connection, Wanted(world.bin_a), None, now_ms())
            other = ask_for_count(connection, Wanted(world.bin_b), None, now_ms())
        with reading() as connection:
            found = task_page(connection, tasks_asked({})).rows
    assert first == again != other
    assert [(row.location_code, row.item_name) for row in found] == [("A-01-01", None), ("A-01-02", None)]


def test_only_managers_ask_and_cancel(short: Phone, signed_in: SignedIn) -> None:
    for path in ("/discrepancies/1/recount", "/recounts/1/cancel"):
        assert signed_in("operator").post(path).status_code == 403
    assert signed_in("manager").post("/discrepancies/77/recount").status_code == 404


def tasks_told(phone: Phone) -> dict[int, list[Any]]:
    """What a phone has heard of tasks, by their number; a tombstone is the number alone."""
    return {key[0]: row for key, row in phone.pull_all().get("count_task", {}).items()}


def test_a_phone_hears_what_is_to_be_counted_and_that_it_was(
    app: Flask, world: World, phones: Callable[..., Phone]
) -> None:
    phone = phones("operator")
    with app.app_context(), transaction() as connection:
        task = ask_for_count(connection, Wanted(world.bin_a, reason="Phone lost"), None, now_ms())
        other = ask_for_count(connection, Wanted(world.bin_b, world.sugar), None, now_ms())
        publish(connection, [("count_task", str(task)), ("count_task", str(other))])
    told = tasks_told(phone)
    assert told[task][1:5] == [world.bin_a, None, "", "Phone lost"]
    assert told[other][1:4] == [world.bin_b, world.sugar, ""]
    own = phone.read("snapshot").json["own"]["count_task"]
    assert [row[0] for row in own] == [task, other]
    phone.count(world.sugar, world.bin_a, "3")
    counted = phone.push().json["verdicts"][0]["id"]
    assert tasks_told(phone) == {task: [task]}
    phone.capture("reverse", target=counted)
    assert statuses(phone.push())[-1] == "applied"
    assert len(tasks_told(phone)[task]) > 1


def test_what_waits_is_told_again_to_devices_that_may_have_passed_it_over(
    app: Flask, world: World, phone: Phone
) -> None:
    with app.app_context():
        with transaction() as connection:
            task = ask_for_count(connection, Wanted(world.bin_a), None, now_ms())
        work = Task("job", TELL, {}, "lease", 1)
        tell_tasks_job(work)
        assert task in tasks_told(phone)
        with reading() as connection:
            assert untold(connection, now_ms()) == []
            assert untold(connection, now_ms() + 86_400_001) == [("count_task", str(task))]


def test_a_device_of_another_site_hears_of_no_task(
    app: Flask, world: World, phones: Callable[..., Phone]
) -> None:
    phone = phones("operator")
    with app.app_context(), transaction() as connection:
        choose_device_sites(connection, phone.device, [])
        task = ask_for_count(connection, Wanted(world.bin_a, reason="secret"), None, now_ms())
        publish(connection, [("count_task", str(task))])
    assert tasks_told(phone) == {}
    assert "count_task" not in phone.read("snapshot").json["own"]


@pytest.mark.parametrize(
    ("cancelled_at", "counted_by", "state"),
    [(None, None, "waiting"), (None, "op", "counted"), (5, None, "cancelled"), (5, "op", "cancelled")],
)
def test_a_task_waits_until_it_is_counted_or_cancelled(
    cancelled_at: int | None, counted_by: str | None, state: str
) -> None:
    assert task_state(SimpleNamespace(cancelled_at=cancelled_at, counted_by_id=counted_by)) == state
