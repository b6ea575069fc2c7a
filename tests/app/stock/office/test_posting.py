"""The office posts through the same path, releases what was held back, and resolves what is open."""

from typing import Any

import pytest
from sqlalchemy import Connection, update

from app.people.devices.models import Device
from app.stock.book.check import differences
from app.stock.discrepancies.resolution import Resolution, resolve
from app.stock.office.posting import OFFICE, Draft, post_office
from app.stock.quarantine.release import release
from app.web.errors import Refusal
from sync.movement import CUSTOMER, SUPPLIER, UNIDENTIFIED
from tests.app.stock.bench import BASE, LATER, MINUTE, OPERATOR, Hand, on_hand, open_findings, push, rows
from tests.sync.facts import A1, A2, DOCK, TEA, TIN

NOW = LATER


def receipt(quantity: str = "1", **more: Any) -> Draft:
    return Draft("move", {"item": TIN, "from": SUPPLIER, "to": DOCK, "quantity": quantity}, **more)


def names(connection: Connection) -> set[tuple[str, str]]:
    return {finding.name for finding in open_findings(connection)}


def number(connection: Connection, kind: str) -> int:
    """The discrepancy of a kind that stands open."""
    return next(row.id for row in rows(connection, "discrepancy") if row.kind == kind and not row.closed_at)


def test_the_office_is_a_device_without_gaps(book: Connection) -> None:
    post_office(book, OPERATOR, [receipt(), receipt()], NOW)
    post_office(book, OPERATOR, [receipt()], NOW)
    stored = [row for row in rows(book, "operation") if row.device_id == OFFICE]
    assert sorted(row.seq for row in stored) == [1, 2, 3]
    assert {row.effective_at for row in stored} == {NOW}
    assert on_hand(book) == {(TIN, DOCK): 3}
    assert differences(book) == []


def test_the_office_may_date_back(book: Connection) -> None:
    post_office(book, OPERATOR, [receipt(), receipt(at=BASE)], NOW)
    assert {row.effective_at for row in rows(book, "operation")} == {NOW, BASE}


def test_the_office_is_told_at_once_what_cannot_be_posted(book: Connection) -> None:
    attempt = book.begin_nested()
    with pytest.raises(Refusal) as refused:
        post_office(book, OPERATOR, [receipt(), receipt("-1")], NOW)
    attempt.rollback()
    assert (refused.value.status, refused.value.code) == (422, "bad_quantity")
    assert rows(book, "operation") == []


def held(connection: Connection, index: int = -1) -> Any:
    return rows(connection, "quarantine")[index]


def test_a_released_operation_takes_its_own_place_and_its_device_finds_it(
    book: Connection, hand: Hand
) -> None:
    book.execute(update(Device).where(Device.id == "a").values(stolen_at=BASE))
    operation = hand.move(SUPPLIER, DOCK, "5", minute=3)
    push(book, "a", [operation])
    push(book, "b", [Hand().count(DOCK, "5", minute=10)])
    release(book, held(book).id, None, OPERATOR, NOW)
    assert on_hand(book) == {(TIN, DOCK): 5}
    stored = next(row for row in rows(book, "operation") if row.id == operation["id"])
    assert (stored.effective_at, stored.seq, stored.device_id) == (BASE + 3 * MINUTE, 1, "a")
    assert names(book) == set()
    assert push(book, "a", [operation]).verdicts[0].status == "duplicate"
    assert (held(book).decision, held(book).decided_by) == ("released", OPERATOR)
    assert differences(book) == []


def test_an_amended_operation_is_posted_under_the_same_name(book: Connection, hand: Hand) -> None:
    operation = hand.move(SUPPLIER, 999, "5", minute=3)
    push(book, "a", [operation])
    release(book, held(book).id, {**operation["body"], "to": DOCK}, OPERATOR, NOW)
    assert on_hand(book) == {(TIN, DOCK): 5}
    assert held(book).decision == "amended"
    assert push(book, "a", [operation]).verdicts[0].status == "duplicate"
    assert differences(book) == []


def test_what_still_cannot_be_posted_stays_held(book: Connection, hand: Hand) -> None:
    push(book, "a", [hand.move(SUPPLIER, 999)])
    attempt = book.begin_nested()
    with pytest.raises(Refusal) as refused:
        release(book, held(book).id, None, OPERATOR, NOW)
    attempt.rollback()
    assert refused.value.code == "unknown_location"
    assert held(book).decided_at is None
    assert len(rows(book, "quarantine")) == 1


def test_a_reused_id_is_released_under_another(book: Connection, hand: Hand) -> None:
    first = hand.move(SUPPLIER, DOCK, "1")
    push(book, "a", [first, {**hand.move(SUPPLIER, DOCK, "4"), "id": first["id"]}])
    release(book, held(book).id, None, OPERATOR, NOW)
    assert on_hand(book) == {(TIN, DOCK): 5}
    assert {row.seq for row in rows(book, "operation")} == {1, 2}


