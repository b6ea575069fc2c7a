"""Pack columns in tables of items: read, planned, written, taken back, and out again."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.catalog.import_packs import BadPack, pack_cell, read_packs
from app.catalog.packs import PackDraft
from sync.quantity import SCALE
from tests.app.imports.desk import checked, imported, problems, undone
from tests.app.visitor import Visitor

HEAD = "code,name,pack,pack_factor,pack_barcode\n"


@pytest.fixture
def manager(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("manager")


def packs(manager: Visitor) -> list[tuple[Any, ...]]:
    rows = manager.get("/api/items").json["rows"]
    return [
        (row["code"], pack["name"], pack["factor"], pack["barcodes"], pack["archived_at"] is None)
        for row in rows
        for pack in row["packs"]
    ]


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (("", "", ""), ()),
        (("case", "12", "14006381333938"), (PackDraft("case", 12 * SCALE, ("14006381333938",)),)),
        (("", "12", ""), (PackDraft("case", 12 * SCALE),)),
        (
            ("case | pallet", "12|2,5", " | A ; B"),
            (PackDraft("case", 12 * SCALE), PackDraft("pallet", 2_500_000, ("A", "B"))),
        ),
    ],
)
def test_packs_are_read_side_by_side(app: Flask, cells: tuple[str, str, str], found: Any) -> None:
    with app.test_request_context():
        assert read_packs(dict(zip(("pack", "pack_factor", "pack_barcode"), cells, strict=True))) == found


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        (("case", "", ""), "pack_factor"),
        (("case", "12 | 10", ""), "pack_factor"),
        (("case", "dozen", ""), "pack_factor"),
        (("x" * 17, "12", ""), "pack"),
        (("case", "12", "A | B"), "pack_barcode"),
        (("", "", "A"), "pack_barcode"),
        (("case", "12", "1.40064E+13"), "pack_barcode"),
    ],
)
def test_what_is_wrong_names_its_column(app: Flask, cells: tuple[str, str, str], field: str) -> None:
    with app.test_request_context(), pytest.raises(BadPack) as wrong:
        read_packs(dict(zip(("pack", "pack_factor", "pack_barcode"), cells, strict=True)))
    assert wrong.value.field == field


def test_packs_as_they_leave_are_read_again(app: Flask) -> None:
    drafts = (PackDraft("case", 12 * SCALE, ("14006381333938", "BOX")), PackDraft("tray", 2_500_000))
    with app.test_request_context():
        cells = {field: pack_cell(field, drafts) for field in ("pack", "pack_factor", "pack_barcode")}
        assert read_packs(cells) == drafts


def test_a_table_brings_packs_and_changes_them(app: Flask, manager: Visitor) -> None:
    imported(app, manager, HEAD + "A,Tea,case | pallet,12 | 960,14006381333938\n")
    assert packs(manager) == [
        ("A", "case", "12", ["14006381333938"], True),
        ("A", "pallet", "960", [], True),
    ]
    path = imported(app, manager, HEAD + "A,,Case,10,BOX\n")
    assert packs(manager)[0] == ("A", "case", "10", ["14006381333938", "BOX"], True)
    undone(app, manager, path)
    assert packs(manager) == [
        ("A", "case", "12", ["14006381333938"], True),
        ("A", "pallet", "960", [], True),
    ]


def test_a_pack_that_an_import_added_is_put_away_with_it(app: Flask, manager: Visitor) -> None:
    imported(app, manager, "code,name\nA,Tea\n")
    path = imported(app, manager, HEAD + "A,,case,12,\n")
    undone(app, manager, path)
    assert packs(manager) == [("A", "case", "12", [], False)]
    imported(app, manager, HEAD + "A,,case,12,\n")
    assert packs(manager) == [("A", "case", "12", [], True)]


def test_rows_that_contradict_the_catalogue_are_told(app: Flask, manager: Visitor) -> None:
    imported(app, manager, HEAD + "A,Tea,case,12,14006381333938\n")
    path = checked(
        app,
        manager,
        HEAD.replace("name", "name,barcode")
        + "B,Rice,,case,6,14006381333938\n"
        + "C,Salt,X1,case,6,X1\n"
        + "D,Oil,,case,2.5,\n"
        + "A,,14006381333938,,,\n"
        + "E,Nuts,,case,6,N1\n"
        + "F,Figs,,case,6,N1\n",
    )
    assert [(row, column) for row, column, _ in problems(manager, path)] == [
        (2, "barcode"),
        (3, "barcode"),
        (4, "pack"),
        (5, "barcode"),
        (7, "barcode"),
    ]


def test_the_same_table_again_changes_nothing(app: Flask, manager: Visitor) -> None:
    imported(app, manager, HEAD + "A,Tea,case,12,14006381333938\n")
    table = manager.get("/api/items/table.csv").get_data(as_text=True)
    assert "14006381333938" in table
    before = manager.get("/api/items").json
    imported(app, manager, table)
    assert manager.get("/api/items").json == before
