"""Posting a push: verdicts, quarantine, duplicates, gaps and forks, and what the feed is told."""

from typing import Any

import pytest
from sqlalchemy import Connection, update

from app.people.devices.models import Device
from app.people.models import User
from app.stock.book.check import differences
from sync.movement import CUSTOMER, SUPPLIER
from sync.protocol import Verdict
from sync.sequence import Stop
from tests.app.stock.bench import (
    BASE,
    LATER,
    MINUTE,
    OPERATOR,
    VIEWER,
    Hand,
    on_hand,
    open_findings,
    push,
    rows,
)
from tests.sync.facts import A1, A2, DOCK, DRILL, TEA, TIN


def statuses(verdicts: Any) -> list[str]:
    return [verdict.status for verdict in verdicts]


def test_a_receipt_stands_in_the_book_and_in_the_feed(book: Connection, hand: Hand) -> None:
    result = push(book, "a", [hand.move(SUPPLIER, DOCK, "5")])
    assert statuses(result.verdicts) == ["applied"]
    assert (result.device_seq, result.stop) == (1, None)
    assert on_hand(book) == {(TIN, DOCK): 5}
    told = {(row.entity, row.key) for row in rows(book, "feed_change") if row.position > 6}
    assert told == {("stock", f"{TIN}||{DOCK}")}
    assert result.head == max(row.position for row in rows(book, "feed_change"))


def test_the_same_push_again_gives_the_stored_verdicts_and_changes_nothing(
    book: Connection, hand: Hand
) -> None:
    operations = [hand.move(A1, A2), hand.move(SUPPLIER, 999)]
    first = push(book, "a", operations)
    before = {table: rows(book, table) for table in ("movement", "operation", "quarantine", "discrepancy")}
    again = push(book, "a", operations)
    assert statuses(first.verdicts) == ["applied", "quarantined"]
    assert statuses(again.verdicts) == ["duplicate", "quarantined"]
    assert [v.discrepancies for v in first.verdicts] == [v.discrepancies for v in again.verdicts]
    assert again.verdicts[1] == first.verdicts[1]
    assert {table: rows(book, table) for table in before} == before
    assert again.head == first.head


def test_a_verdict_names_the_discrepancies_that_an_operation_opened(book: Connection, hand: Hand) -> None:
    verdict = push(book, "a", [hand.move(A1, A2)]).verdicts[0]
    assert [opened.kind for opened in verdict.discrepancies] == ["negative"]
    row = rows(book, "discrepancy")[0]
    assert (row.id, row.subject, row.quantity) == (verdict.discrepancies[0].id, f"{TIN}||{A1}", -1_000_000)


def test_a_late_fact_names_the_variance_that_it_changed(book: Connection, hand: Hand) -> None:
    push(book, "a", [hand.move(SUPPLIER, A1, "5"), hand.count(A1, "5", minute=10)])
    late = push(book, "b", [Hand().move(A1, A2, "2", minute=5)]).verdicts[0]
    assert [opened.kind for opened in late.discrepancies] == ["variance"]
    assert on_hand(book) == {(TIN, A1): 5, (TIN, A2): 2}


def test_what_cannot_be_posted_is_kept_verbatim_and_its_number_is_taken(book: Connection, hand: Hand) -> None:
    bad = b'{"id": "x", "seq":1,   "quantity": 1e3}'
    hand.seq = 1
    result = push(book, "a", [bad, hand.move(SUPPLIER, DOCK)])
    assert statuses(result.verdicts) == ["quarantined", "applied"]
    assert result.device_seq == 2
    held = rows(book, "quarantine")[0]
    assert (held.operation_id, held.seq, bytes(held.raw), held.reason) == ("x", 1, bad, "unsupported_version")
    assert ("outcome", "x") in {(row.entity, row.key) for row in rows(book, "feed_change")}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"item": 999}, "unknown_item"),
        ({"to": 999}, "unknown_location"),
        ({"from": 999}, "unknown_location"),
        ({"to": SUPPLIER}, "same_location"),
        ({"quantity": "0"}, "bad_quantity"),
        ({"lot": "\x00"}, "bad_body"),
    ],
)
def test_each_reason_for_quarantine_is_told(
    book: Connection, hand: Hand, changes: dict[str, Any], reason: str
) -> None:
    sound = hand.move(SUPPLIER, DOCK)
    verdict = push(book, "a", [{**sound, "body": {**sound["body"], **changes}}]).verdicts[0]
    assert (verdict.status, verdict.reason) == ("quarantined", reason)
    assert len(verdict.message) > 10
    assert rows(book, "movement") == []


