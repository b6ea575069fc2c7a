"""The full-text index of the items: an FTS5 table beside the item table on SQLite.

It takes its text from ``item.search_text`` and holds only which words stand where. It is written by the
same transaction as the item and by hand: a trigger would make SQLite flush it for every single row,
which cost 4.5 of 10 seconds when 100,000 items were imported. PostgreSQL keeps its index by itself.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from app.database.bulk import insert_into, write_rows

ADD = insert_into("item_search", "rowid", "search_text")
REMOVE = text(
    "INSERT INTO item_search (item_search, rowid, search_text) VALUES ('delete', :id, :search_text)"
)
REBUILD = text("INSERT INTO item_search (item_search) VALUES ('rebuild')")


def is_kept_by_hand(connection: Connection) -> bool:
    """Whether the index of this database is kept by hand."""
    return connection.dialect.name == "sqlite"


def index_texts(connection: Connection, texts: Sequence[tuple[int, str]]) -> None:
    """Add the search texts of new items, given as (item, text)."""
    if texts and is_kept_by_hand(connection):
        write_rows(connection, ADD, list(texts))


def reindex_texts(connection: Connection, changes: Sequence[tuple[int, str, str]]) -> None:
    """Exchange the search texts of items, given as (item, the text that stood there, the new one)."""
    changed = [change for change in changes if change[1] != change[2]]
    if not changed or not is_kept_by_hand(connection):
        return
    connection.execute(REMOVE, [{"id": item, "search_text": old} for item, old, _ in changed])
    write_rows(connection, ADD, [(item, new) for item, _, new in changed])


def rebuild_index(connection: Connection) -> None:
    """Make the index anew from the item table."""
    if is_kept_by_hand(connection):
        connection.execute(REBUILD)
