"""Which items are offered in the place of one that is merged."""

from sqlalchemy import Connection

from app.catalog.survivor_choices import beginnings_of, choices_for
from tests.app.catalog.shop import item, put


def test_less_and_less_of_the_name_is_searched_for() -> None:
    assert beginnings_of("Assam tea 250 g") == ["Assam tea 250 g", "Assam tea 250", "Assam tea", "Assam", ""]
    assert beginnings_of("") == [""]


def test_items_called_alike_are_offered_before_others_and_never_the_item_itself(
    connection: Connection,
) -> None:
    assam, other, mug = (put(connection, code, name=name) for code, name in NAMED)
    offered = [each.id for each in choices_for(connection, item(connection, assam), "")]
    assert offered == [other]
    assert [each.id for each in choices_for(connection, item(connection, assam), "mug")] == [mug]


NAMED = (("A", "Assam tea 250 g"), ("B", "Assam loose"), ("C", "Mug"))