def test_a_virtual_place_is_not_counted(book: Connection, hand: Hand) -> None:
    assert push(book, "a", [hand.count(SUPPLIER, "5")]).verdicts[0].reason == "unknown_location"


def test_a_gap_keeps_what_came_before_it(book: Connection, hand: Hand) -> None:
    operations = [hand.move(SUPPLIER, DOCK) for _ in range(4)]
    result = push(book, "a", [operations[0], operations[2], operations[3]])
    assert result.stop == Stop("gap", 2)
    assert (statuses(result.verdicts), result.device_seq) == (["applied"], 1)
    assert on_hand(book) == {(TIN, DOCK): 1}
    assert push(book, "a", operations).device_seq == 4


def test_a_cloned_phone_is_told_to_fork_and_goes_on_in_a_new_epoch(book: Connection, hand: Hand) -> None:
    push(book, "a", [hand.move(SUPPLIER, DOCK), hand.move(SUPPLIER, DOCK)])
    clone = Hand()
    clone.seq = 1
    own = clone.move(SUPPLIER, A1)
    assert push(book, "a", [own]).stop == Stop("fork", 2)
    renumbered = push(book, "a", [{**own, "seq": 1}], epoch=2)
    assert (statuses(renumbered.verdicts), renumbered.device_seq) == (["applied"], 1)
    assert on_hand(book) == {(TIN, DOCK): 2, (TIN, A1): 1}


def test_an_operation_renumbered_after_a_lost_reply_counts_once(book: Connection, hand: Hand) -> None:
    first, second = hand.move(SUPPLIER, DOCK), hand.move(SUPPLIER, DOCK)
    push(book, "a", [first])
    again = push(book, "a", [{**first, "seq": 1}, {**second, "seq": 2}], epoch=2)
    assert (statuses(again.verdicts), again.device_seq) == (["duplicate", "applied"], 2)
    assert on_hand(book) == {(TIN, DOCK): 2}


def test_another_content_under_a_known_id_is_kept_apart(book: Connection, hand: Hand) -> None:
    first = hand.move(SUPPLIER, DOCK, "1")
    push(book, "a", [first])
    reused = {**hand.move(SUPPLIER, DOCK, "9"), "id": first["id"]}
    result = push(book, "a", [reused, hand.move(SUPPLIER, DOCK, "3")])
    assert [verdict.reason for verdict in result.verdicts] == ["id_reuse", ""]
    assert result.device_seq == 3
    assert on_hand(book) == {(TIN, DOCK): 4}
    again = push(book, "a", [first, reused])
    assert statuses(again.verdicts) == ["duplicate", "quarantined"]
    assert len(rows(book, "quarantine")) == 1


def test_one_operation_twice_in_one_push_counts_once(book: Connection, hand: Hand) -> None:
    one = hand.move(SUPPLIER, DOCK)
    assert statuses(push(book, "a", [one, one]).verdicts) == ["applied", "duplicate"]
    assert on_hand(book) == {(TIN, DOCK): 1}


def test_a_poison_operation_twice_in_one_push_is_kept_once(book: Connection, hand: Hand) -> None:
    one = hand.move(SUPPLIER, 999)
    assert statuses(push(book, "a", [one, one]).verdicts) == ["quarantined", "quarantined"]
    assert len(rows(book, "quarantine")) == 1


def test_what_a_device_did_after_it_was_reported_lost_is_held_back(book: Connection, hand: Hand) -> None:
    book.execute(update(Device).where(Device.id == "a").values(stolen_at=BASE + 10 * MINUTE))
    early, late = hand.move(SUPPLIER, DOCK, minute=9), hand.move(DOCK, CUSTOMER, minute=10)
    verdicts = push(book, "a", [early, late]).verdicts
    assert [verdict.reason for verdict in verdicts] == ["", "device_revoked"]
    assert on_hand(book) == {(TIN, DOCK): 1}


def test_what_a_person_did_after_their_account_was_closed_is_held_back(book: Connection, hand: Hand) -> None:
    book.execute(update(User).where(User.id == OPERATOR).values(disabled_at=BASE + 10 * MINUTE))
    early, late = hand.move(SUPPLIER, DOCK, minute=9), hand.move(DOCK, CUSTOMER, minute=10)
    assert [v.reason for v in push(book, "a", [early, late]).verdicts] == ["", "device_revoked"]


def test_who_may_only_look_is_posted_and_open(book: Connection, hand: Hand) -> None:
    receipt = {**hand.move(SUPPLIER, DOCK), "actor": VIEWER}
    assert [opened.kind for opened in push(book, "a", [receipt]).verdicts[0].discrepancies] == [
        "unauthorised"
    ]
    assert on_hand(book) == {(TIN, DOCK): 1}


