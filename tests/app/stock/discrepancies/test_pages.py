"""The office pages of the discrepancies: the list, one with its witnesses, accepting, resolving."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from app.clock import now_ms
from app.database import reading, transaction
from app.words import t
from sync.discrepancy import KINDS
from tests.app.floor import World
from tests.app.phone import CUSTOMER, SUPPLIER, Phone
from tests.app.visitor import Visitor, page

SignedIn = Callable[[str], Visitor]
PLUS_FOUR = '+<span class="quantity">4'


@pytest.fixture
def doubtful(app: Flask, world: World, phone: Phone) -> Phone:
    """A shelf below zero, a lot and a code that nobody knows, a count that differs: all of it firm."""
    phone.move(world.sugar, world.bin_a, CUSTOMER, "2.5", reason="pick")
    phone.move(world.tea, world.bin_a, world.dock, "1", lot="MISTYPED", reason="transfer")
    phone.capture("move", code="8711000000000", from_=SUPPLIER, to=world.dock, quantity="3")
    phone.count(world.sugar, world.bin_b, "4")
    assert phone.push().status_code == 200
    make_firm(app)
    return phone


def make_firm(app: Flask) -> None:
    with app.app_context(), transaction() as connection:
        connection.execute(text("UPDATE discrepancy SET firm_at = 1 WHERE closed_at IS NULL"))


def number_of(visitor: Visitor, kind: str, item: int | None = None) -> int:
    query = f"kind={kind}" + (f"&item={item}" if item else "")
    rows = visitor.get(f"/api/stock/discrepancies?{query}").json["rows"]
    return int(rows[0]["id"])


def state_of(visitor: Visitor, number: int) -> str:
    return str(visitor.get(f"/api/stock/discrepancies/{number}").json["state"])


def test_a_sound_book_says_so(world: World, signed_in: SignedIn) -> None:
    viewer = signed_in("viewer")
    assert "Books and shelves agree" in page(viewer, "/discrepancies")
    assert "Nothing is waiting to settle" in page(viewer, "/discrepancies?state=open")
    assert "None was closed yet" in page(viewer, "/discrepancies?state=closed")


def test_what_may_settle_stands_apart_with_the_watermark(
    world: World, phones: Callable[..., Phone], signed_in: SignedIn
) -> None:
    late, phone = phones(), phones()
    late.move(world.sugar, SUPPLIER, world.dock, "1")
    assert late.hello(outbox=late.outbox(1, oldest_at=now_ms() - 3_600_000)).status_code == 200
    phone.move(world.sugar, world.bin_a, CUSTOMER, "2.5")
    phone.push()
    html = page(signed_in("viewer"), "/discrepancies")
    assert "Books and shelves agree" in html
    assert re.search(
        r"May still settle by themselves.*?Complete to.*?waiting for phone.*?Below zero", html, re.S
    )


def test_firm_ones_come_first_and_can_be_searched(doubtful: Phone, world: World, signed_in: SignedIn) -> None:
    viewer = signed_in("viewer")
    html = page(viewer, "/discrepancies")
    for words in ("Below zero", "Unknown lot", "Unknown code", "Count differs", "MISTYPED", PLUS_FOUR):
        assert words in html
    assert "Accept them" not in html
    assert "Accept them" in page(signed_in("manager"), "/discrepancies")
    tea = page(viewer, "/discrepancies?q=tea")
    assert "MISTYPED" in tea
    assert PLUS_FOUR not in tea
    assert "Unknown code</a>" not in page(viewer, "/discrepancies?kind=negative")
    assert "No discrepancy fits" in page(viewer, "/discrepancies?q=nothing-at-all")
    assert "MISTYPED" not in page(viewer, f"/discrepancies?item={world.sugar}")
    assert page(viewer, "/discrepancies?sort=-location&kind=nonsense&item=x").count("data-row") == 5


def test_one_names_its_witnesses_and_says_what_to_do(
    doubtful: Phone, world: World, signed_in: SignedIn, subtests: pytest.Subtests
) -> None:
    viewer = signed_in("viewer")
    expected = {
        "negative": ("more left A-01-01 than ever came in", doubtful.captured[0]["id"]),
        "unknown_lot": ("Lot MISTYPED was moved but never came in", doubtful.captured[1]["id"]),
        "unknown_code": ("A code was scanned at DOCK", doubtful.captured[2]["id"]),
        "variance": ("A count at A-01-02 found another quantity", doubtful.captured[3]["id"]),
    }
    for kind, (words, witness) in expected.items():
        with subtests.test(kind):
            item = world.sugar if kind == "negative" else None
            html = page(viewer, f"/discrepancies/{number_of(viewer, kind, item)}")
            assert words in html
            assert "What to do" in html
            assert f"/movements/{witness}" in html
            assert "Ana Operator" in html
            assert "/resolution" not in html


def test_every_kind_has_its_words(app: Flask) -> None:
    with app.app_context():
        for kind in KINDS:
            told = [t(f"{key}_{kind}") for key in ("live.kind", "stock.happened", "stock.todo")]
            assert all(told)


def test_a_manager_accepts_with_a_reason(doubtful: Phone, signed_in: SignedIn) -> None:
    manager = signed_in("manager")
    number = number_of(manager, "variance")
    refused = manager.post(f"/discrepancies/{number}/acceptance", data={"note": ""}, follow_redirects=True)
    assert "Please say why" in refused.get_data(as_text=True)
    assert state_of(manager, number) == "firm"
    manager.post(f"/discrepancies/{number}/acceptance", data={"note": "A bag <i>burst</i>"})
    html = page(manager, f"/discrepancies/{number}")
    assert "Accepted: A bag &lt;i&gt;burst" in html
    assert "Ana Manager" in html
    assert "What to do" not in html
    assert "Count differs" in page(manager, "/discrepancies?state=closed")
    again = manager.post(f"/discrepancies/{number}/acceptance", data={"note": "x"}, follow_redirects=True)
    assert "closed already" in again.get_data(as_text=True)


def test_several_are_accepted_together(world: World, phone: Phone, app: Flask, signed_in: SignedIn) -> None:
    phone.count(world.sugar, world.bin_a, "1")
    phone.count(world.sugar, world.bin_b, "2")
    phone.push()
    make_firm(app)
    manager = signed_in("manager")
    numbers = [row["id"] for row in manager.get("/api/stock/discrepancies").json["rows"]]
    form = {"chosen": [*map(str, numbers), "999", "x"], "note": ""}
    manager.post("/discrepancies/acceptance", data=form)
    assert [state_of(manager, number) for number in numbers] == ["firm", "firm"]
    answer = manager.post(
        "/discrepancies/acceptance", data=form | {"note": "Yearly count"}, follow_redirects=True
    )
    assert "2 discrepancies were accepted" in answer.get_data(as_text=True)
    assert [state_of(manager, number) for number in numbers] == ["closed", "closed"]
    with app.app_context(), reading() as connection:
        trail = connection.execute(
            text("SELECT action, subject_id, actor FROM audit_entry ORDER BY id")
        ).all()
    told = [(row.action, row.subject_id, row.actor) for row in trail if row.action == "accepted"]
    assert told == [("accepted", str(number), "Ana Manager") for number in sorted(numbers)]


def test_one_that_was_closed_meanwhile_does_not_hold_up_the_others(
    world: World, phone: Phone, app: Flask, signed_in: SignedIn
) -> None:
    phone.count(world.sugar, world.bin_a, "1")
    phone.count(world.sugar, world.bin_b, "2")
    phone.push()
    make_firm(app)
    manager = signed_in("manager")
    numbers = [row["id"] for row in manager.get("/api/stock/discrepancies").json["rows"]]
    manager.post(f"/discrepancies/{numbers[0]}/acceptance", data={"note": "Known"})
    form = {"chosen": [*map(str, numbers)], "note": "Yearly count"}
    answer = manager.post("/discrepancies/acceptance", data=form)
    assert answer.status_code == 303
    assert [state_of(manager, number) for number in numbers] == ["closed", "closed"]


def test_what_is_missing_is_entered_after_it_was_shown(
    doubtful: Phone, world: World, signed_in: SignedIn
) -> None:
    manager = signed_in("manager")
    number = number_of(manager, "negative", world.sugar)
    html = page(manager, f"/discrepancies/{number}/resolution?act=adjust")
    assert re.search(r"ADJUSTMENT.*?A-01-01.*?2\.5", html, re.S)
    assert "Closes one discrepancy" in html
    assert state_of(manager, number) == "firm"
    answer = manager.post(
        f"/discrepancies/{number}/resolution", data={"act": "adjust", "note": "Found"}, follow_redirects=True
    )
    assert "the discrepancy is closed" in answer.get_data(as_text=True)
    assert state_of(manager, number) == "closed"


def test_an_unknown_code_becomes_an_item(doubtful: Phone, world: World, signed_in: SignedIn) -> None:
    manager = signed_in("manager")
    number = number_of(manager, "unknown_code")
    path = f"/discrepancies/{number}/resolution"
    assert "What will be posted is shown here" in page(manager, f"{path}?act=identify")
    shown = page(manager, f"{path}?act=identify&item=sugar")
    assert re.search(r"Reversal.*?Sugar", shown, re.S)
    refused = manager.post(path, data={"act": "identify", "item": "NO-SUCH", "note": "kept <b>"})
    assert refused.status_code == 422
    assert "No item bears this code" in refused.get_data(as_text=True)
    assert "kept &lt;b&gt;" in refused.get_data(as_text=True)
    assert manager.post(path, data={"act": "identify", "item": "SUGAR"}).status_code == 303
    assert state_of(manager, number) == "closed"


def test_a_mistyped_lot_is_put_right_or_entered(doubtful: Phone, signed_in: SignedIn) -> None:
    manager = signed_in("manager")
    number = number_of(manager, "unknown_lot")
    path = f"/discrepancies/{number}/resolution"
    assert re.search(r"Reversal.*?T-RIGHT", page(manager, f"{path}?act=relabel&lot=T-RIGHT"), re.S)
    assert "MISTYPED becomes a known lot" in page(manager, f"{path}?act=enter")
    assert manager.post(path, data={"act": "relabel", "lot": "MISTYPED"}).status_code == 422
    assert manager.post(path, data={"act": "enter"}).status_code == 303
    assert state_of(manager, number) == "closed"


def test_acts_that_do_not_fit_and_roles_that_may_not(doubtful: Phone, signed_in: SignedIn) -> None:
    manager = signed_in("manager")
    number = number_of(manager, "negative")
    assert manager.get(f"/discrepancies/{number}/resolution?act=identify").status_code == 404
    assert manager.get("/discrepancies/7777").status_code == 404
    for role in ("viewer", "operator"):
        visitor = signed_in(role)
        assert visitor.get(f"/discrepancies/{number}/resolution?act=adjust").status_code == 403
        for act in ("resolution", "acceptance"):
            assert visitor.post(f"/discrepancies/{number}/{act}", data={"note": "x"}).status_code == 403
        assert visitor.post("/discrepancies/acceptance", data={"note": "x"}).status_code == 403


def test_a_late_receipt_closes_what_was_below_zero(
    doubtful: Phone, world: World, signed_in: SignedIn
) -> None:
    viewer = signed_in("viewer")
    number = number_of(viewer, "negative", world.sugar)
    doubtful.move(world.sugar, SUPPLIER, world.bin_a, "2.5", at=now_ms() - 60_000)
    doubtful.push()
    html = page(viewer, f"/discrepancies/{number}")
    assert "Later facts" in html
