"""The audit trail as administrators read it."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from app.database import transaction
from app.people.audit.models import AuditEntry
from app.people.audit.trail import record
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]
ITEM = {"code": "TEA-2", "name": "More tea"}


def trail(administrator: Visitor, query: str = "") -> list[dict[str, Any]]:
    answer = administrator.get(f"/api/audit{query}")
    assert answer.status_code == 200, answer.json
    return list(answer.json["rows"])


def acts(administrator: Visitor, kind: str) -> list[str]:
    return [row["action"] for row in reversed(trail(administrator, f"?kind={kind}"))]


def test_what_happens_to_people_is_written_down(signed_in: Enter, staff: dict[str, int]) -> None:
    administrator = signed_in("administrator")
    path = f"/api/users/{staff['viewer']}"
    administrator.patch(path, json={"role": "operator"})
    administrator.ask("PUT", f"{path}/sites", json={"all_sites": False, "sites": []})
    administrator.ask("PUT", f"{path}/disabled")
    administrator.delete(f"{path}/disabled")
    administrator.post(f"{path}/link")
    rows = [row for row in trail(administrator) if row["subject_id"] == str(staff["viewer"])]
    assert [row["action"] for row in reversed(rows)] == [
        "changed", "sites_changed", "disabled", "enabled", "reset_link_made",
    ]  # fmt: skip
    changed = rows[-1]
    assert (changed["before"], changed["after"]) == ({"role": "viewer"}, {"role": "operator"})
    assert (changed["actor"], changed["actor_kind"]) == ("Ana Administrator", "person")
    assert changed["user_id"] == staff["administrator"]
    assert changed["address"] == "127.0.0.1"


def test_what_happens_to_items_is_written_down(signed_in: Enter) -> None:
    manager, administrator = signed_in("manager"), signed_in("administrator")
    tea = manager.post("/api/items", json=ITEM).json
    other = manager.post("/api/items", json=ITEM | {"code": "TEA-3"}).json
    path = f"/api/items/{tea['id']}"
    manager.patch(path, json={"name": "Much more tea", "updated_at": tea["updated_at"]})
    manager.ask("PUT", f"{path}/survivor", json={"survivor": other["id"]})
    manager.delete(f"{path}/survivor")
    manager.ask("PUT", f"{path}/archived")
    manager.delete(f"{path}/archived")
    assert acts(administrator, "item") == [
        "added", "added", "changed", "merged", "unmerged", "archived", "unarchived",
    ]  # fmt: skip


def test_what_happens_to_places_is_written_down(signed_in: Enter) -> None:
    manager, administrator = signed_in("manager"), signed_in("administrator")
    site = manager.post("/api/locations", json={"kind": "site", "code": "NORTH"}).json
    path = f"/api/locations/{site['id']}"
    changed = manager.patch(path, json={"name": "North", "updated_at": site["updated_at"]})
    assert changed.status_code == 200, changed.json
    manager.post(
        "/api/locations/series", json={"kind": "zone", "pattern": "Z-{01..20}", "parent": site["id"]}
    )
    manager.ask("PUT", f"{path}/archived")
    manager.delete(f"{path}/archived")
    assert acts(administrator, "location") == ["added", "changed", "added", "archived", "unarchived"]


def test_a_token_is_told_apart_from_its_owner(app: Flask, signed_in: Enter) -> None:
    body = {"name": "Feeder", "scopes": ["write:items"], "days": 3}
    token = signed_in("manager").post("/api/account/tokens", json=body).json["token"]
    app.test_client().post("/api/items", json=ITEM, headers={"Authorization": f"Bearer {token}"})
    (row,) = trail(signed_in("administrator"), "?kind=item")
    assert (row["actor_kind"], row["actor"]) == ("token", "Ana Manager · Feeder")


def test_no_entry_holds_a_secret(signed_in: Enter, visitor: Visitor, staff: dict[str, int]) -> None:
    administrator = signed_in("administrator")
    link = administrator.post(f"/api/users/{staff['viewer']}/link").json["link"]
    visitor.client.post(link, data={"password": "a shelf of green tea"})
    token = administrator.post("/api/account/tokens", json={"name": "T", "days": 1}).json["token"]
    text = administrator.get("/api/audit").text
    for secret in (link.rsplit("/", 1)[1], "a shelf of green tea", token, "argon2"):
        assert secret not in text


def test_the_list_is_narrowed(app: Flask, signed_in: Enter, staff: dict[str, int]) -> None:
    administrator = signed_in("administrator")
    signed_in("manager").post("/api/items", json=ITEM)
    mine = trail(administrator, f"?person={staff['manager']}")
    assert {row["user_id"] for row in mine} == {staff["manager"]}
    assert [row["subject_name"] for row in trail(administrator, "?search=TEA-2")] == ["More tea"]
    assert trail(administrator, "?act=added&kind=location") == []
    now = int(time.time() * 1000)
    assert trail(administrator, f"?until={now - 3_600_000}") == []
    assert len(trail(administrator, f"?since={now - 3_600_000}")) >= 3


@pytest.mark.parametrize(
    "query", ["person=x", "kind=cake", "since=-1", "until=1e99", "sort=actor", "colour=red"]
)
def test_a_question_that_makes_no_sense_is_refused(signed_in: Enter, query: str) -> None:
    assert signed_in("administrator").get(f"/api/audit?{query}").status_code == 422


@pytest.mark.parametrize(
    "query", ["person=x", "kind=cake", "since=yesterday", "zone=a", "page=-1", "act=%00"]
)
def test_the_page_leaves_out_what_makes_no_sense(signed_in: Enter, query: str) -> None:
    assert signed_in("administrator").get(f"/audit?{query}").status_code == 200


def test_the_page_shows_before_and_after_and_leads_to_the_subject(
    signed_in: Enter, staff: dict[str, int]
) -> None:
    administrator = signed_in("administrator")
    administrator.patch(f"/api/users/{staff['viewer']}", json={"role": "operator"})
    page = administrator.get("/audit?kind=user&act=changed").text
    assert "<del>viewer</del>" in page and "<span>operator</span>" in page
    assert f'href="/people/{staff["viewer"]}"' in page
    assert "Nothing found" in administrator.get("/audit?q=nothing+like+it").text


def test_markup_and_formulas_in_names_stay_text(app: Flask, signed_in: Enter) -> None:
    administrator = signed_in("administrator")
    with app.app_context(), transaction() as connection:
        record(connection, "added", ("item", 1, "<img src=x>"), None, {"name": "=1+1"})
    page = administrator.get("/audit").text
    assert "<img src=x" not in page and "&lt;img src=x" in page
    file = administrator.get("/audit?as=csv&kind=item")
    assert file.status_code == 200 and "<img src=x>" in file.text


def test_nobody_but_an_administrator_reads_it(signed_in: Enter) -> None:
    assert signed_in("manager").get("/api/audit").status_code == 403
    assert signed_in("manager").get("/audit").status_code == 403


def test_nothing_changes_an_entry(app: Flask, signed_in: Enter) -> None:
    administrator = signed_in("administrator")
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(("/api/audit", "/audit")):
            assert (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS"}
    assert administrator.delete("/api/audit").status_code == 405


def test_an_entry_of_an_unknown_kind_is_shown_by_its_own_name(app: Flask, signed_in: Enter) -> None:
    administrator = signed_in("administrator")
    with app.app_context(), transaction() as connection:
        record(connection, "turned_over", ("sand_glass", 7, "Old one"))
        connection.execute(update(AuditEntry).values(address=""))
    assert "Sand glass turned over" in administrator.get("/audit").text