def test_who_is_not_named_is_the_one_who_enrolled_the_device(book: Connection, hand: Hand) -> None:
    receipt = hand.move(SUPPLIER, DOCK)
    del receipt["actor"]
    assert push(book, "a", [receipt]).verdicts[0].discrepancies == []
    assert rows(book, "operation")[0].actor_id == OPERATOR


def test_a_devices_times_never_run_backwards_from_push_to_push(book: Connection, hand: Hand) -> None:
    push(book, "a", [hand.move(SUPPLIER, DOCK, minute=10)])
    push(book, "a", [hand.move(SUPPLIER, DOCK, minute=5)])
    assert [row.effective_at for row in rows(book, "operation")] == [BASE + 10 * MINUTE] * 2


def test_nothing_happens_after_it_came_in(book: Connection, hand: Hand) -> None:
    push(book, "a", [hand.move(SUPPLIER, DOCK, minute=60 * 24 * 300)])
    assert rows(book, "operation")[0].effective_at == LATER


def test_a_capture_in_1970_is_held_back(book: Connection, hand: Hand) -> None:
    verdict = push(book, "a", [{**hand.move(SUPPLIER, DOCK), "at": 5}]).verdicts[0]
    assert verdict.reason == "bad_body"
    assert "2000" in verdict.message


def test_an_empty_push_leaves_no_trace(book: Connection) -> None:
    result = push(book, "a", [])
    assert (result.device_seq, result.verdicts, rows(book, "device_epoch")) == (0, [], [])


def test_lots_and_serials_are_told(book: Connection, hand: Hand) -> None:
    tea = hand.move(SUPPLIER, DOCK, item=TEA, lot="K7", expires_on="2027-03-31")
    drills = hand.move(SUPPLIER, A1, "2", item=DRILL, serials=["s1", "s2"])
    push(book, "a", [tea, drills])
    lot = next(row for row in rows(book, "lot") if row.code == "K7")
    assert (lot.expires_on, bool(lot.introduced)) == ("2027-03-31", True)
    told = {(row.entity, row.key) for row in rows(book, "feed_change")}
    assert {("lot", f"{TEA}|K7"), ("serial", f"{DRILL}|s1"), ("serial", f"{DRILL}|s2")} <= told


def test_a_lot_keeps_the_soonest_date_that_anyone_read(book: Connection, hand: Hand) -> None:
    for day in ("2027-05-01", "2027-03-31", "2027-06-01"):
        push(book, "a", [hand.move(SUPPLIER, DOCK, item=TEA, lot="K7", expires_on=day)])
    assert next(row for row in rows(book, "lot") if row.code == "K7").expires_on == "2027-03-31"


def test_a_discrepancy_closes_once_and_opens_anew_under_a_new_number(book: Connection, hand: Hand) -> None:
    first = push(book, "a", [hand.move(A1, CUSTOMER)]).verdicts[0].discrepancies[0].id
    push(book, "a", [hand.move(SUPPLIER, A1)])
    assert open_findings(book) == []
    second = push(book, "a", [hand.move(A1, CUSTOMER)]).verdicts[0].discrepancies[0].id
    assert second != first
    closed = next(row for row in rows(book, "discrepancy") if row.id == first)
    assert closed.closed_by == "facts"


def test_a_discrepancy_that_grows_is_told_again(book: Connection, hand: Hand) -> None:
    opened = push(book, "a", [hand.move(A1, CUSTOMER)]).verdicts[0].discrepancies[0].id
    head = push(book, "a", [hand.move(A1, CUSTOMER)]).head
    row = next(row for row in rows(book, "discrepancy"))
    assert (row.id, row.quantity) == (opened, -2_000_000)
    told = next(r for r in rows(book, "feed_change") if (r.entity, r.key) == ("discrepancy", str(opened)))
    assert told.position == head


def test_the_unit_of_a_verdict_is_the_wires(book: Connection, hand: Hand) -> None:
    verdict = push(book, "a", [hand.move(SUPPLIER, DOCK)]).verdicts[0]
    assert isinstance(verdict, Verdict)


def test_five_hundred_at_once_leave_a_sound_book(book: Connection, hand: Hand) -> None:
    places = (DOCK, A1, A2)
    operations = [
        hand.count(places[n % 3], str(n % 4), minute=n)
        if n % 7 == 0
        else hand.move(places[n % 3], places[(n + 1) % 3], minute=n)
        for n in range(500)
    ]
    assert set(statuses(push(book, "a", operations).verdicts)) == {"applied"}
    assert differences(book) == []
