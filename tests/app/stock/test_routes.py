"""The stock over JSON: lists, movements, one operation, one serial."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from app.catalog.models import Item
from app.clock import now_ms
from app.database import transaction
from app.stock.movements import listing as movement_list
from tests.app.floor import World
from tests.app.phone import CUSTOMER, SUPPLIER, Phone
from tests.app.visitor import Visitor

MINUTE = 60_000


@pytest.fixture
def office(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("viewer")


@pytest.fixture
def filled(world: World, phone: Phone) -> Phone:
    """Some tea in two lots, sugar in two places, a scanner, and a pick below zero."""
    start = now_ms() - 60 * MINUTE
    phone.move(world.tea, SUPPLIER, world.dock, "10", lot="T1", expires_on="2027-03-31", at=start)
    phone.move(world.tea, SUPPLIER, world.dock, "4", lot="T2", at=start + MINUTE)
    phone.move(world.sugar, SUPPLIER, world.dock, "2.5", at=start + 2 * MINUTE)
    phone.move(world.sugar, world.dock, world.bin_a, "1.25", at=start + 3 * MINUTE)
    phone.move(world.scanner, SUPPLIER, world.bin_b, "1", serials=["S1"], at=start + 4 * MINUTE)
    phone.move(world.sugar, world.bin_b, CUSTOMER, "3", at=start + 5 * MINUTE)
    assert phone.push().status_code == 200
    return phone


def cells(answer: Any) -> list[tuple[str, str, str, str]]:
    assert answer.status_code == 200, answer.json
    names = ("item_code", "lot", "location_code", "quantity")
    return [tuple(row[name] for name in names) for row in answer.json["rows"]]  # type: ignore[misc]


def test_the_list_shows_what_every_cell_holds(filled: Phone, office: Visitor) -> None:
    answer = office.get("/api/stock")
    assert cells(answer) == [
        ("SCANNER", "", "A-01-02", "1"),
        ("SUGAR", "", "DOCK", "1.25"),
        ("SUGAR", "", "A-01-01", "1.25"),
        ("SUGAR", "", "A-01-02", "-3"),
        ("TEA", "T1", "DOCK", "10"),
        ("TEA", "T2", "DOCK", "4"),
    ]
    assert (answer.json["total"], answer.json["more_than_total"]) == (6, False)
    assert answer.json["rows"][4]["expires_on"] == "2027-03-31"
    assert answer.json["rows"][1]["unit"] == "kg"


WANTED: list[tuple[str, list[str]]] = [
    ("item={tea}", ["T1", "T2"]),
    ("item={tea}&lot=T2", ["T2"]),
    ("location={bin_a}", ["SUGAR"]),
    ("location={site}&item={sugar}", ["SUGAR", "SUGAR", "SUGAR"]),
    ("state=negative", ["SUGAR"]),
    ("search=te", ["T1", "T2"]),
    ("search=T2", ["T2"]),
    ("search=a-01-01", ["SUGAR"]),
    ("search=nothing+like+it", []),
    ("search=%25", []),
    ("item=999999", []),
]


def test_the_list_is_filtered_and_searched(
    filled: Phone, office: Visitor, world: World, subtests: pytest.Subtests
) -> None:
    places = {"tea": world.tea, "sugar": world.sugar, "bin_a": world.bin_a, "site": world.dock - 1}
    for query, expected in WANTED:
        with subtests.test(query):
            found = cells(office.get(f"/api/stock?{query.format(**places)}"))
            assert [lot or item for item, lot, _, _ in found] == expected


def test_the_list_is_sorted_and_cut_into_pages(filled: Phone, office: Visitor) -> None:
    numbers = [float(cell[3]) for cell in cells(office.get("/api/stock?sort=-quantity"))]
    assert numbers == sorted(numbers, reverse=True)
    pages = [cells(office.get(f"/api/stock?sort=location&per_page=4&page={page}")) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [4, 2, 0]
    assert len(set(pages[0] + pages[1])) == 6
    for sort in ("item", "name", "location", "quantity", "changed"):
        assert len(cells(office.get(f"/api/stock?sort=-{sort}"))) == 6


def test_an_item_is_listed_with_what_was_merged_into_it(
    app: Flask, filled: Phone, office: Visitor, world: World
) -> None:
    with app.app_context(), transaction() as connection:
        connection.execute(update(Item).where(Item.id == world.scanner).values(survivor_id=world.sugar))
        connection.execute(update(Item).where(Item.id == world.sugar).values(survivor_id=world.tea))
    found = cells(office.get(f"/api/stock?item={world.tea}"))
    assert {item for item, *_ in found} == {"TEA", "SUGAR", "SCANNER"}


def test_movements_come_newest_first_a_page_at_a_time(filled: Phone, office: Visitor) -> None:
    seen: list[int] = []
    before = ""
    while True:
        answer = office.get(f"/api/stock/movements?limit=2{before}").json
        seen += [row["id"] for row in answer["rows"]]
        if answer["next_before"] is None:
            break
        before = f"&before={answer['next_before']}"
    assert len(seen) == 6
    assert seen == sorted(seen, reverse=True)


def test_a_movement_tells_what_who_where_and_when(
    filled: Phone, office: Visitor, world: World, staff: dict[str, int]
) -> None:
    (row,) = office.get(f"/api/stock/movements?item={world.sugar}&location={world.bin_a}").json["rows"]
    assert (row["item_code"], row["from_code"], row["to_code"], row["quantity"]) == (
        "SUGAR",
        "DOCK",
        "A-01-01",
        "1.25",
    )
    assert (row["kind"], row["role"], row["actor_id"]) == ("move", "fact", staff["operator"])
    assert row["operation_id"] == filled.captured[3]["id"]
    assert row["effective_at"] == pytest.approx(filled.captured[3]["at"], abs=5_000)


MOVED = [
    ("item={tea}", 2),
    ("lot=T1", 1),
    ("serial=S1", 1),
    ("kind=move", 6),
    ("kind=count", 0),
    ("role=adjustment", 0),
    ("actor={actor}", 6),
    ("actor=99999", 0),
    ("device={device}", 6),
    ("device=other", 0),
    ("location={dock}", 4),
    ("since={middle}", 3),
    ("until={middle}", 3),
]


def test_movements_are_filtered(
    filled: Phone, office: Visitor, world: World, subtests: pytest.Subtests
) -> None:
    middle = (filled.captured[2]["at"] + filled.captured[3]["at"]) // 2
    named = {"tea": world.tea, "dock": world.dock, "actor": filled.actor, "device": filled.device}
    for query, count in MOVED:
        with subtests.test(query):
            answer = office.get(f"/api/stock/movements?{query.format(**named, middle=middle)}")
            assert len(answer.json["rows"]) == count, answer.json


def test_a_list_that_no_index_serves_goes_on_behind_the_recent_ones(
    filled: Phone, office: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(movement_list, "RECENT", 2)
    first = office.get("/api/stock/movements?lot=T1").json
    assert (first["rows"], first["next_before"] is not None) == ([], True)
    found, before = [], first["next_before"]
    while before is not None:
        page = office.get(f"/api/stock/movements?lot=T1&before={before}").json
        found += page["rows"]
        before = page["next_before"]
    assert [row["lot"] for row in found] == ["T1"]


def test_one_operation_is_shown_whole(filled: Phone, office: Visitor) -> None:
    taken = filled.captured[5]
    filled.capture("reverse", target=taken["id"])
    answer = filled.push()
    assert answer.status_code == 200
    story = office.get(f"/api/stock/operations/{taken['id']}").json
    assert story["operation"]["body"]["body"]["quantity"] == "3"
    assert story["operation"]["status"] == "applied"
    assert story["operation"]["reversed_by_id"] == filled.captured[6]["id"]
    assert [leg["role"] for leg in story["movements"]] == ["reversal", "fact"]
    assert story["quarantined"] == []


def test_a_held_operation_is_shown_with_what_was_received(filled: Phone, office: Visitor) -> None:
    held = filled.move(88_888, SUPPLIER, CUSTOMER, "1")
    filled.push()
    story = office.get(f"/api/stock/operations/{held['id']}").json
    assert story["operation"] is None
    (entry,) = story["quarantined"]
    assert entry["reason"] == "unknown_item"
    assert "88888" in entry["raw"]


def test_the_variance_of_a_count_is_part_of_its_story(filled: Phone, office: Visitor, world: World) -> None:
    counted = filled.count(world.sugar, world.dock, "1")
    filled.push()
    story = office.get(f"/api/stock/operations/{counted['id']}").json
    assert [found["kind"] for found in story["discrepancies"]] == ["variance"]
    assert [(leg["role"], leg["quantity"]) for leg in story["movements"]] == [("adjustment", "0.25")]


def test_an_operation_that_never_came_is_not_found(office: Visitor) -> None:
    for name in ("nothing", "%00", "x" * 3000, "<script>", str(uuid.uuid4())):
        answer = office.get(f"/api/stock/operations/{name}")
        assert (answer.status_code, answer.json["code"]) == (404, "not_found"), name


def test_a_serial_shows_its_home_and_where_it_was_seen(filled: Phone, office: Visitor, world: World) -> None:
    filled.move(world.scanner, world.bin_b, world.bin_a, "1", serials=["S1"])
    filled.push()
    answer = office.get(f"/api/stock/serials?item={world.scanner}&serial=S1").json
    assert answer["home"]["location_code"] == "A-01-01"
    assert [seen["to_code"] for seen in answer["sightings"]] == ["A-01-01", "A-01-02"]
    unknown = office.get(f"/api/stock/serials?item={world.scanner}&serial=S2")
    assert (unknown.status_code, unknown.json["code"]) == (404, "not_found")


NONSENSE = [
    "/api/stock?item=x",
    "/api/stock?item=-1",
    "/api/stock?item=99999999999999999999",
    "/api/stock?page=0",
    "/api/stock?per_page=201",
    "/api/stock?sort=secret",
    "/api/stock?state=gone",
    "/api/stock?unknown=1",
    "/api/stock?lot=%00",
    f"/api/stock?search={'x' * 201}",
    "/api/stock/movements?limit=0",
    "/api/stock/movements?limit=201",
    "/api/stock/movements?before=-1",
    "/api/stock/movements?since=1e20",
    "/api/stock/movements?kind=teleport",
    "/api/stock/serials",
    "/api/stock/serials?item=1",
    "/api/stock/serials?item=1&serial=",
    "/api/stock/discrepancies?state=odd",
    "/api/stock/discrepancies?limit=1000",
    "/api/stock/quarantine?state=odd",
]


def test_a_question_that_makes_no_sense_is_refused_in_the_one_shape(
    signed_in: Callable[[str], Visitor], subtests: pytest.Subtests
) -> None:
    manager = signed_in("manager")
    for path in NONSENSE:
        with subtests.test(path[:60]):
            answer = manager.get(path)
            assert answer.status_code == 422, answer.json
            assert {"code", "message", "trace", "errors"} == set(answer.json)


def test_nobody_reads_without_signing_in(visitor: Visitor) -> None:
    paths = ("", "/movements", "/operations/x", "/serials?item=1&serial=x", "/discrepancies", "/quarantine")
    for path in (*paths, "/watermark", "/verify?item=1&location=9"):
        answer = visitor.get(f"/api/stock{path}")
        assert (answer.status_code, answer.json["code"]) == (401, "sign_in_required"), path
