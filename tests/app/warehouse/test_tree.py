"""The tree of places: what may stand under what."""

import pytest

from app.warehouse.tree import KINDS, kinds_below, misplaced

ALLOWED = {
    ("site", None),
    ("zone", "site"),
    ("aisle", "site"),
    ("aisle", "zone"),
    ("bin", "site"),
    ("bin", "zone"),
    ("bin", "aisle"),
}


@pytest.mark.parametrize("above", [None, *KINDS, "virtual"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_place_stands_only_under_a_larger_one(kind: str, above: str | None) -> None:
    assert (misplaced(kind, above) is None) == ((kind, above) in ALLOWED)


def test_what_may_be_added_is_told_from_what_may_stand_there() -> None:
    assert kinds_below(None) == ("site",)
    assert kinds_below("site") == ("zone", "aisle", "bin")
    assert kinds_below("aisle") == ("bin",)
    assert kinds_below("bin") == ()
