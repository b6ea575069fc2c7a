"""Many keys go to the database in one parameter, however many they are, and an index finds their rows."""

from flask import Flask
from sqlalchemy import select

from app.catalog.models import Item
from app.database import transaction
from app.database.keys import among
from tests.app.catalog.shop import put


def test_rows_of_thousands_of_keys_are_found_by_an_index(app: Flask) -> None:
    with app.app_context(), transaction() as connection:
        ids = [put(connection, code) for code in ("A", "B", "C")]
        found = select(Item.code).where(among(Item.id, [*ids[:2], *range(10**6, 10**6 + 40_000)]))
        assert sorted(connection.scalars(found)) == ["A", "B"]
        assert list(connection.scalars(select(Item.code).where(among(Item.id, [])))) == []
        named = select(Item.code).where(among(Item.id))
        assert list(connection.scalars(named, {"ids": ids[2:]})) == ["C"]
        if connection.dialect.name == "sqlite":
            told = connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {named.compile(connection)}", ("[1]",)
            ).all()
            assert any("SEARCH item USING INTEGER PRIMARY KEY" in row.detail for row in told), told
