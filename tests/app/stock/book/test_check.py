"""The check sees whatever does not agree with the facts."""

import pytest
from sqlalchemy import Connection, text

from app.stock.book.check import differences
from sync.movement import CUSTOMER, SUPPLIER
from tests.app.stock.bench import Hand, push
from tests.sync.facts import A1, A2, DOCK, DRILL, TIN


@pytest.fixture
def filled(book: Connection) -> Connection:
    hand = Hand()
    operations = [
        hand.move(SUPPLIER, DOCK, "5"),
        hand.move(DOCK, A1, "3"),
        hand.count(A1, "2", minute=1),
        hand.move(A2, CUSTOMER, "1", minute=2),
        hand.move(SUPPLIER, A1, "2", minute=3, item=DRILL, serials=["s1", "s2"]),
    ]
    assert {verdict.status for verdict in push(book, "a", operations).verdicts} == {"applied"}
    return book


def test_a_sound_book_shows_nothing(filled: Connection) -> None:
    assert differences(filled) == []


@pytest.mark.parametrize(
    ("damage", "seen"),
    [
        (f"UPDATE stock_level SET quantity = 9 WHERE location_id = {DOCK}", f"levels {TIN}||{DOCK}"),
        (f"DELETE FROM stock_level WHERE location_id = {A1}", f"levels {TIN}||{A1}"),
        ("UPDATE movement SET quantity = 9 WHERE id = 1", f"movements {TIN}||{DOCK}"),
        ("DELETE FROM movement WHERE role = 'adjustment'", f"movements {TIN}||{A1}"),
        ("UPDATE count_point SET adjustment = 0", "counts "),
        ("UPDATE serial_position SET location_id = 12", f"serial {DRILL}|s1"),
        ("DELETE FROM serial_position", f"serial {DRILL}|s2"),
        ("UPDATE movement SET to_id = 12 WHERE serial = 's1'", f"serial {DRILL}|s1: units"),
        ("DELETE FROM discrepancy", f"discrepancy negative {TIN}||{A2}"),
        ("UPDATE discrepancy SET subject = 'x'", "discrepancy negative x"),
        ("UPDATE discrepancy SET quantity = 5", f"discrepancy negative {TIN}||{A2}"),
        ("UPDATE feed_counter SET stock_checksum = 1", "feed: checksum"),
        ("INSERT INTO site_state (site_id, stock_checksum, layout) VALUES (7, 5, 0)", "site 7: checksum 5"),
        ("UPDATE feed_counter SET position = 1", "feed: a change"),
        ("DELETE FROM feed_change WHERE entity = 'stock'", f"feed: stock {TIN}||{DOCK}"),
    ],
)
def test_damage_is_seen(filled: Connection, damage: str, seen: str) -> None:
    filled.execute(text(damage))
    assert [line for line in differences(filled) if line.startswith(seen)], differences(filled)
