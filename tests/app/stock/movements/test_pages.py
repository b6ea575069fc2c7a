"""The office pages of the movements: the list, an operation's whole story, taking one back."""

import re
from collections.abc import Callable

import pytest

from app.clock import now_ms
from tests.app.floor import World
from tests.app.phone import SUPPLIER, Phone
from tests.app.visitor import Visitor, page

SignedIn = Callable[[str], Visitor]
DAY_MS = 86_400_000


@pytest.fixture
def moved(world: World, phone: Phone) -> Phone:
    """Tea came in and was put away; sugar was counted where none was known; all of it pushed."""
    phone.move(world.tea, SUPPLIER, world.dock, "12", lot="T1", reason="receipt")
    phone.move(world.tea, world.dock, world.bin_a, "5", lot="T1", reason="putaway")
    phone.count(world.sugar, world.bin_b, "2.5")
    assert phone.push().status_code == 200
    return phone


def rows(html: str) -> int:
    return len(re.findall(r"<a class=\"title\" data-row", html))


def test_a_book_without_movements_says_so(world: World, signed_in: SignedIn) -> None:
    assert "Nothing has moved yet" in page(signed_in("viewer"), "/movements")


def test_the_list_tells_what_went_where_and_who_did_it(moved: Phone, signed_in: SignedIn) -> None:
    html = page(signed_in("viewer"), "/movements")
    assert rows(html) == 3
    for words in ("Tea", "T1", "DOCK", "A-01-01", "Ana Operator", "2.5", "Adjustment"):
        assert words in html


def test_why_goods_moved_is_named_wherever_the_movement_stands(
    moved: Phone, world: World, signed_in: SignedIn
) -> None:
    viewer = signed_in("viewer")
    assert "Put away</a>" in page(viewer, f"/items/{world.tea}")
    assert "<h1>Put away" in page(viewer, f"/movements/{moved.captured[1]['id']}")


def test_filters_narrow_the_list(
    moved: Phone, world: World, signed_in: SignedIn, staff: dict[str, int], subtests: pytest.Subtests
) -> None:
    viewer = signed_in("viewer")
    found = {
        "q=tea": 2,
        "q=T1": 2,
        "q=A-01-02": 1,
        f"q={moved.captured[0]['id']}": 1,
        "q=nothing": 0,
        f"item={world.sugar}": 1,
        f"location={world.dock}": 2,
        "role=adjustment": 1,
        "reason=putaway": 1,
        f"person={staff['operator']}": 3,
        f"person={staff['viewer']}": 0,
        f"device={moved.device}": 3,
        "role=nonsense&since=never&person=x&item=99999999999": 3,
    }
    for query, count in found.items():
        with subtests.test(query):
            assert rows(page(viewer, f"/movements?{query}")) == count


def test_days_are_those_of_the_reader(moved: Phone, signed_in: SignedIn) -> None:
    from datetime import UTC, datetime, timedelta

    viewer = signed_in("viewer")
    today = datetime.fromtimestamp(now_ms() / 1000, UTC)
    tomorrow, yesterday = (f"{today + timedelta(days=way):%Y-%m-%d}" for way in (1, -1))
    assert rows(page(viewer, f"/movements?since={today:%Y-%m-%d}")) == 3
    assert rows(page(viewer, f"/movements?since={tomorrow}")) == 0
    assert rows(page(viewer, f"/movements?until={yesterday}")) == 0
    assert rows(page(viewer, f"/movements?since={tomorrow}&zone=-1440")) == 3


def test_pages_follow_each_other_and_lead_back(world: World, phone: Phone, signed_in: SignedIn) -> None:
    for number in range(120):
        phone.move(world.sugar, SUPPLIER, world.dock, "1", lot=f"N{number}")
    phone.push()
    viewer = signed_in("viewer")
    first = page(viewer, "/movements")
    assert rows(first) == 50
    assert 'rel="prev"' not in first
    second = page(viewer, link(first, "next"))
    third = page(viewer, link(second, "next"))
    assert (rows(second), rows(third)) == (50, 20)
    assert 'rel="next"' not in third
    assert "N0" in third
    back = page(viewer, link(third, "prev"))
    assert re.findall(r"N\d+", back) == re.findall(r"N\d+", second)
    assert re.findall(r"N\d+", page(viewer, link(back, "prev"))) == re.findall(r"N\d+", first)


