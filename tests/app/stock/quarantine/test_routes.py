"""What could not be posted, over JSON: shown as it was received, discarded by a second person."""

from collections.abc import Callable

import pytest

from tests.app.floor import World
from tests.app.phone import SUPPLIER, Phone
from tests.app.visitor import Visitor

SignedIn = Callable[[str], Visitor]
MINUTE = 60_000


@pytest.fixture
def held(world: World, phone: Phone) -> Phone:
    """A receipt of an item that nobody knows."""
    phone.move(55_555, SUPPLIER, world.dock, "1")
    assert phone.push().json["verdicts"][0]["status"] == "quarantined"
    return phone


def test_quarantine_shows_what_was_received(held: Phone, signed_in: SignedIn) -> None:
    (entry,) = signed_in("operator").get("/api/stock/quarantine").json["rows"]
    assert (entry["operation_id"], entry["reason"]) == (held.captured[0]["id"], "unknown_item")
    assert (entry["device_id"], entry["seq"], entry["decision"]) == (held.device, 1, "")
    assert signed_in("operator").get(f"/api/stock/quarantine/{entry['id']}").json == entry
    assert signed_in("operator").get("/api/stock/quarantine?device=other").json["rows"] == []
    assert signed_in("operator").get("/api/stock/quarantine?state=decided").json["rows"] == []


def test_a_second_person_discards_with_a_reason_and_the_phone_hears_of_it(
    held: Phone, signed_in: SignedIn, staff: dict[str, int]
) -> None:
    held.pull_all()
    manager = signed_in("manager")
    (entry,) = manager.get("/api/stock/quarantine").json["rows"]
    path = f"/api/stock/quarantine/{entry['id']}/discard"
    early = manager.post(path, json={"reason": "A test label."})
    assert (early.status_code, early.json["code"]) == (409, "not_proposed")
    propose(signed_in("administrator"), entry["id"])
    assert manager.post(path, json={}).status_code == 422
    assert manager.post(path, json={"reason": " "}).status_code == 422
    answer = manager.post(path, json={"reason": "A test label."})
    assert answer.status_code == 200
    assert (answer.json["decision"], answer.json["decided_by"]) == ("discarded", staff["manager"])
    outcome = held.pull_all()["outcome"][(held.captured[0]["id"],)]
    assert outcome[1:] == ["discarded", "unknown_item", "A test label."]
    again = manager.post(path, json={"reason": "Once more."})
    assert (again.status_code, again.json["code"]) == (409, "already_decided")


def propose(visitor: Visitor, number: int) -> None:
    answer = visitor.post(f"/api/stock/quarantine/{number}/proposal", json={"reason": "A label."})
    assert answer.status_code == 200, answer.json
    assert (answer.json["decision"], answer.json["proposed_note"]) == ("", "A label.")


def test_whoever_proposed_it_cannot_confirm_it_and_a_proposal_is_withdrawn(
    held: Phone, signed_in: SignedIn, staff: dict[str, int]
) -> None:
    manager, administrator = signed_in("manager"), signed_in("administrator")
    (entry,) = manager.get("/api/stock/quarantine").json["rows"]
    path = f"/api/stock/quarantine/{entry['id']}"
    propose(manager, entry["id"])
    answer = manager.post(f"{path}/discard", json={"reason": "Alone."})
    assert (answer.status_code, answer.json["code"]) == (403, "second_person")
    again = administrator.post(f"{path}/proposal", json={"reason": "Twice."})
    assert (again.status_code, again.json["code"]) == (409, "already_proposed")
    assert held.pull_all()["outcome"][(held.captured[0]["id"],)][1] == "quarantined"
    assert administrator.get(path).json["proposed_by"] == staff["manager"]
    withdrawn = administrator.delete(f"{path}/proposal")
    assert (withdrawn.status_code, withdrawn.json["proposed_by"]) == (200, None)
    assert administrator.delete(f"{path}/proposal").json["code"] == "not_proposed"
    for role in ("viewer", "operator"):
        assert signed_in(role).post(f"{path}/proposal", json={"reason": "x"}).status_code == 403
        assert signed_in(role).delete(f"{path}/proposal").status_code == 403


def test_whoever_captured_it_cannot_discard_it(
    world: World, phones: Callable[..., Phone], signed_in: SignedIn
) -> None:
    own = phones("manager")
    own.move(55_555, SUPPLIER, world.dock, "1")
    nameless = phones("manager")
    nameless.actor = None
    nameless.move(55_555, SUPPLIER, world.dock, "1")
    own.push()
    nameless.push()
    manager, administrator = signed_in("manager"), signed_in("administrator")
    entries = manager.get("/api/stock/quarantine").json["rows"]
    assert len(entries) == 2
    for entry in entries:
        path = f"/api/stock/quarantine/{entry['id']}"
        propose(administrator, entry["id"])
        answer = manager.post(f"{path}/discard", json={"reason": "Mine."})
        assert (answer.status_code, answer.json["code"]) == (403, "second_person")
        administrator.delete(f"{path}/proposal")
        propose(manager, entry["id"])
        assert administrator.post(f"{path}/discard", json={"reason": "Not mine."}).status_code == 200
