"""How far the book is complete, and which discrepancies are firm because of it."""

import pytest
from sqlalchemy import Connection, update

from app.people.devices.models import Device
from app.stock.book.watermark import COMPLETE_TO, Heard, Watermark, current_watermark, firm_up, watermark
from app.stock.office.posting import Draft, post_office
from sync.movement import CUSTOMER
from tests.app.stock.bench import BASE, LATER, MINUTE, OPERATOR, Hand, push, rows
from tests.sync.facts import A1, TIN

NOW = 1_000_000_000


@pytest.mark.parametrize(
    ("devices", "expected"),
    [
        ([], Watermark(None)),
        ([Heard("tablet 1", None)], Watermark(None)),
        ([Heard("tablet 1", NOW - 5)], Watermark(NOW - 5)),
        ([Heard("tablet 1", NOW - 5), Heard("tablet 2", NOW - 9)], Watermark(NOW - 9)),
        ([Heard("tablet 1", NOW, 3, NOW - 500)], Watermark(NOW - 500, ("tablet 1",))),
        ([Heard("tablet 1", NOW, 0, NOW - 500)], Watermark(NOW)),
        ([Heard("tablet 1", NOW, 3, None)], Watermark(NOW, ("tablet 1",))),
        (
            [
                Heard("tablet 1", NOW),
                Heard("tablet 2", NOW - 90_000),
                Heard("tablet 3", NOW, 1, NOW - 99_000),
            ],
            Watermark(NOW - 99_000, ("tablet 3", "tablet 2")),
        ),
    ],
    ids=[
        "no device",
        "none was ever heard",
        "one that is empty",
        "the one silent longest",
        "unsent operations",
        "an old time without unsent ones",
        "unsent ones without a time",
        "the furthest behind is named first",
    ],
)
def test_the_watermark_is_the_oldest_time_anyone_may_still_hold(
    devices: list[Heard], expected: Watermark
) -> None:
    assert watermark(devices, NOW) == expected


def heard(connection: Connection, device: str, contact_at: int, oldest: int | None = None) -> None:
    values = {"contact_at": contact_at, "pending": int(oldest is not None), "oldest_unsent_at": oldest}
    connection.execute(update(Device).where(Device.id == device).values(values))


def firm(connection: Connection) -> list[str]:
    return [row.subject for row in rows(connection, "discrepancy") if row.firm_at is not None]


def test_a_discrepancy_is_firm_once_no_device_can_explain_it(book: Connection) -> None:
    push(book, "a", [Hand().move(A1, CUSTOMER, minute=10)])
    heard(book, "a", BASE + 20 * MINUTE)
    heard(book, "b", BASE + 20 * MINUTE, oldest=BASE + 10 * MINUTE)
    assert firm_up(book, LATER) == []
    heard(book, "b", BASE + 21 * MINUTE)
    number = rows(book, "discrepancy")[0].id
    assert firm_up(book, LATER) == [number]
    assert firm(book) == [f"{TIN}||{A1}"]
    told = {(row.entity, row.key): row.position for row in rows(book, "feed_change")}
    assert told["discrepancy", str(number)] == max(told.values())
    assert firm_up(book, LATER) == []


@pytest.mark.parametrize(
    ("contact", "pending", "oldest"),
    [
        (None, 0, None),
        (None, 2, BASE),
        (BASE, 0, BASE - 1),
        (BASE, 2, None),
        (BASE, 2, 0),
        (BASE, 1, BASE - 7),
    ],
)
def test_the_database_reckons_the_watermark_as_we_do(
    book: Connection, contact: int | None, pending: int, oldest: int | None
) -> None:
    heard(book, "a", BASE + MINUTE)
    told = {"contact_at": contact, "pending": pending, "oldest_unsent_at": oldest}
    heard(book, "b", BASE + MINUTE)
    book.execute(update(Device).where(Device.id == "b").values(told))
    assert book.scalar(COMPLETE_TO) == current_watermark(book, LATER).at


def test_devices_that_were_shut_out_hold_nothing_back(book: Connection) -> None:
    heard(book, "a", BASE)
    heard(book, "b", BASE + MINUTE)
    book.execute(update(Device).where(Device.id == "a").values(revoked_at=LATER))
    assert current_watermark(book, LATER).at == BASE + MINUTE
    book.execute(update(Device).where(Device.id == "b").values(stolen_at=LATER))
    assert current_watermark(book, LATER).at is None


def test_the_office_holds_nothing_back(book: Connection) -> None:
    post_office(
        book, OPERATOR, [Draft("move", {"item": TIN, "from": A1, "to": CUSTOMER, "quantity": "1"})], BASE
    )
    assert current_watermark(book, LATER).at is None
    assert len(firm_up(book, LATER)) == 1