def test_the_oldest_may_come_first_and_files_hold_every_page(
    world: World, phone: Phone, signed_in: SignedIn
) -> None:
    for number in range(60):
        phone.move(world.sugar, SUPPLIER, world.dock, "1", lot=f"LOT-{number}")
    phone.push()
    viewer = signed_in("viewer")
    first = page(viewer, "/movements?sort=recorded&per=25")
    second = page(viewer, link(first, "next"))
    third = page(viewer, link(second, "next"))
    shown = [re.findall(r"LOT-\d+", html) for html in (first, second, third)]
    lots = [f"LOT-{number}" for number in range(60)]
    assert [lot for part in shown for lot in part] == lots
    assert 'rel="prev"' not in first and 'rel="next"' not in third
    back = page(viewer, link(third, "prev"))
    assert re.findall(r"LOT-\d+", back) == shown[1]
    assert re.findall(r"LOT-\d+", page(viewer, link(back, "prev"))) == shown[0]
    files = [page(viewer, f"/movements?q=sugar&sort={order}&as=csv") for order in ("recorded", "-recorded")]
    assert [re.findall(r"LOT-\d+", text) for text in files] == [lots, lots[::-1]]


def link(html: str, rel: str) -> str:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', html)
    assert found
    return found.group(1).replace("&amp;", "&")


def test_an_operation_tells_its_whole_story(moved: Phone, signed_in: SignedIn) -> None:
    html = page(signed_in("viewer"), f"/movements/{moved.captured[0]['id']}")
    for words in ("Received", "Tea", "12", "SUPPLIER", "DOCK", "Ana Operator", "Applied", "±", "1.1"):
        assert words in html
    assert "Take back" not in html
    count = page(signed_in("viewer"), f"/movements/{moved.captured[2]['id']}")
    assert "Counted" in count
    assert "Count differs" in count


def test_a_held_operation_leads_to_its_entry_in_quarantine(
    world: World, phone: Phone, signed_in: SignedIn
) -> None:
    held = phone.move(55_555, SUPPLIER, world.dock, "1")
    phone.push()
    html = page(signed_in("manager"), f"/movements/{held['id']}")
    assert "Held in quarantine" in html
    assert "It names an item that is not known" in html
    assert "/quarantine/1" in html


def test_an_unknown_operation_is_not_found(signed_in: SignedIn) -> None:
    assert signed_in("viewer").get("/movements/nothing").status_code == 404
    assert signed_in("manager").get("/movements/nothing/reversal").status_code == 404


def test_taking_back_shows_what_it_does_before_it_is_done(
    moved: Phone, world: World, signed_in: SignedIn
) -> None:
    manager = signed_in("manager")
    path = f"/movements/{moved.captured[1]['id']}"
    asked = page(manager, f"{path}/reversal")
    assert "What will be posted" in asked
    assert re.search(r"A-01-01.*?5.*?becomes.*?0", asked, re.S)
    assert "taken back" not in page(manager, path)
    refused = manager.post(f"{path}/reversal", data={"reason": " "})
    assert refused.status_code == 422
    assert stock(manager, world.bin_a) == ["5"]
    answer = manager.post(f"{path}/reversal", data={"reason": "Wrong <b>bin</b>"})
    assert answer.status_code == 303
    assert stock(manager, world.bin_a) == []
    html = page(manager, path)
    assert "Ana Manager took this entry back" in html
    assert "The entry was taken back." in html
    counter = re.search(r'/movements/([0-9a-f-]{36})">Show the counter-entry', html)
    assert counter
    other = page(manager, f"/movements/{counter.group(1)}")
    assert "Wrong &lt;b&gt;bin" in other
    assert f'/movements/{moved.captured[1]["id"]}">Show what it takes back' in other
    again = manager.post(f"{path}/reversal", data={"reason": "Again"}, follow_redirects=True)
    assert "taken back already" in again.get_data(as_text=True)


def stock(visitor: Visitor, location: int) -> list[str]:
    return [row["quantity"] for row in visitor.get(f"/api/stock?location={location}").json["rows"]]


def test_only_managers_take_back(moved: Phone, signed_in: SignedIn) -> None:
    path = f"/movements/{moved.captured[0]['id']}/reversal"
    for role in ("viewer", "operator"):
        assert signed_in(role).get(path).status_code == 403
        assert signed_in(role).post(path, data={"reason": "x"}).status_code == 403


def test_an_entry_that_came_late_shows_the_counts_it_corrected(
    world: World, phones: Callable[..., Phone], signed_in: SignedIn
) -> None:
    first, second = phones(), phones()
    moment = now_ms()
    first.count(world.sugar, world.bin_a, "4")
    first.captured[0]["at"] = moment - 60_000
    first.push()
    late = second.move(world.sugar, SUPPLIER, world.bin_a, "4", at=moment - 600_000)
    second.push()
    html = page(signed_in("viewer"), f"/movements/{late['id']}")
    assert "What it changed elsewhere" in html
    assert "Correction" in html
    assert "It came in later than it happened" in html