def test_a_reused_id_whose_number_is_taken_is_released_as_the_offices(book: Connection, hand: Hand) -> None:
    first = hand.move(SUPPLIER, DOCK, "1")
    push(book, "a", [first])
    push(book, "a", [{**first, "body": {**first["body"], "quantity": "4"}}])
    release(book, held(book).id, None, OPERATOR, NOW)
    assert on_hand(book) == {(TIN, DOCK): 5}
    assert {row.device_id for row in rows(book, "operation")} == {"a", OFFICE}
    assert differences(book) == []


def test_nobody_decides_twice(book: Connection, hand: Hand) -> None:
    book.execute(update(Device).where(Device.id == "a").values(stolen_at=BASE))
    push(book, "a", [hand.move(SUPPLIER, DOCK)])
    release(book, held(book).id, None, OPERATOR, NOW)
    with pytest.raises(Refusal, match="already"):
        release(book, held(book).id, None, OPERATOR, NOW)


def test_a_shelf_below_zero_is_filled_up_to_zero(book: Connection, hand: Hand) -> None:
    push(book, "a", [hand.move(A1, CUSTOMER, "3")])
    resolve(book, number(book, "negative"), Resolution("adjust", note="found the slip"), OPERATOR, NOW)
    assert on_hand(book) == {}
    row = rows(book, "discrepancy")[0]
    assert (row.closed_by, row.resolution) == (str(OPERATOR), "resolved: found the slip")
    assert differences(book) == []


def test_a_wrong_count_is_taken_back(book: Connection, hand: Hand) -> None:
    push(book, "a", [hand.move(SUPPLIER, A1, "5"), hand.count(A1, "50", minute=1)])
    resolve(book, number(book, "variance"), Resolution("reverse"), OPERATOR, NOW)
    assert on_hand(book) == {(TIN, A1): 5}
    assert names(book) == set()


def test_unknown_goods_are_identified_at_the_time_they_came(book: Connection, hand: Hand) -> None:
    push(book, "a", [hand.move(SUPPLIER, A1, "2", minute=1, item=None, code="4711")])
    push(book, "b", [Hand().count(A1, "2", minute=30)])
    resolve(book, number(book, "unknown_code"), Resolution("identify", item=TIN), OPERATOR, NOW)
    assert on_hand(book) == {(TIN, A1): 2}
    assert names(book) == set()
    assert not [row for row in rows(book, "stock_level") if row.item_id == UNIDENTIFIED and row.quantity]
    assert differences(book) == []


def test_a_mistyped_lot_is_put_right_everywhere(book: Connection, hand: Hand) -> None:
    push(book, "a", [hand.move(SUPPLIER, A1, "2", item=TEA, lot="K7")])
    mistyped = [
        hand.move(A1, A2, minute=1, item=TEA, lot="K1"),
        hand.move(A2, DOCK, minute=2, item=TEA, lot="K1"),
    ]
    push(book, "a", mistyped)
    resolve(book, number(book, "unknown_lot"), Resolution("relabel", lot="K7"), OPERATOR, NOW)
    assert on_hand(book) == {(TEA, A1): 1, (TEA, DOCK): 1}
    assert names(book) == set()
    assert differences(book) == []


def test_a_lot_may_be_made_known(book: Connection, hand: Hand) -> None:
    push(book, "a", [hand.move(A1, A2, item=TEA, lot="K9")])
    resolve(book, number(book, "unknown_lot"), Resolution("enter"), OPERATOR, NOW)
    push(book, "a", [hand.move(A2, A1, item=TEA, lot="K9")])
    assert names(book) == set()
    assert differences(book) == []


def test_what_was_accepted_stays_closed_until_its_size_changes(book: Connection, hand: Hand) -> None:
    push(book, "a", [hand.move(A1, CUSTOMER, "3")])
    resolve(book, number(book, "negative"), Resolution("accept", note="sample"), OPERATOR, NOW)
    push(book, "a", [hand.move(A1, A2, "1"), hand.move(A2, A1, "1")])
    assert names(book) == set()
    assert differences(book) == []
    push(book, "a", [hand.move(A1, CUSTOMER, "1")])
    assert names(book) == {("negative", f"{TIN}||{A1}")}


@pytest.mark.parametrize("act", ["identify", "enter", "relabel", "reverse", "explode"])
def test_what_does_not_fit_is_refused(book: Connection, hand: Hand, act: str) -> None:
    push(book, "a", [hand.move(A1, CUSTOMER, "3")])
    with pytest.raises(Refusal) as refused:
        resolve(book, number(book, "negative"), Resolution(act), OPERATOR, NOW)
    assert refused.value.status == 422
