"""The list of items: words in any order, filters, orders, pages, totals with a limit."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event, text

from app.catalog import item_list
from app.catalog.drafts import ItemDraft
from app.catalog.item_list import categories, has_items, item_page
from app.catalog.register import mark, write_changed, write_new
from app.catalog.search_index import rebuild_index
from app.lists.listing import Listing
from app.values.text import fold, sort_key
from tests.app.catalog.shop import NOW, draft, item, put


@pytest.fixture
def shop(connection: Connection) -> Iterator[Connection]:
    put(connection, "TEA-1", "Assam tea 250 g", ("4006381333931",), category="Tea", tracking="lot")
    put(connection, "TEA-2", "Thé vert de Noël", ("BOX 12",), category="Tea")
    put(connection, "COF-1", "Coffee, ground", category="Coffee")
    put(connection, "COF-2", "Café vert", category="Coffee")
    put(connection, "SCN-1", "Handheld scanner", tracking="serial")
    old = put(connection, "OLD-1", "Vert ancien")
    mark(connection, item(connection, old), NOW, archived_at=NOW)
    double = put(connection, "DBL-1", "Assam tea, double entry")
    mark(connection, item(connection, double), NOW, survivor_id=2)
    yield connection


def codes(
    connection: Connection,
    search: str = "",
    sort: str = "name",
    page: int = 1,
    per_page: int = 50,
    **filters: str,
) -> list[str]:
    listing = Listing(search=search, sort=sort, page=page, per_page=per_page, filters=filters)
    return [record.code for record in item_page(connection, listing).rows]


def test_the_list_holds_active_items_by_folded_name(shop: Connection) -> None:
    assert codes(shop) == ["TEA-1", "COF-2", "COF-1", "SCN-1", "TEA-2"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("vert", ["COF-2", "TEA-2"]),
        ("VERT thé", ["TEA-2"]),
        ("ver the", ["TEA-2"]),
        ("cafe", ["COF-2"]),
        ("coff", ["COF-2", "COF-1"]),
        ("tea 250", ["TEA-1"]),
        ("400638", ["TEA-1"]),
        ("ert", []),
        ("vert nothing", []),
        ("%", []),
        ("_", []),
        ("' OR 1=1", []),
        ('" NOT "', []),
        ("\x00", []),
        ("x" * 200, []),
    ],
)
def test_words_are_found_in_any_order_by_their_beginnings(
    shop: Connection, search: str, found: list[str]
) -> None:
    assert codes(shop, search) == found


@pytest.mark.parametrize("gather_limit", [0, 2000])
def test_gathering_and_walking_find_the_same(
    shop: Connection, monkeypatch: pytest.MonkeyPatch, gather_limit: int
) -> None:
    monkeypatch.setattr(item_list, "GATHER_LIMIT", gather_limit)
    assert codes(shop, "vert") == ["COF-2", "TEA-2"]
    assert codes(shop, "vert", sort="-code", state="all") == ["TEA-2", "OLD-1", "COF-2"]
    assert codes(shop, category="Tea", sort="-name") == ["TEA-2", "TEA-1"]
    assert codes(shop, "vert", category="Coffee") == ["COF-2"]
    assert codes(shop, "TEA-2", per_page=1) == ["TEA-2"]
    assert codes(shop, "tea", per_page=1, page=2) == ["TEA-2"]
    assert codes(shop, per_page=2, page=2) == ["COF-1", "SCN-1"]


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("sort", ["name", "-name"])
def test_active_items_of_a_category_are_read_off_an_index_in_their_order(
    shop: Connection, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    monkeypatch.setattr(item_list, "GATHER_LIMIT", 0)
    heard: list[tuple[str, Any]] = []
    event.listen(shop.engine, "before_cursor_execute", lambda *said: heard.append((said[2], said[3])))
    assert codes(shop, sort=sort, category="Coffee") == sorted(["COF-1", "COF-2"], reverse=sort == "name")
    [walk] = [said for said in heard if "item.sort_name" in said[0]]
    told = shop.exec_driver_sql(f"EXPLAIN QUERY PLAN {walk[0]}", walk[1]).all()
    assert [row.detail for row in told] == ["SEARCH item USING INDEX ix_item_category_name (category=?)"]


@pytest.mark.parametrize("search", ["tea-2", "TEA-2", "BOX 12"])
def test_what_is_named_outright_comes_first(shop: Connection, search: str) -> None:
    put(shop, "AAA", "Aaa tea 2 box 12")
    assert codes(shop, search)[0] == "TEA-2"
    assert codes(shop, search).count("TEA-2") == 1


@pytest.mark.parametrize("typed", ["4006381333931", "04006381333931", " 4006381 333931"])
def test_a_barcode_of_any_length_names_its_item(shop: Connection, typed: str) -> None:
    assert codes(shop, typed) == ["TEA-1"]


def test_filters_narrow_the_list_together(shop: Connection) -> None:
    assert codes(shop, tracking="lot") == ["TEA-1"]
    assert codes(shop, category="Tea", tracking="none") == ["TEA-2"]
    assert codes(shop, state="archived") == ["OLD-1"]
    assert codes(shop, state="merged") == ["DBL-1"]
    assert len(codes(shop, state="all")) == 7
    assert codes(shop, "vert", state="archived") == ["OLD-1"]
    assert codes(shop, "assam", state="merged") == ["DBL-1"]
    assert codes(shop, "OLD-1") == []


def test_a_change_is_found_under_its_new_words_alone(shop: Connection) -> None:
    record = item(shop, 2)
    write_changed(shop, [(record, draft("TEA-9", "Darjeeling", ("77",)))], NOW)
    assert codes(shop, "darjeeling") == ["TEA-9"]
    assert codes(shop, "77") == ["TEA-9"]
    assert codes(shop, "assam") == []
    assert codes(shop, "4006381333931") == []


def test_coming_back_from_the_archive_brings_the_item_back_into_the_search(shop: Connection) -> None:
    [old] = item_page(shop, Listing(sort="name", filters={"state": "archived"})).rows
    mark(shop, old, NOW, archived_at=None)
    assert codes(shop, "ancien") == ["OLD-1"]


@pytest.mark.only_on("sqlite")
def test_the_index_can_be_made_anew_from_the_items(shop: Connection) -> None:
    shop.execute(text("INSERT INTO item_search (item_search) VALUES ('delete-all')"))
    assert codes(shop, "vert") == []
    rebuild_index(shop)
    assert codes(shop, "vert") == ["COF-2", "TEA-2"]


def test_the_total_is_counted_to_a_limit(shop: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(item_list, "COUNT_LIMIT", 3)
    monkeypatch.setattr(item_list, "GATHER_LIMIT", 1)
    page = item_page(shop, Listing(sort="name"))
    assert (page.total, page.is_capped) == (3, True)
    page = item_page(shop, Listing(sort="name", search="vert"))
    assert (page.total, page.is_capped) == (2, False)


def test_the_reserved_item_is_not_in_the_list(connection: Connection) -> None:
    assert codes(connection, state="all") == []
    assert codes(connection, "UNIDENTIFIED") == []
    assert not has_items(connection)


def test_categories_are_each_named_once(shop: Connection) -> None:
    assert categories(shop) == ["Coffee", "Tea"]
    assert has_items(shop)


WORDS = st.sampled_from(["tea", "tee", "te", "green", "gr", "é", "cold brew", "x-1"])
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


def plainly(drafts: Sequence[ItemDraft], search: str, sort: str, category: str | None) -> list[str]:
    """The codes that looking at every item in turn finds."""

    def fits(each: ItemDraft) -> bool:
        own = fold(f"{each.name} {each.code} {each.category}").split()
        return all(any(word.startswith(part) for word in own) for part in fold(search).split())

    found = [each for each in drafts if fits(each) and category in (None, each.category)]
    keys = {"name": lambda each: (sort_key(each.name), each.code), "code": lambda each: each.code}
    found.sort(key=keys[sort.removeprefix("-")], reverse=sort.startswith("-"))
    return [each.code for each in found]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(NAMES, max_size=12),
    search=st.lists(WORDS, max_size=2).map(" ".join),
    sort=st.sampled_from(["name", "-name", "code", "-code"]),
    category=st.sampled_from([None, "A"]),
    limit=st.sampled_from([0, 3, 2000]),
)
def test_pages_together_are_what_looking_at_every_item_finds(
    connection: Connection, names: list[str], search: str, sort: str, category: str | None, limit: int
) -> None:
    drafts = [draft(f"C{number:02}", name, category="AB"[number % 2]) for number, name in enumerate(names)]
    filters = {"category": category} if category else {}
    with pytest.MonkeyPatch.context() as patch, connection.begin_nested() as savepoint:
        patch.setattr(item_list, "GATHER_LIMIT", limit)
        write_new(connection, drafts, NOW)
        pages = [codes(connection, search, sort, page, 3, **filters) for page in range(1, 6)]
        savepoint.rollback()
    assert [code for page in pages for code in page] == plainly(drafts, search, sort, category)
