"""A column may be kept from SQLite's planner; what is found is the same on both databases."""

from sqlalchemy import Connection, select

from app.catalog.models import Item
from app.database.unindexed import Unindexed
from tests.app.catalog.shop import put


def test_a_column_finds_the_same_rows_whether_or_not_an_index_may_help(connection: Connection) -> None:
    tea, _mug = put(connection, "TEA", category="Tea"), put(connection, "MUG", category="Mugs")
    plain = select(Item.id).where(Item.category == "Tea")
    hidden = select(Item.id).where(Unindexed(Item.category.expression) == "Tea")
    assert list(connection.scalars(plain)) == list(connection.scalars(hidden)) == [tea]
    assert list(connection.scalars(hidden.where(Unindexed(Item.archived_at.expression).is_(None)))) == [tea]
    if connection.dialect.name == "sqlite":
        told = [
            connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query.compile(connection)}", ("Tea",)).one()
            for query in (plain, hidden)
        ]
        assert told[0].detail.startswith("SEARCH")
        assert told[1].detail.startswith("SCAN")
