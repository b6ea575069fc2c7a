"""Reading operations off the wire: a fact, or a reason for quarantine, never an exception."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.movement import UNIDENTIFIED, Count, Move, Packed, Reverse, Task, Void
from sync.quantity import SCALE
from sync.wire import read_operation
from sync.wire_fields import Refused

ID = "01930000-0000-7000-8000-000000000001"
MOVE = {"item": 7, "from": 1, "to": 12, "quantity": "3"}
COUNT = {"item": 7, "location": 12, "quantity": "3"}


def operation(kind: str = "move", body: Any = None, **more: Any) -> dict[str, Any]:
    given = {"move": MOVE, "count": COUNT}.get(kind, {}) if body is None else body
    return {"id": ID, "seq": 1, "v": 1, "kind": kind, "at": 1_795_370_000_000, "body": given, **more}


def moved(**changes: Any) -> dict[str, Any]:
    return operation(body={**MOVE, **changes})


def counted(**changes: Any) -> dict[str, Any]:
    return operation("count", {**COUNT, **changes})


def test_a_move_is_read() -> None:
    body = read_operation(moved(lot="L1", reason="receipt", expires_on="2027-03-31", code="x")).body
    assert body == Move(7, "L1", 1, 12, 3 * SCALE, (), "x", "", "2027-03-31", "receipt")


def test_serials_are_read_and_counted() -> None:
    body = read_operation(moved(serials=["a", "b", "c"])).body
    assert isinstance(body, Move)
    assert body.serials == ("a", "b", "c")


def test_a_count_is_read() -> None:
    body = read_operation(counted(serials=["a", "b", "c"], absent=["d"])).body
    assert body == Count(7, "", 12, 3 * SCALE, ("a", "b", "c"), ("d",))


CASES = {"id": 9, "unit": "case", "factor": "12", "quantity": "2"}


def test_packs_are_read_beside_the_base_quantity() -> None:
    for written in (moved(quantity="24", pack=CASES), counted(quantity="24", pack=CASES)):
        body = read_operation(written).body
        assert isinstance(body, Move | Count)
        assert body.packed == Packed(9, "case", 12 * SCALE, 2 * SCALE)
        assert body.quantity == 24 * SCALE


@pytest.mark.parametrize(
    ("packs", "reason"),
    [
        (CASES | {"quantity": "3"}, "bad_quantity"),
        (CASES | {"factor": "0"}, "bad_quantity"),
        (CASES | {"factor": 12}, "bad_quantity"),
        (CASES | {"id": 0}, "bad_body"),
        (CASES | {"unit": "x" * 65}, "bad_body"),
        ({"id": 9}, "bad_body"),
        ("case", "bad_body"),
    ],
)
def test_packs_that_contradict_themselves_are_refused(packs: Any, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read_operation(moved(quantity="24", pack=packs))
    assert refused.value.reason == reason


def test_a_count_without_serials_reads_none_of_them() -> None:
    for written in (counted(), counted(serials=[]), counted(serials=None)):
        body = read_operation(written).body
        assert isinstance(body, Count)
        assert body.serials is None


def test_a_count_of_nothing_with_an_empty_list_missed_every_serial() -> None:
    body = read_operation(counted(serials=[], quantity="0")).body
    assert isinstance(body, Count)
    assert body.serials == ()


def test_the_other_kinds_are_read() -> None:
    assert read_operation(operation("reverse", {"target": ID})).body == Reverse(ID)
    assert read_operation(operation("task", {"task": "t", "state": "claim"})).body == Task("t", "claim")
    assert read_operation(operation("void")).body == Void()


def test_goods_of_an_unknown_code_stand_on_unidentified_with_the_code_for_a_lot() -> None:
    body = read_operation(moved(item=None, code="]C1010950\x1d10AB")).body
    assert isinstance(body, Move)
    assert (body.item, body.lot, body.code) == (UNIDENTIFIED, "]C1010950 10AB", "]C1010950\x1d10AB")


def test_fields_of_later_versions_are_passed_over() -> None:
    assert read_operation(operation(colour="red", sess="x", seen=5)).kind == "move"


REFUSED = [
    ("no object", None, "bad_body"),
    ("a list", [], "bad_body"),
    ("no version", operation(v=None), "unsupported_version"),
    ("a later version", operation(v=2), "unsupported_version"),
    ("a version that is a truth value", operation(v=True), "unsupported_version"),
    ("an unknown kind", operation("teleport", {}), "bad_body"),
    ("an id that is no UUID", operation(id="x"), "bad_body"),
    ("an id in capitals", operation(id=ID.replace("0193", "ABCD")), "bad_body"),
    ("a time as text", operation(at="1795370000000"), "bad_body"),
    ("a time with a fraction", operation(at=1.5), "bad_body"),
    ("a time beyond all", operation(at=10**20), "bad_body"),
    ("an actor below zero", operation(actor=-1), "bad_body"),
    ("an actor beyond all", operation(actor=2**40), "bad_body"),
    ("a line with a long id", operation(line={"kind": "order", "id": "9" * 37}), "bad_body"),
    ("a body that is a list", operation(body=[]), "bad_body"),
    ("neither item nor code", moved(item=None), "bad_body"),
    ("an item of zero", moved(item=0), "bad_body"),
    ("an item as text", moved(item="7"), "bad_body"),
    ("an item that is a truth value", moved(item=True), "bad_body"),
    ("a place beyond all", moved(to=2**31), "bad_body"),
    ("no origin", operation(body={"item": 7, "to": 12, "quantity": "3"}), "bad_body"),
    ("the same place twice", moved(to=1), "same_location"),
    ("a quantity of zero", moved(quantity="0"), "bad_quantity"),
    ("a quantity below zero", moved(quantity="-1"), "bad_quantity"),
    ("a quantity as a number", moved(quantity=3), "bad_quantity"),
    ("no quantity", moved(quantity=None), "bad_quantity"),
    ("a quantity that is no number", moved(quantity="NaN"), "bad_quantity"),
    ("a quantity of 10^20", moved(quantity="100000000000000000000"), "bad_quantity"),
    ("a quantity with seven places", moved(quantity="0.0000001"), "bad_quantity"),
    ("a megabyte of quantity", moved(quantity="9" * 1_000_000), "bad_quantity"),
    ("a count below zero", counted(quantity="-1"), "bad_quantity"),
    ("another number of serials", moved(serials=["a"]), "bad_quantity"),
    ("a serial twice", moved(serials=["a", "a", "b"]), "bad_body"),
    ("an empty serial", moved(serials=["a", "", "b"]), "bad_body"),
    ("too many serials", moved(serials=[str(n) for n in range(501)], quantity="501"), "bad_body"),
    ("a serial both seen and absent", counted(serials=["a", "b", "c"], absent=["a"]), "bad_body"),
    ("a megabyte of lot", moved(lot="x" * 1_000_000), "bad_body"),
    ("a control character in a lot", moved(lot="a\x00b"), "bad_body"),
    ("a control character in a serial", moved(serials=["a\x1d"], quantity="1"), "bad_body"),
    ("a line break in a code", moved(code="a\nb"), "bad_body"),
    ("an unknown reason", moved(reason="theft"), "bad_body"),
    ("a date that is none", moved(expires_on="2027-02-30"), "bad_body"),
    ("a date in another form", moved(expires_on="20270230"), "bad_body"),
    ("a date of 1970", moved(expires_on="1970-01-01"), "bad_body"),
    ("a reverse of nothing", operation("reverse", {}), "bad_body"),
    ("a reverse of no id", operation("reverse", {"target": "x"}), "bad_body"),
    ("a task in an unknown state", operation("task", {"task": "t", "state": "nap"}), "bad_body"),
]


@pytest.mark.parametrize(("name", "content", "reason"), REFUSED, ids=[name for name, *_ in REFUSED])
def test_what_cannot_be_posted_has_a_reason(name: str, content: Any, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read_operation(content)
    assert refused.value.reason == reason
    assert 10 < len(str(refused.value.message)) <= 255


anything: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(
    kind=st.sampled_from(("move", "count", "reverse", "task", "void")) | anything,
    body=st.dictionaries(
        st.sampled_from(
            (
                "item",
                "lot",
                "serials",
                "from",
                "to",
                "quantity",
                "code",
                "location",
                "target",
                "task",
                "state",
            )
        ),
        anything,
    )
    | anything,
    more=st.dictionaries(
        st.sampled_from(("id", "seq", "v", "at", "mono", "boot", "line", "actor")), anything
    ),
)
def test_whatever_comes_is_read_or_refused(kind: Any, body: Any, more: dict[str, Any]) -> None:
    try:
        read_operation({**operation(), "kind": kind, "body": body, **more})
    except Refused as refused:
        assert refused.reason
