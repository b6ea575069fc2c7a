"""Fields that administrators add to items: made, filled in, checked, shown, exported, put away."""

from collections.abc import Callable
from typing import Any

import pytest

from app.catalog.item_fields import AddedField
from app.catalog.item_values import checked
from app.values.text import BadText
from tests.app.catalog.shop import add_field as add
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]
FORM = {"code": "TEA-1", "name": "Sencha", "unit": "piece", "decimals": "0", "tracking": "none"}


@pytest.fixture
def owner(signed_in: Enter) -> Visitor:
    return signed_in("administrator")


def field(kind: str, **more: Any) -> AddedField:
    named = {"unit": "", "choices": (), "is_required": False, "position": 1, "archived_at": None}
    return AddedField(id=1, name="x", kind=kind, **{**named, **more})


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("text", "  two  words ", "two words"),
        ("number", "1,50", "1.5"),
        ("number", "1000", "1000"),
        ("number", "-0", "0"),
        ("number", 2.5, "2.5"),
        ("date", "2026-02-28", "2026-02-28"),
        ("boolean", True, "yes"),
        ("boolean", "No", "no"),
        ("choice", "RED", "Red"),
        ("number", "", ""),
        ("text", None, ""),
    ],
)
def test_a_value_is_kept_in_one_written_form(kind: str, typed: Any, kept: str) -> None:
    assert checked(field(kind, choices=("Red", "Blue")), typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("number", "NaN"),
        ("number", "1e400"),
        ("number", "Infinity"),
        ("number", "1.2.3"),
        ("number", "9" * 40),
        ("number", "-1,500"),
        ("date", "2026-02-30"),
        ("date", "28.11.2026"),
        ("boolean", "maybe"),
        ("choice", "green"),
        ("text", "x" * 501),
        ("text", ["list"]),
        ("text", "a\x00b"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(kind: str, typed: Any) -> None:
    with pytest.raises(BadText):
        checked(field(kind, choices=("Red", "Blue")), typed)


def test_a_required_field_is_not_left_empty() -> None:
    with pytest.raises(BadText):
        checked(field("date", is_required=True), " ")


def test_an_item_holds_what_its_form_says_and_shows_it_on_its_page_and_in_exports(owner: Visitor) -> None:
    weight, colour = (
        add(owner, "Weight", "number", unit="kg"),
        add(owner, "Colour", "choice", choices="Red\nBlue"),
    )
    typed = {f"field-{weight}": "0,25", f"field-{colour}": "Blue"}
    answer = owner.post("/items/new", data=FORM | typed)
    page = owner.get(answer.headers["Location"]).text
    assert '<dt>Weight</dt><dd>0.25 <span class="unit">kg</span>' in page
    assert "<dt>Colour</dt><dd>Blue</dd>" in page
    edited = owner.get(answer.headers["Location"] + "/edit").text
    assert 'value="0.25"' in edited and '<option value="Blue" selected>' in edited
    exported = owner.get("/items?as=csv").get_data().decode("utf-8-sig").splitlines()
    assert exported[0].endswith("Weight,Colour") and exported[1].endswith("0.25,Blue")


def test_nothing_typed_is_lost_when_an_added_field_is_wrong(owner: Visitor) -> None:
    weight = add(owner, "Weight", "number", is_required="1")
    refused = owner.post("/items/new", data=FORM | {f"field-{weight}": "heavy"})
    assert refused.status_code == 422
    assert (
        'value="heavy"' in refused.text and "This is no number." in refused.text and "Sencha" in refused.text
    )
    assert owner.post("/items/new", data=FORM).status_code == 422


def test_programs_name_fields_and_are_told_what_is_wrong(owner: Visitor) -> None:
    add(owner, "Frozen", "boolean")
    item = {"code": "X", "name": "x", "added_fields": {"Frozen": True}}
    made = owner.post("/api/items", json=item)
    assert made.json["added_fields"] == {"Frozen": "yes"}
    path = f"/api/items/{made.json['id']}"
    seen = {"updated_at": made.json["updated_at"]}
    for wrong in ({"Frozen": "maybe"}, {"Colour": "red"}):
        answer = owner.patch(path, json=seen | {"added_fields": wrong})
        assert answer.status_code == 422
        assert list(answer.json["errors"]["json"]["added_fields"]) == list(wrong)
    changed = owner.patch(path, json=seen | {"added_fields": {"Frozen": ""}})
    assert changed.json["added_fields"] == {} and changed.json["updated_at"] > made.json["updated_at"]
    assert owner.get("/api/items").json["rows"][0]["added_fields"] == {}


def test_a_required_field_is_asked_of_new_items_alone(owner: Visitor) -> None:
    made = owner.post("/api/items", json={"code": "OLD", "name": "Old"}).json
    add(owner, "Grade", is_required="1")
    assert owner.post("/api/items", json={"code": "NEW", "name": "New"}).status_code == 422
    change = {"updated_at": made["updated_at"], "name": "Older"}
    assert owner.patch(f"/api/items/{made['id']}", json=change).status_code == 200


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"name": "", "kind": "text"}, "name-problem"),
        ({"name": "Barcode", "kind": "text"}, "every item has"),
        ({"name": "Colour", "kind": "choice", "choices": "Red"}, "at least two"),
        ({"name": "taken", "kind": "text"}, "already"),
        ({"name": "Taken!", "kind": "text"}, "already"),
        ({"name": "Pack factor", "kind": "text"}, "every item has"),
        ({"name": "x", "kind": "picture"}, "One of"),
        ({"name": "x" * 61, "kind": "text"}, "name-problem"),
    ],
)
def test_a_field_that_makes_no_sense_is_refused_beside_its_field(
    owner: Visitor, form: dict[str, str], told: str
) -> None:
    add(owner, "Taken")
    answer = owner.post("/items/fields/new", data=form)
    assert answer.status_code == 422 and told in answer.text


def test_a_field_put_away_leaves_the_form_and_comes_back_with_what_it_held(owner: Visitor) -> None:
    grade = add(owner, "Grade")
    item = owner.post("/items/new", data=FORM | {f"field-{grade}": "A"}).headers["Location"]
    owner.post(f"/items/fields/{grade}/archive")
    assert "Grade" not in owner.get(item).text
    assert "Grade" not in owner.get("/items?as=csv").text
    owner.post(f"/items/fields/{grade}/unarchive")
    assert "<dt>Grade</dt><dd>A</dd>" in owner.get(item).text


def test_fields_keep_the_order_they_are_given(owner: Visitor) -> None:
    add(owner, "First")
    second = add(owner, "Second")
    owner.post(f"/items/fields/{second}/move", data={"way": "up"})
    page = owner.get("/items/fields").text
    assert page.index(">Second<") < page.index(">First<")


def test_the_kind_of_a_field_stays(owner: Visitor) -> None:
    grade = add(owner, "Grade")
    assert owner.post(f"/items/fields/{grade}", data={"name": "Mark", "kind": "number"}).status_code == 303
    page = owner.get(f"/items/fields/{grade}").text
    assert 'name="kind" value="text"' in page and 'value="Mark"' in page


def test_only_administrators_add_fields(signed_in: Enter) -> None:
    for path in ("/items/fields", "/items/fields/new", "/items/fields/1"):
        assert signed_in("manager").get(path).status_code == 403
