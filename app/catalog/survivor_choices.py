"""Which items are offered to somebody who merges one: what is searched for, or what is called alike."""

from collections.abc import Sequence

from sqlalchemy import Connection

from app.catalog.item_list import item_page
from app.catalog.items import ItemRecord
from app.catalog.search import MOST_WORDS
from app.lists.listing import Listing

CHOICES_LIMIT = 12


def choices_for(connection: Connection, record: ItemRecord, words: str) -> Sequence[ItemRecord]:
    """The items that may stay in the place of this one, at most ``CHOICES_LIMIT``."""
    for search in [words] if words else beginnings_of(record.name):
        page = item_page(connection, Listing(search=search, sort="name", per_page=CHOICES_LIMIT))
        others = [each for each in page.rows if each.id != record.id]
        if others:
            return others
    return []


def beginnings_of(name: str) -> list[str]:
    """What to search for, one after the other: the whole name, then less and less of it, in the end anything.

    >>> beginnings_of("Assam tea")
    ['Assam tea', 'Assam', '']
    """
    parts = name.split()[:MOST_WORDS]
    return [" ".join(parts[:count]) for count in range(len(parts), -1, -1)]
